//! Every change that is made to a sequence or routine. What it says that it means is kept: its lines are judged by that.

use std::collections::BTreeSet;

use proc_macro2::{Delimiter, TokenStream, TokenTree};
use quote::quote;

use super::pattern::wider_kinds;
use super::template::{Scope, templates};
use super::tokens::{group, name, with};
use super::{Change, Mutant, Mutation};
use crate::model::calls::{ParameterKind, Sequence};
use crate::model::isa::Isa;

/// The mutants of a sequence. `isa` is the machine [with wider kinds](super::isa::with_wider_kinds).
pub fn mutants(sequence: &Sequence, isa: &Isa) -> Vec<Mutant<TokenStream>> {
    let declaration = &sequence.declaration;
    let named = |are_labels: bool| -> BTreeSet<String> {
        let parameters = sequence.parameters.iter();
        let wanted = parameters.filter(|it| (it.kind == ParameterKind::Label) == are_labels);
        wanted.map(|it| it.name.to_string()).collect()
    };
    let scope = Scope {
        isa,
        operands: named(false),
        labels: named(true),
    };
    let mut found = Vec::new();
    let mut add = |change, syntax| found.push(Mutant { change, syntax });
    for (position, inside) in groups(declaration, Delimiter::Parenthesis)
        .into_iter()
        .take(1)
    {
        for (change, changed) in parameters(&inside, isa) {
            let changed = group(Delimiter::Parenthesis, changed);
            add(change, with(declaration, &[position], changed));
        }
    }
    // The lines come first, then what they mean.
    for (position, inside) in groups(declaration, Delimiter::Brace).into_iter().take(1) {
        for (change, changed) in templates(&inside, &scope) {
            let changed = group(Delimiter::Brace, changed);
            add(change, with(declaration, &[position], changed));
        }
    }
    for (change, changed) in without_clobbers(declaration) {
        add(change, changed);
    }
    found
}

/// The groups of a kind, each with its position.
fn groups(tokens: &TokenStream, delimiter: Delimiter) -> Vec<(usize, TokenStream)> {
    let all = tokens.clone().into_iter().enumerate();
    let wanted = all.filter_map(|(position, token)| match token {
        TokenTree::Group(group) if group.delimiter() == delimiter => {
            Some((position, group.stream()))
        }
        _ => None,
    });
    wanted.collect()
}

/// `a: Gpr, offset: Offset8` with one of the kinds wider.
fn parameters(list: &TokenStream, isa: &Isa) -> Vec<(Change, TokenStream)> {
    let tokens: Vec<TokenTree> = list.clone().into_iter().collect();
    let mut found = Vec::new();
    for (index, window) in tokens.windows(3).enumerate() {
        let [parameter, colon, kind] = window else {
            continue;
        };
        if !matches!(colon, TokenTree::Punct(punct) if punct.as_char() == ':') {
            continue;
        }
        for (wider, words) in wider_kinds(&kind.to_string(), isa) {
            let words = format!("`{parameter}: {kind}` accepts {words}");
            let changed = with(list, &[index + 2], name(&wider, kind));
            found.push((Change::new(Mutation::WidenKind, words), changed));
        }
    }
    found
}

/// The tokens without one of the names behind `clobbers`, or without all of the clause if there is no other.
pub fn without_clobbers(tokens: &TokenStream) -> Vec<(Change, TokenStream)> {
    let all: Vec<TokenTree> = tokens.clone().into_iter().collect();
    let is_mark = |token: &TokenTree, mark| matches!(token, TokenTree::Punct(punct) if punct.as_char() == mark);
    let Some(start) = all.iter().position(|token| token.to_string() == "clobbers") else {
        return Vec::new();
    };
    let end = all[start..].iter().position(|token| is_mark(token, ';'));
    let end = start + end.unwrap_or(all.len() - start - 1);
    let names: Vec<&TokenTree> = all[start + 1..end]
        .iter()
        .filter(|token| !is_mark(token, ','))
        .collect();
    let without = |left_out: usize| {
        let words = format!("without `clobbers {}`", names[left_out]);
        let rest = names.iter().enumerate().filter(|(at, _)| *at != left_out);
        let rest: Vec<&&TokenTree> = rest.map(|(_, name)| name).collect();
        let clause = match rest.is_empty() {
            true => TokenStream::new(),
            false => quote!(clobbers #(#rest),*;),
        };
        let changed = all[..start].iter().cloned();
        let changed = changed.chain(clause).chain(all[end + 1..].iter().cloned());
        (Change::new(Mutation::DropClobber, words), changed.collect())
    };
    (0..names.len()).map(without).collect()
}
