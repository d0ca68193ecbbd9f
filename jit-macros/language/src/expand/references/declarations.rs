//! What the declarations of a machine and of a dialect name of their own, and of each other.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use quote::quote;

use super::words::{Found, Known, idents};

/// What a machine declares: at the top of its body, behind these words, and the conditions.
pub(super) fn declared(body: &TokenStream) -> Vec<Ident> {
    let tokens: Vec<TokenTree> = body.clone().into_iter().collect();
    let mut found = Vec::new();
    let mut behind = String::new();
    let mut after_dot = false;
    for token in &tokens {
        match token {
            TokenTree::Ident(word) => {
                let kinds = ["reg", "imm", "link"];
                let is_declared =
                    kinds.contains(&behind.as_str()) || behind == "form" && !after_dot;
                if is_declared {
                    found.push(word.clone());
                }
                if behind != "form" {
                    behind = word.to_string();
                }
            }
            TokenTree::Group(group) => {
                if behind == "conditions" {
                    found.extend(conditions(&group.stream()));
                }
                behind.clear();
            }
            TokenTree::Punct(punct) if punct.as_char() == ';' => behind.clear(),
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        after_dot = matches!(token, TokenTree::Punct(punct) if punct.as_char() == '.');
    }
    found
}

/// `eq = …; cs | hs = …;`
fn conditions(tokens: &TokenStream) -> Vec<Ident> {
    let mut found = Vec::new();
    let mut is_left = true;
    for token in tokens.clone() {
        match token {
            TokenTree::Ident(word) if is_left => found.push(word),
            TokenTree::Punct(punct) if punct.as_char() == '=' => is_left = false,
            TokenTree::Punct(punct) if punct.as_char() == ';' => is_left = true,
            _ => {}
        }
    }
    found
}

/// What a machine's own declaration names: kinds within parentheses and braces, and mnemonics that have meanings or are
/// part of one.
pub(super) fn of_machine(body: &TokenStream, known: &Known<'_>) -> Found {
    let mut found = Found::default();
    machine(body, true, known, &mut found);
    found
}

fn machine(body: &TokenStream, is_top: bool, known: &Known<'_>, found: &mut Found) {
    let tokens: Vec<TokenTree> = body.clone().into_iter().collect();
    let mut has_meaning = false;
    let mut begins = true;
    for (index, token) in tokens.iter().enumerate() {
        match token {
            TokenTree::Group(group) => {
                has_meaning = false;
                machine(&group.stream(), false, known, found);
            }
            TokenTree::Ident(word) if is_top => {
                if has_meaning && known.instructions.contains(&word.to_string()) {
                    found.type_named(quote!(__names::#word));
                }
                has_meaning |= word == "means";
            }
            TokenTree::Ident(word) => {
                let is_called = matches!(tokens.get(index + 1), Some(TokenTree::Group(_)));
                let text = word.to_string();
                let is_instruction = begins && is_called && known.instructions.contains(&text);
                if is_instruction || known.kinds.contains(&text) {
                    found.type_named(quote!(__names::#word));
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        begins = matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';')
            || matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Brace);
    }
}

/// What a dialect's own declaration names: types behind colons and arrows, and register classes behind `in`.
pub(super) fn of_dialect(body: &TokenStream, known: &Known<'_>) -> Found {
    let mut found = Found::default();
    dialect(body, known, &mut found);
    found
}

fn dialect(body: &TokenStream, known: &Known<'_>, found: &mut Found) {
    let mut before = String::new();
    for token in body.clone() {
        match &token {
            TokenTree::Group(group) if before == "in" => {
                for word in idents(&group.stream()) {
                    if let (true, Some(machine)) = (word != "const", &known.machine) {
                        found.type_named(quote!(#machine::#word));
                    }
                }
            }
            TokenTree::Group(group) => dialect(&group.stream(), known, found),
            TokenTree::Ident(word) => {
                if before != "value" && known.types.1.contains(&word.to_string()) {
                    let path = &known.types.0;
                    found.value_named(quote!(#path::#word));
                }
            }
            TokenTree::Punct(_) | TokenTree::Literal(_) => {}
        }
        before = token.to_string();
    }
}
