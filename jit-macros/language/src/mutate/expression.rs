//! Changes of conditions and of computed constants: what rules of every kind have.

use std::collections::BTreeSet;

use proc_macro2::{Spacing, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{BinOp, Expr};

use super::tokens::{each, instead, name, number, value, with};
use super::{Change, Mutation};
use crate::parse::lowering::StatementKind;
use crate::text::text;

/// Conditions in the place of one: a part dropped, which leaves none if it was the only one, or one that accepts other
/// values.
pub fn conditions(condition: &Expr) -> Vec<(Change, Option<StatementKind>)> {
    let parts = conjuncts(condition);
    let dropped = (0..parts.len()).map(|left_out| {
        let change = Change::new(
            Mutation::DropCondition,
            format!("without `{}`", text(&parts[left_out])),
        );
        let rest = parts.iter().enumerate().filter(|(at, _)| *at != left_out);
        (change, joined(rest.map(|(_, part)| part)))
    });
    let wider = wider(condition).into_iter().map(|(words, changed)| {
        let change = Change::new(Mutation::WidenCondition, words);
        (change, Some(changed))
    });
    let all = dropped.chain(wider);
    all.map(|(change, condition)| (change, condition.map(StatementKind::If)))
        .collect()
}

/// The parts of a condition between `&&`.
fn conjuncts(condition: &Expr) -> Vec<TokenStream> {
    match condition {
        Expr::Binary(both) if matches!(both.op, BinOp::And(_)) => {
            [conjuncts(&both.left), conjuncts(&both.right)].concat()
        }
        other => vec![other.to_token_stream()],
    }
}

fn joined<'a>(parts: impl Iterator<Item = &'a TokenStream>) -> Option<Expr> {
    let mut tokens = TokenStream::new();
    for part in parts {
        if !tokens.is_empty() {
            tokens.extend(quote!(&&));
        }
        tokens.extend(part.clone());
    }
    syn::parse2(tokens).ok()
}

/// Conditions with another number, or a comparison that also holds where both sides are equal.
fn wider(condition: &Expr) -> Vec<(String, Expr)> {
    let tokens = condition.to_token_stream();
    let mut changed = Vec::new();
    let all = each(&tokens);
    for (position, (path, token)) in all.iter().enumerate() {
        if let Some(value) = value(token) {
            changed.push(with(&tokens, path, number(value + 1, token)));
            changed.push(with(&tokens, path, number(value - 1, token)));
        }
        let next = all.get(position + 1).map(|(_, token)| token.to_string());
        if let TokenTree::Punct(punct) = token
            && matches!(punct.as_char(), '<' | '>')
            && !matches!(next.as_deref(), Some("=" | "<" | ">"))
        {
            let or_equal = if punct.as_char() == '<' {
                quote!(<=)
            } else {
                quote!(>=)
            };
            changed.push(with(&tokens, path, or_equal));
        }
    }
    parsed(&tokens, changed)
}

/// Computed constants in the place of one, with the changes in words: another number, sign or operation in it, two names
/// that have traded places, or one more.
pub fn values(value_of: &Expr) -> Vec<(String, Expr)> {
    let tokens = value_of.to_token_stream();
    let all = each(&tokens);
    let mut changed = Vec::new();
    for (path, token) in &all {
        if let Some(value) = value(token) {
            changed.push(with(&tokens, path, number(value + 1, token)));
        }
    }
    changed.push(quote!((#tokens) + 1));
    if let Expr::Unary(unary) = value_of {
        changed.push(unary.expr.to_token_stream());
    }
    let is_single = |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.spacing() == Spacing::Alone);
    for (path, token) in all.iter().filter(|(_, token)| is_single(token)) {
        let other = match token.to_string().as_str() {
            "+" => quote!(-),
            "-" | "*" => quote!(+),
            "&" => quote!(|),
            "|" | "^" => quote!(&),
            _ => continue,
        };
        changed.push(with(&tokens, path, other));
    }
    let names: Vec<_> = all
        .iter()
        .filter(|(_, token)| matches!(token, TokenTree::Ident(_)))
        .collect();
    for (position, (path, token)) in names.iter().enumerate() {
        for (other_path, other) in &names[position + 1..] {
            let once = with(&tokens, path, name(&other.to_string(), token));
            changed.push(with(&once, other_path, name(&token.to_string(), other)));
        }
    }
    parsed(&tokens, changed)
}

/// Those that are expressions, each once, and none that is what it was.
fn parsed(before: &TokenStream, changed: Vec<TokenStream>) -> Vec<(String, Expr)> {
    let mut seen = BTreeSet::from([before.to_string()]);
    let new = changed
        .into_iter()
        .filter(|tokens| seen.insert(tokens.to_string()));
    let expression = |tokens: TokenStream| {
        let words = instead(&tokens, before);
        Some((words, syn::parse2(tokens).ok()?))
    };
    new.filter_map(expression).collect()
}
