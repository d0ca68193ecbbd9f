//! Families of rules: `for (Compare, cond, inverse) in [(Eq, eq, ne), (LtS, lt, ge)] { rule … }`.
//!
//! Each row of the table replaces the names in the body by its tokens. Replaced tokens keep the place in the table, the
//! others theirs in the body, so that a mistake is marked where it was made.

use proc_macro2::{Group, Ident, TokenStream, TokenTree};
use syn::parse::{Parse as _, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Token, bracketed, parenthesized};

use crate::error::{Code, Context, Diagnostic, Region, is_new};
use crate::parse::grammar::Grammar;
use crate::parse::mentions;
use crate::parse::{each_statement, parse_all};

/// A row of a family's table.
#[derive(Clone, Debug)]
pub struct Instance {
    /// What the names of its rules end in.
    pub suffix: String,
    /// The row.
    pub region: Region,
    /// The row as text.
    pub text: String,
    /// The rules of the family, by the names written.
    pub rules: Vec<String>,
}

/// Reads one item of a body that is no family: the instance that it belongs to, if it does, comes along.
pub type ReadItem<'a, T> =
    dyn Fn(ParseStream, Option<&Instance>, &Context) -> syn::Result<Vec<T>> + 'a;

/// Reads the items of a body, those of families once for each row.
pub fn items<T>(
    body: TokenStream,
    instance: Option<&Instance>,
    grammar: Grammar,
    context: &Context,
    item: &ReadItem<'_, T>,
) -> Vec<T> {
    let read = |input: ParseStream| {
        if !input.peek(Token![for]) {
            return item(input, instance, context);
        }
        let instances = expand(input, context)?.into_iter();
        Ok(instances
            .flat_map(|(instance, body)| items(body, Some(&instance), grammar, context, item))
            .collect())
    };
    each_statement(body, grammar, context, read)
        .into_iter()
        .flatten()
        .collect()
}

/// Reads a family; one body per row.
fn expand(input: ParseStream, context: &Context) -> syn::Result<Vec<(Instance, TokenStream)>> {
    input.parse::<Token![for]>()?;
    let names;
    parenthesized!(names in input);
    if names.is_empty() {
        return Err(names.error("expected the names that each row replaces"));
    }
    let names: Vec<Ident> = names
        .parse_terminated(Ident::parse, Token![,])?
        .into_iter()
        .collect();
    input.parse::<Token![in]>()?;
    let table;
    bracketed!(table in input);
    if table.is_empty() {
        return Err(table.error("expected rows: a table without any makes no rule"));
    }
    let rows: Punctuated<TokenTree, Token![,]> =
        table.parse_terminated(TokenTree::parse, Token![,])?;
    let (body, _) = super::block(input)?;
    check_names(&names, &body, context);
    let rules = rule_names(&body);
    rows.into_iter()
        .map(|row| {
            let entries = entries(&row)?;
            if entries.len() != names.len() {
                let message = format!(
                    "expected {} entries, as many as there are names, found {}",
                    names.len(),
                    entries.len()
                );
                return Err(syn::Error::new(row.span(), message));
            }
            let suffix = snake_case(&entries[0].to_string());
            let text = row.to_string();
            let instance = Instance {
                suffix,
                region: Region::of(&row),
                text,
                rules: rules.clone(),
            };
            Ok((instance, replace(body.clone(), &names, &entries)))
        })
        .collect()
}

/// Each name stands for one entry of a row, and stands somewhere. The first entry also gives the rules their names.
fn check_names(names: &[Ident], body: &TokenStream, context: &Context) {
    for (index, name) in names.iter().enumerate() {
        let earlier = &names[..index];
        if !is_new("name of an entry", name, earlier, context) || index == 0 {
            continue;
        }
        if !mentions(body, &name.to_string()) {
            let message = format!("nothing in the family names `{name}`");
            let help = "use it, or delete it and its entry in every row";
            context.report(Diagnostic::new(Code::UnboundOrUnused, name.span(), message).help(help));
        }
    }
}

/// The entries of a row, each one or more tokens.
fn entries(row: &TokenTree) -> syn::Result<Vec<TokenStream>> {
    let TokenTree::Group(group) = row else {
        return Err(syn::Error::new(
            row.span(),
            "expected `(`: a row of the table",
        ));
    };
    parse_all(group.stream(), |input| {
        let mut entries = Vec::new();
        while !input.is_empty() {
            let mut entry = TokenStream::new();
            while !input.is_empty() && !input.peek(Token![,]) {
                entry.extend([input.parse::<TokenTree>()?]);
            }
            entries.push(entry);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(entries)
    })
}

fn replace(body: TokenStream, names: &[Ident], entries: &[TokenStream]) -> TokenStream {
    let mut replaced = TokenStream::new();
    for token in body {
        match token {
            TokenTree::Group(group) => {
                let mut inner =
                    Group::new(group.delimiter(), replace(group.stream(), names, entries));
                inner.set_span(group.span());
                replaced.extend([TokenTree::from(inner)]);
            }
            TokenTree::Ident(ident) => match names.iter().position(|name| *name == ident) {
                Some(index) => replaced.extend(entries[index].clone()),
                None => replaced.extend([TokenTree::from(ident)]),
            },
            other => replaced.extend([other]),
        }
    }
    replaced
}

fn rule_names(body: &TokenStream) -> Vec<String> {
    let tokens: Vec<TokenTree> = body.clone().into_iter().collect();
    let is_rule = |token: &TokenTree| matches!(token, TokenTree::Ident(ident) if *ident == "rule");
    tokens
        .windows(2)
        .filter(|pair| is_rule(&pair[0]))
        .map(|pair| pair[1].to_string())
        .collect()
}

/// `LtS` becomes `lt_s`, `4` stays.
fn snake_case(text: &str) -> String {
    let mut snake = String::new();
    let mut last: Option<char> = None;
    for letter in text.chars() {
        if letter.is_uppercase() && last.is_some_and(|last| last.is_lowercase()) {
            snake.push('_');
        }
        if letter.is_alphanumeric() || letter == '_' {
            snake.extend(letter.to_lowercase());
        }
        last = Some(letter);
    }
    snake
}
