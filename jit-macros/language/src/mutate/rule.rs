//! Every change that is made to a rule.

use std::collections::BTreeSet;

use proc_macro2::{TokenStream, TokenTree};
use quote::ToTokens;
use syn::Expr;

use super::isa::WIDER;
use super::tokens::{Path, each, name, number, value, with};
use super::{Mutant, Mutation};
use crate::model::isa::{Form, Isa};
use crate::parse::lowering::{
    Kind, Operand, OperationSyntax, RuleSyntax, Statement, StatementKind,
};
use crate::text::text;

/// The mutants of a rule. `isa` is the machine [with wider kinds](super::with_wider_kinds).
pub fn mutants(rule: &RuleSyntax, isa: &Isa) -> Vec<Mutant> {
    let mut found = Vec::new();
    for (index, statement) in rule.statements.iter().enumerate() {
        let mut change = |mutation, words: String, kind: Option<StatementKind>| {
            let mut syntax = rule.clone();
            match kind {
                Some(kind) => syntax.statements[index].kind = kind,
                None => {
                    syntax.statements.remove(index);
                }
            }
            found.push(Mutant {
                mutation,
                words,
                syntax,
            });
        };
        of_statement(statement, rule, isa, &mut change);
    }
    found
}

/// Where changes go: what was changed, in words, and what stands in the place of the statement, if anything does.
type Change<'a> = dyn FnMut(Mutation, String, Option<StatementKind>) + 'a;

fn of_statement(statement: &Statement, rule: &RuleSyntax, isa: &Isa, change: &mut Change<'_>) {
    match &statement.kind {
        StatementKind::When {
            pattern,
            result,
            text,
        } => {
            for (widened, words) in wider_patterns(pattern, isa) {
                let kind = StatementKind::When {
                    pattern: widened,
                    result: result.clone(),
                    text: text.clone(),
                };
                change(Mutation::WidenKind, words, Some(kind));
            }
        }
        StatementKind::If(condition) => {
            let conjuncts = conjuncts(condition);
            for left_out in 0..conjuncts.len() {
                let words = format!("without `{}`", text(&conjuncts[left_out]));
                let rest = joined(
                    conjuncts
                        .iter()
                        .enumerate()
                        .filter(|(at, _)| *at != left_out),
                );
                let kind = rest.map(StatementKind::If);
                change(Mutation::DropCondition, words, kind);
            }
            for (changed, words) in wider_conditions(condition) {
                change(
                    Mutation::WidenCondition,
                    words,
                    Some(StatementKind::If(changed)),
                );
            }
        }
        StatementKind::IfIn(condition, kind) => {
            let words = format!("without `{} in {kind}`", text(&condition.to_token_stream()));
            change(Mutation::DropCondition, words, None);
        }
        StatementKind::Let(name, kind, value) => {
            for (wider, words) in wider_kinds(&kind.to_string(), isa) {
                let wider = proc_macro2::Ident::new(&wider, kind.span());
                let words = format!("`{name}: {kind}` accepts {words}");
                let kind = StatementKind::Let(name.clone(), wider, value.clone());
                change(Mutation::WidenKind, words, Some(kind));
            }
            for (changed, words) in other_values(value) {
                let kind = StatementKind::Let(name.clone(), kind.clone(), changed);
                change(Mutation::ChangeValue, words, Some(kind));
            }
        }
        StatementKind::Pool(name, value) => {
            for (changed, words) in other_values(value) {
                let kind = StatementKind::Pool(name.clone(), changed);
                change(Mutation::ChangeValue, words, Some(kind));
            }
        }
        StatementKind::Clobbers(names) => {
            for left_out in 0..names.len() {
                let words = format!("without `clobbers {}`", names[left_out]);
                let mut rest = names.clone();
                rest.remove(left_out);
                let kind = (!rest.is_empty()).then_some(StatementKind::Clobbers(rest));
                change(Mutation::DropClobber, words, kind);
            }
        }
        StatementKind::Early(name) => {
            change(
                Mutation::DropConstraint,
                format!("without `early {name}`"),
                None,
            );
        }
        StatementKind::Same(result, operand) => {
            let words = format!("without `{result} = {operand}`");
            change(Mutation::DropConstraint, words, None);
        }
        StatementKind::In(name, place) => {
            let words = format!("without `{name}: in {place}`");
            change(Mutation::DropConstraint, words, None);
        }
        StatementKind::Emit(tokens) => {
            of_template(tokens, rule, isa, &mut |mutation, words, changed| {
                change(mutation, words, Some(StatementKind::Emit(changed)));
            });
        }
        StatementKind::Otherwise(tokens) => {
            of_template(tokens, rule, isa, &mut |mutation, words, changed| {
                change(mutation, words, Some(StatementKind::Otherwise(changed)));
            });
        }
        StatementKind::Branch(label, tokens) => {
            of_template(tokens, rule, isa, &mut |mutation, words, changed| {
                let kind = StatementKind::Branch(label.clone(), changed);
                change(mutation, words, Some(kind));
            });
        }
        StatementKind::Inverse(tokens) => {
            of_template(tokens, rule, isa, &mut |mutation, words, changed| {
                change(mutation, words, Some(StatementKind::Inverse(changed)));
            });
        }
        // Reading fewer bits than there are, as declared, is what `narrow` allows; without it a check objects to the
        // line. Where a list is, where control goes, and how long the code is, is one number or name each.
        StatementKind::Narrow(_)
        | StatementKind::Anywhere(_)
        | StatementKind::Temporary(..)
        | StatementKind::Goto(_)
        | StatementKind::Bytes(..) => {}
    }
}

/// The wider kinds beside a kind, with what each accepts besides.
fn wider_kinds(kind: &str, isa: &Isa) -> Vec<(String, &'static str)> {
    let wider = WIDER
        .iter()
        .map(|(suffix, words)| (format!("{kind}{suffix}"), *words));
    wider
        .filter(|(name, _)| isa.immediate(name).is_some())
        .collect()
}

fn wider_patterns(pattern: &OperationSyntax, isa: &Isa) -> Vec<(OperationSyntax, String)> {
    let mut found = Vec::new();
    for (position, operand) in pattern.operands.iter().enumerate() {
        let mut put = |operand: Operand, words: String| {
            let mut changed = pattern.clone();
            changed.operands[position] = operand;
            found.push((changed, words));
        };
        match operand {
            Operand::Named {
                name,
                kind: Some(Kind::Named(kind)),
                region,
            } => {
                let shown = name
                    .as_ref()
                    .map_or_else(|| "_".to_owned(), ToString::to_string);
                for (wider, words) in wider_kinds(&kind.to_string(), isa) {
                    let words = format!("`{shown}: {kind}` accepts {words}");
                    let wider = proc_macro2::Ident::new(&wider, kind.span());
                    let operand = Operand::Named {
                        name: name.clone(),
                        kind: Some(Kind::Named(wider)),
                        region: *region,
                    };
                    put(operand, words);
                }
            }
            Operand::Operation(inner) => {
                for (changed, words) in wider_patterns(inner, isa) {
                    put(Operand::Operation(changed), words);
                }
            }
            _ => {}
        }
    }
    found
}

/// The parts of a condition between `&&`.
fn conjuncts(condition: &Expr) -> Vec<TokenStream> {
    match condition {
        Expr::Binary(both) if matches!(both.op, syn::BinOp::And(_)) => {
            [conjuncts(&both.left), conjuncts(&both.right)].concat()
        }
        other => vec![other.to_token_stream()],
    }
}

fn joined<'a>(parts: impl Iterator<Item = (usize, &'a TokenStream)>) -> Option<Expr> {
    let mut tokens = TokenStream::new();
    for (_, part) in parts {
        if !tokens.is_empty() {
            tokens.extend(quote::quote!(&&));
        }
        tokens.extend(part.clone());
    }
    syn::parse2(tokens).ok()
}

/// A condition with another number in it, or a comparison that also holds where both sides are equal.
fn wider_conditions(condition: &Expr) -> Vec<(Expr, String)> {
    let tokens = condition.to_token_stream();
    let mut found = Vec::new();
    let mut add = |changed: TokenStream| {
        let words = instead(&changed, &tokens);
        if let Ok(changed) = syn::parse2(changed) {
            found.push((changed, words));
        }
    };
    let all = each(&tokens);
    for (position, (path, token)) in all.iter().enumerate() {
        if let Some(value) = value(token) {
            add(with(&tokens, path, number(value + 1, token)));
            if value > 0 {
                add(with(&tokens, path, number(value - 1, token)));
            }
        }
        let next = all.get(position + 1).map(|(_, token)| token.to_string());
        if let TokenTree::Punct(punct) = token
            && punct.as_char() == '<'
            && !matches!(next.as_deref(), Some("=" | "<"))
        {
            let or_equal: TokenStream = "<=".parse().unwrap_or_default();
            let mut pieces: Vec<TokenTree> = tokens.clone().into_iter().collect();
            if let [at] = path[..] {
                pieces.splice(at..=at, or_equal);
                add(pieces.into_iter().collect());
            }
        }
    }
    found
}

/// An expression with another number in it, or without a sign in front.
fn other_values(value_of: &Expr) -> Vec<(Expr, String)> {
    let tokens = value_of.to_token_stream();
    let mut found = Vec::new();
    let mut add = |changed: TokenStream| {
        let words = instead(&changed, &tokens);
        if let Ok(changed) = syn::parse2(changed) {
            found.push((changed, words));
        }
    };
    for (path, token) in each(&tokens) {
        if let Some(value) = value(&token) {
            add(with(&tokens, &path, number(value + 1, &token)));
        }
    }
    let sum = quote::quote!((#tokens) + 1);
    add(sum);
    if let Expr::Unary(unary) = value_of {
        add(unary.expr.to_token_stream());
    }
    found
}

fn instead(changed: &TokenStream, before: &TokenStream) -> String {
    format!("`{changed}` instead of `{before}`")
}

/// Changes of one line at a time.
fn of_template(
    tokens: &TokenStream,
    rule: &RuleSyntax,
    isa: &Isa,
    change: &mut dyn FnMut(Mutation, String, TokenStream),
) {
    let lines = lines(tokens);
    for (index, line) in lines.iter().enumerate() {
        let mut seen = BTreeSet::from([line.to_string()]);
        let mut add = |mutation, changed: TokenStream| {
            if seen.insert(changed.to_string()) {
                let words = instead(&changed, line);
                let all = lines.iter().enumerate();
                let all = all.map(|(at, line)| if at == index { &changed } else { line });
                let template = all.flat_map(|line| quote::quote!(; #line)).collect();
                change(mutation, words, template);
            }
        };
        of_line(line, rule, isa, &mut add);
    }
}

/// The lines of a template, without the `;` in front.
fn lines(tokens: &TokenStream) -> Vec<TokenStream> {
    let mut lines: Vec<TokenStream> = Vec::new();
    for token in tokens.clone() {
        match (&token, lines.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ';' => {
                lines.push(TokenStream::new())
            }
            (_, Some(line)) => line.extend([token]),
            (_, None) => lines.push(token.into()),
        }
    }
    lines
}

fn of_line(
    line: &TokenStream,
    rule: &RuleSyntax,
    isa: &Isa,
    add: &mut dyn FnMut(Mutation, TokenStream),
) {
    let all = each(line);
    let bound = names(rule);
    let is_operand = |(_, token): &&(Path, TokenTree)| bound.contains(&token.to_string());
    let operands: Vec<&(Path, TokenTree)> = all.iter().skip(1).filter(is_operand).collect();
    for (position, (path, token)) in operands.iter().enumerate() {
        for (other_path, other) in &operands[position + 1..] {
            let once = with(line, path, name(&other.to_string(), token));
            add(
                Mutation::SwapOperands,
                with(&once, other_path, name(&token.to_string(), other)),
            );
        }
    }
    for (path, token) in all.iter().skip(1) {
        if isa.condition(&token.to_string()).is_some() && !bound.contains(&token.to_string()) {
            for condition in &isa.conditions {
                let condition = condition.name.to_string();
                add(
                    Mutation::ChangeCondition,
                    with(line, path, name(&condition, token)),
                );
            }
        }
        if let Some(value) = value(token) {
            add(
                Mutation::ChangeNumber,
                with(line, path, number(value + 1, token)),
            );
            if value > 0 {
                add(
                    Mutation::ChangeNumber,
                    with(line, path, number(value - 1, token)),
                );
            }
        }
    }
    if let Some((path, mnemonic)) = all.first() {
        for other in alike(&mnemonic.to_string(), isa) {
            add(
                Mutation::ChangeInstruction,
                with(line, path, name(&other, mnemonic)),
            );
        }
    }
}

/// The mnemonics that are declared together with this one: `add | sub`.
fn alike(mnemonic: &str, isa: &Isa) -> BTreeSet<String> {
    let forms = || isa.forms.iter();
    let together = |form: &&Form| {
        let mut own = forms().filter(|own| own.mnemonic == mnemonic);
        own.any(|own| own.region.place() == form.region.place())
    };
    let others = forms().filter(together).map(|form| form.mnemonic.clone());
    others.filter(|other| other != mnemonic).collect()
}

/// Everything that has a name in a rule and may be an operand of an instruction.
fn names(rule: &RuleSyntax) -> BTreeSet<String> {
    fn in_pattern(pattern: &OperationSyntax, names: &mut BTreeSet<String>) {
        for operand in &pattern.operands {
            match operand {
                Operand::Named {
                    name: Some(name), ..
                } => {
                    names.insert(name.to_string());
                }
                Operand::Operation(inner) => in_pattern(inner, names),
                _ => {}
            }
        }
    }
    let mut names = BTreeSet::new();
    for statement in &rule.statements {
        match &statement.kind {
            StatementKind::When {
                pattern, result, ..
            } => {
                in_pattern(pattern, &mut names);
                names.extend(result.iter().map(|(name, _)| name.to_string()));
            }
            StatementKind::Let(name, ..) | StatementKind::Temporary(name, _) => {
                names.insert(name.to_string());
            }
            _ => {}
        }
    }
    names
}
