//! Tokens as text, spaced as they were written.
//!
//! Printing a token stream puts spaces where the printer likes them. Places are known, so the author's own spacing can be
//! had back: a gap of any kind becomes one space.

use proc_macro2::{LineColumn, Span, TokenStream, TokenTree};

/// The text of `tokens`; as printed, if they come from no text.
pub fn text(tokens: &TokenStream) -> String {
    let mut pieces = Vec::new();
    collect(tokens, &mut pieces);
    if pieces.iter().any(|(_, span)| span.start() == span.end()) {
        return tokens.to_string();
    }
    let mut text = String::new();
    let mut end: Option<LineColumn> = None;
    for (piece, span) in pieces {
        if end.is_some_and(|end| end != span.start()) {
            text.push(' ');
        }
        text.push_str(&piece);
        end = Some(span.end());
    }
    text
}

/// Every token and delimiter with its place.
fn collect(tokens: &TokenStream, pieces: &mut Vec<(String, Span)>) {
    for token in tokens.clone() {
        match token {
            TokenTree::Group(group) => {
                let (open, close) = match group.delimiter() {
                    proc_macro2::Delimiter::Parenthesis => ("(", ")"),
                    proc_macro2::Delimiter::Brace => ("{", "}"),
                    proc_macro2::Delimiter::Bracket => ("[", "]"),
                    proc_macro2::Delimiter::None => {
                        collect(&group.stream(), pieces);
                        continue;
                    }
                };
                pieces.push((open.to_owned(), group.span_open()));
                collect(&group.stream(), pieces);
                pieces.push((close.to_owned(), group.span_close()));
            }
            token => pieces.push((token.to_string(), token.span())),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn spacing_is_kept_and_gaps_become_one_space() {
        let source = "if a as u64 >= b {\n    memory.call(&[a, -1], None::<()>)\n} else { x }";
        let tokens: TokenStream = source.parse().expect("it lexes");
        let expected = "if a as u64 >= b { memory.call(&[a, -1], None::<()>) } else { x }";
        assert_eq!(text(&tokens), expected);
    }

    #[test]
    fn tokens_from_nowhere_are_printed() {
        assert_eq!(text(&quote::quote!(a.b(c))), "a . b (c)");
    }
}
