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
    let mut last: Option<(&str, LineColumn)> = None;
    for (piece, span) in &pieces {
        if let Some((before, end)) = last
            && end != span.start()
            && !belong_together(before, piece)
        {
            text.push(' ');
        }
        text.push_str(piece);
        last = Some((piece, span.end()));
    }
    text
}

/// Whether there is never a space between these. Tokens that a family of rules has put in lie elsewhere than their
/// neighbours, which looks like a gap.
fn belong_together(before: &str, behind: &str) -> bool {
    let is_name = before.starts_with(|letter: char| letter.is_alphabetic())
        && !matches!(before, "if" | "in" | "match" | "else" | "as");
    matches!(before, "(" | "[" | ".")
        || matches!(behind, ")" | "]" | "." | ",")
        || (behind == "(" && is_name)
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
    fn names_put_in_from_elsewhere_leave_no_gaps() {
        let name: TokenStream = "\n\n   Shl".parse().expect("it lexes");
        let rest: TokenStream = "(a, b) if (a) . c".parse().expect("it lexes");
        assert_eq!(
            text(&name.into_iter().chain(rest).collect()),
            "Shl(a, b) if (a).c"
        );
    }

    #[test]
    fn tokens_from_nowhere_are_printed() {
        assert_eq!(text(&quote::quote!(a.b(c))), "a . b (c)");
    }
}
