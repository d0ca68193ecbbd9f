//! Reads templates: the inside of `emit`, `site` and `stub` blocks.
//!
//! A template is written as `dynasm!` takes it, `; add X(d), X(a), X(b)`, so that its lines can be handed on as they are.
//! But only lines that fit a declared instruction form are let through: everything that is known about a template (its
//! size, what it reads and writes, which numbers it can hold) comes from these forms. Statements, data, alignment,
//! foreign symbols and expressions are refused.

mod line;
mod mismatch;
mod operand;

use std::collections::{BTreeSet, HashMap};

use proc_macro2::{Ident, Punct, Spacing, TokenStream, TokenTree};

use crate::error::{Code, Context, Diagnostic, Region};
use crate::model::isa::Isa;
use crate::model::template::{Directive, Item, LabelRef, LabelUse, Template};

/// Reads a template. Lines that are wrong are reported and left out.
///
/// `place` is where they stand, for templates without any.
///
/// `directives` are the first words of statements that belong to the surrounding language; these come back unread, as
/// [`Item::Directive`]s.
pub fn parse(
    tokens: TokenStream,
    place: Region,
    isa: &Isa,
    directives: &[&str],
    context: &Context,
) -> Template {
    let region = match tokens.is_empty() {
        true => place,
        false => Region::of(&tokens),
    };
    let before = context.count();
    let items = split(tokens, context)
        .into_iter()
        .filter_map(|statement| item(statement, isa, directives, context))
        .collect();
    let template = Template { items, region };
    if context.count() == before {
        check_labels(&template, context);
    }
    template
}

/// Cuts in front of semicolons: each line begins with one. What stands behind `;;` is a statement of Rust's, and left out.
fn split(tokens: TokenStream, context: &Context) -> Vec<Vec<TokenTree>> {
    let mut lines: Vec<(Vec<Punct>, Vec<TokenTree>)> = vec![Default::default()];
    for token in tokens {
        let is_begun = lines.last().is_some_and(|(_, line)| !line.is_empty());
        if is_begun && matches!(&token, TokenTree::Punct(punct) if punct.as_char() == ';') {
            lines.push(Default::default());
        }
        let Some((semicolons, line)) = lines.last_mut() else {
            continue;
        };
        match token {
            TokenTree::Punct(punct) if punct.as_char() == ';' => semicolons.push(punct),
            token => line.push(token),
        }
    }
    let refuse = |region: Region, message: &str, help: &str| {
        context.report(Diagnostic::new(Code::NotInTemplate, region, message).help(help));
    };
    let is_ours = |(semicolons, line): &(Vec<Punct>, Vec<TokenTree>)| {
        let region = Region::of(&line.iter().cloned().collect::<TokenStream>());
        match semicolons.as_slice() {
            [] if line.is_empty() => return false,
            [_] if !line.is_empty() => {}
            [] => {
                let help = "write a `;` in front of each line, and none behind the last one";
                refuse(region.first.into(), "a line begins with `;`", help);
            }
            [.., first, _] if first.spacing() == Spacing::Joint => {
                let help = "compute the value in a `let` of the rule";
                refuse(
                    region,
                    "statements of Rust cannot stand in a template",
                    help,
                );
                return false;
            }
            [first, ..] => {
                let help = "delete it: a `;` stands in front of each line";
                refuse(first.span().into(), "nothing stands behind this `;`", help);
            }
        }
        !line.is_empty()
    };
    lines.retain(is_ours);
    lines.into_iter().map(|(_, line)| line).collect()
}

fn item(
    statement: Vec<TokenTree>,
    isa: &Isa,
    directives: &[&str],
    context: &Context,
) -> Option<Item> {
    let region = Region::of(&statement.iter().cloned().collect::<TokenStream>());
    match statement.as_slice() {
        [TokenTree::Ident(name), TokenTree::Punct(colon)] if colon.as_char() == ':' => {
            return Some(Item::Label(name.clone()));
        }
        [TokenTree::Ident(first), rest @ ..]
            if directives.iter().any(|directive| first == directive) =>
        {
            return Some(Item::Directive(Directive {
                keyword: first.clone(),
                tokens: rest.iter().cloned().collect(),
                region,
            }));
        }
        [TokenTree::Punct(dot), TokenTree::Ident(name), ..] if dot.as_char() == '.' => {
            let message =
                format!("`.{name}` cannot stand in a template: its size or meaning is not known");
            let help = "write instructions only; a literal is declared by `pool`, and every instruction is aligned";
            context.report(Diagnostic::new(Code::NotInTemplate, region, message).help(help));
            return None;
        }
        _ => {}
    }
    line::parse(statement.into_iter().collect(), region, isa, context).map(Item::Line)
}

/// Local labels are defined once and within the template, and looked for in the direction in which they are.
fn check_labels(template: &Template, context: &Context) {
    let mut defined: HashMap<String, (usize, &Ident)> = HashMap::new();
    let mut used: Vec<&Ident> = Vec::new();
    let mut twice = BTreeSet::new();
    for (index, item) in template.items.iter().enumerate() {
        if let Item::Label(name) = item
            && let Some((_, first)) = defined.insert(name.to_string(), (index, name))
        {
            twice.insert(name.to_string());
            let message = format!("label `{name}` is defined twice");
            let diagnostic = Diagnostic::new(Code::BadLabel, name.span(), message);
            context.report(
                diagnostic
                    .declared(format_args!("the first `{name}`"), first.span())
                    .help("give one of them another name"),
            );
        }
    }
    for (index, item) in template.items.iter().enumerate() {
        let Item::Line(line) = item else { continue };
        let Some(LabelUse { label, region, .. }) = &line.label else {
            continue;
        };
        let (name, ahead) = match label {
            LabelRef::Dynamic(_) => continue,
            LabelRef::Forward(name) => (name, true),
            LabelRef::Backward(name) => (name, false),
        };
        used.push(name);
        match defined.get(&name.to_string()) {
            None => {
                let message = format!("label `{name}` is not defined in this template");
                let help =
                    format!("write `; {name}:` where it is, or `=>{name}` if it is bound outside");
                context.report(Diagnostic::new(Code::BadLabel, *region, message).help(help));
            }
            Some((position, _))
                if (*position > index) != ahead && !twice.contains(&name.to_string()) =>
            {
                let (sign, place) = if ahead {
                    ('<', "before")
                } else {
                    ('>', "behind")
                };
                let message = format!("label `{name}` is defined {place} this line");
                let help = format!("write `{sign}{name}`");
                context.report(Diagnostic::new(Code::BadLabel, *region, message).help(help));
            }
            Some(_) => {}
        }
    }
    for (_, name) in defined.values() {
        if !used.contains(name) {
            let message = format!("label `{name}` is never used");
            let help = format!("delete it, or go to it with `<{name}` or `>{name}`");
            context.report(Diagnostic::new(Code::BadLabel, name.span(), message).help(help));
        }
    }
}

#[cfg(test)]
mod tests;
