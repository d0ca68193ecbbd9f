//! From tokens to syntax trees that keep every span.
//!
//! Declarations are read statement by statement, each as a stream of its own, so that a mistake in one does not hide
//! those in the next. Names are not looked up here.

pub mod calls;
pub mod grammar;
pub mod isa;
pub mod lowering;
pub mod ops;
pub mod rewriting;

pub mod template;

use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use syn::ext::IdentExt;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, ExprLit, Lit, LitFloat, LitInt, Meta, Path, Token, braced};

use crate::error::{Context, Region};
use grammar::Grammar;

/// Cuts `tokens` into statements: each ends with its `;`, or with a brace group that no `;` and no `else` follows.
pub fn statements(tokens: TokenStream) -> Vec<TokenStream> {
    cut(tokens, true, &[])
}

/// As [`statements`], where a statement goes on if one of the words `clauses` stands behind it.
pub fn statements_with(tokens: TokenStream, clauses: &[&str]) -> Vec<TokenStream> {
    cut(tokens, true, clauses)
}

/// Cuts `tokens` into statements that all end with their `;`.
pub fn lines(tokens: TokenStream) -> Vec<TokenStream> {
    cut(tokens, false, &[])
}

fn cut(tokens: TokenStream, at_braces: bool, clauses: &[&str]) -> Vec<TokenStream> {
    let mut statements = Vec::new();
    let mut current = Vec::new();
    let mut tokens = tokens.into_iter().peekable();
    let is_semicolon =
        |token: &TokenTree| matches!(token, TokenTree::Punct(punct) if punct.as_char() == ';');
    let is_clause = |token: &TokenTree| matches!(token, TokenTree::Ident(word) if word == "else" || clauses.iter().any(|clause| word == clause));
    while let Some(token) = tokens.next() {
        let next = tokens.peek();
        let ends = match &token {
            TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
                at_braces && !next.is_some_and(is_semicolon)
            }
            token => is_semicolon(token),
        };
        current.push(token);
        if ends && !next.is_some_and(is_clause) {
            statements.push(current.drain(..).collect());
        }
    }
    if !current.is_empty() {
        statements.push(current.into_iter().collect());
    }
    statements
}

/// Reads every statement of `tokens` with `parse`; those that do not parse are reported and left out.
pub fn each_statement<T>(
    tokens: TokenStream,
    grammar: Grammar,
    context: &Context,
    parse: impl Fn(ParseStream) -> syn::Result<T>,
) -> Vec<T> {
    let read = |tokens| statement(tokens, grammar, context, &parse);
    statements(tokens).into_iter().filter_map(read).collect()
}

/// Reads one statement with `parse`; if it does not parse, it is reported.
pub fn statement<T>(
    tokens: TokenStream,
    grammar: Grammar,
    context: &Context,
    parse: impl FnOnce(ParseStream) -> syn::Result<T>,
) -> Option<T> {
    let parsed = parse_all(tokens.clone(), parse);
    let unread = |error| context.unread(&error, &tokens, grammar::help(&tokens, grammar));
    parsed.map_err(unread).ok()
}

/// What `parse` reads at the beginning of a statement, from the first statement that begins with it. Whatever else is in
/// the statements is not looked at.
pub fn first<T>(tokens: &TokenStream, parse: impl Fn(ParseStream) -> syn::Result<T>) -> Option<T> {
    let beginning = |input: ParseStream| {
        let parsed = parse(input)?;
        input.parse::<TokenStream>()?;
        Ok(parsed)
    };
    let mut statements = statements(tokens.clone()).into_iter();
    statements.find_map(|statement| parse_all(statement, beginning).ok())
}

/// Reads a word and the path behind it, such as `extends PATH`.
pub fn path_behind(word: &str, input: ParseStream) -> syn::Result<Path> {
    keyword(input, word)?;
    input.call(Path::parse_mod_style)
}

/// As [`path_behind`], where both may be left out.
pub fn optional_path_behind(word: &str, input: ParseStream) -> syn::Result<Option<Path>> {
    let path = peeks(input, word).then(|| path_behind(word, input));
    path.transpose()
}

/// Whether `name` occurs in `tokens`.
pub fn mentions(tokens: &TokenStream, name: &str) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(ident) => ident == name,
        TokenTree::Group(group) => mentions(&group.stream(), name),
        _ => false,
    })
}

/// Reads all of `tokens` with `parse`. What is missing at their end is missed at the last of them: syn would mark the whole
/// invocation, but looks for the end of a group at its closing brace.
pub fn parse_all<T>(
    tokens: TokenStream,
    parse: impl FnOnce(ParseStream) -> syn::Result<T>,
) -> syn::Result<T> {
    let last = Region::of(&tokens).last;
    let mut group = Group::new(Delimiter::Brace, tokens);
    group.set_span(last);
    let inside = |input: ParseStream| {
        let inside;
        braced!(inside in input);
        let parsed = parse(&inside)?;
        match inside.is_empty() {
            true => Ok(parsed),
            false => Err(inside.error("unexpected token")),
        }
    };
    inside.parse2(TokenTree::from(group).into())
}

/// Reads something with `parse`, and hands back the very tokens that it was read from.
pub fn verbatim<T>(
    input: ParseStream,
    parse: impl Fn(ParseStream) -> syn::Result<T>,
) -> syn::Result<(T, TokenStream)> {
    let from = input.fork();
    let parsed = parse(input)?;
    let mut tokens = TokenStream::new();
    while from.cursor() != input.cursor() {
        tokens.extend([from.parse::<TokenTree>()?]);
    }
    Ok((parsed, tokens))
}

/// Reads documentation comments into one text; any other attribute is refused.
pub fn documentation(input: ParseStream) -> syn::Result<String> {
    let mut lines = Vec::new();
    for attribute in input.call(Attribute::parse_outer)? {
        match attribute.meta {
            Meta::NameValue(pair) if pair.path.is_ident("doc") => {
                if let Expr::Lit(ExprLit {
                    lit: Lit::Str(text),
                    ..
                }) = pair.value
                {
                    lines.push(text.value().trim().to_owned());
                }
            }
            other => {
                return Err(syn::Error::new_spanned(
                    other,
                    "only documentation comments can stand here",
                ));
            }
        }
    }
    Ok(lines.join("\n").trim().to_owned())
}

/// Reads a word, keywords of Rust included.
pub fn word(input: ParseStream) -> syn::Result<Ident> {
    input.call(Ident::parse_any)
}

/// Reads the word `expected`.
pub fn keyword(input: ParseStream, expected: &str) -> syn::Result<Ident> {
    if peeks(input, expected) {
        word(input)
    } else {
        Err(input.error(format!("expected `{expected}`")))
    }
}

/// Whether the word `expected` comes next.
pub fn peeks(input: ParseStream, expected: &str) -> bool {
    input.peek(Ident::peek_any)
        && input
            .cursor()
            .ident()
            .is_some_and(|(found, _)| found == expected)
}

/// Reads an integer with an optional sign; there is no use for more than 64 bits.
pub fn integer(input: ParseStream) -> syn::Result<(i128, Region)> {
    let minus: Option<Token![-]> = input.parse()?;
    let literal: LitInt = input.parse()?;
    let magnitude: i128 = match literal.base10_parse::<u64>() {
        Ok(magnitude) if literal.suffix().is_empty() => magnitude.into(),
        _ => {
            let message = format!("expected a whole number of at most 64 bits, found `{literal}`");
            return Err(syn::Error::new(literal.span(), message));
        }
    };
    let region = Region::from(literal.span());
    Ok(match minus {
        Some(minus) => (-magnitude, Region::from(minus.spans[0]).to(region)),
        None => (magnitude, region),
    })
}

/// Reads a number with a decimal point, with an optional sign.
pub fn float(input: ParseStream) -> syn::Result<(f64, Region)> {
    let minus: Option<Token![-]> = input.parse()?;
    let literal: LitFloat = input.parse()?;
    let magnitude: f64 = literal.base10_parse()?;
    let region = Region::from(literal.span());
    Ok(match minus {
        Some(minus) => (-magnitude, Region::from(minus.spans[0]).to(region)),
        None => (magnitude, region),
    })
}

/// Reads `a..=b`, or `a` alone for `a..=a`.
pub fn range(input: ParseStream) -> syn::Result<(i128, i128, Region)> {
    let (lo, start) = integer(input)?;
    if !input.peek(Token![..=]) {
        return Ok((lo, lo, start));
    }
    input.parse::<Token![..=]>()?;
    let (hi, end) = integer(input)?;
    Ok((lo, hi, start.to(end)))
}

/// Reads items separated by commas up to a `;`, which is read too.
pub fn list<T>(
    input: ParseStream,
    item: impl Fn(ParseStream) -> syn::Result<T>,
) -> syn::Result<Vec<T>> {
    let mut items = vec![item(input)?];
    while input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
        if input.peek(Token![;]) {
            break;
        }
        items.push(item(input)?);
    }
    input.parse::<Token![;]>()?;
    Ok(items)
}

/// "Expected one of", for a statement that begins with none of the words that can begin one.
pub fn expected_one_of(found: &Ident, words: &[&str]) -> syn::Error {
    let list = words
        .iter()
        .map(|word| format!("`{word}`"))
        .collect::<Vec<_>>()
        .join(", ");
    let mut message = format!("expected one of {list}, found `{found}`");
    if let Some(nearest) = crate::error::nearest(&found.to_string(), words.iter().copied()) {
        message.push_str(&format!("; did you mean `{nearest}`?"));
    }
    syn::Error::new(found.span(), message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn statements_end_at_semicolons_and_braces() {
        let tokens = quote! { value I64 in { Gpr, const }; op Add() { pure; } op Sub() {} last };
        let texts: Vec<String> = statements(tokens)
            .iter()
            .map(TokenStream::to_string)
            .collect();
        assert_eq!(
            texts,
            [
                "value I64 in { Gpr , const } ;",
                "op Add () { pure ; }",
                "op Sub () { }",
                "last"
            ]
        );
    }

    #[test]
    fn one_bad_statement_does_not_hide_the_next() {
        let context = Context::new();
        let parse = |input: ParseStream| {
            let number = integer(input)?;
            input.parse::<Token![;]>()?;
            Ok(number.0)
        };
        let numbers = each_statement(quote! { 1; x; -2; 3 4; }, &[], &context, parse);
        assert_eq!(numbers, [1, -2]);
        assert_eq!(context.take().len(), 2);
    }
}
