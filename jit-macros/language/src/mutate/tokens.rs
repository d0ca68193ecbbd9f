//! Tokens changed in place: a token is found by its path, the positions that lead to it from group to group.

use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

use crate::text::text;

/// The positions that lead to a token.
pub type Path = Vec<usize>;

/// Every token that is not a group, with the way to it.
pub fn each(tokens: &TokenStream) -> Vec<(Path, TokenTree)> {
    let mut found = Vec::new();
    collect(tokens, &mut Vec::new(), &mut found);
    found
}

fn collect(tokens: &TokenStream, path: &mut Path, found: &mut Vec<(Path, TokenTree)>) {
    for (position, token) in tokens.clone().into_iter().enumerate() {
        path.push(position);
        match token {
            TokenTree::Group(group) => collect(&group.stream(), path, found),
            token => found.push((path.clone(), token)),
        }
        path.pop();
    }
}

/// `tokens` with others in the place of the one at `path`.
pub fn with(tokens: &TokenStream, path: &[usize], by: impl Into<TokenStream>) -> TokenStream {
    let [position, inner @ ..] = path else {
        return tokens.clone();
    };
    let by = by.into();
    let change = |(index, token): (usize, TokenTree)| match token {
        token if index != *position => token.into(),
        TokenTree::Group(group) if !inner.is_empty() => {
            regrouped(&group, with(&group.stream(), inner, by.clone())).into()
        }
        _ => by.clone(),
    };
    let changed = tokens.clone().into_iter().enumerate().flat_map(change);
    changed.collect()
}

/// `tokens` with every name for which `other` knows another one replaced by it.
pub fn renamed(tokens: &TokenStream, other: &dyn Fn(&str) -> Option<String>) -> TokenStream {
    let change = |token: TokenTree| match &token {
        TokenTree::Group(group) => regrouped(group, renamed(&group.stream(), other)),
        TokenTree::Ident(ident) => {
            other(&ident.to_string()).map_or(token.clone(), |text| name(&text, &token))
        }
        _ => token,
    };
    tokens.clone().into_iter().map(change).collect()
}

fn regrouped(group: &Group, inside: TokenStream) -> TokenTree {
    let mut changed = Group::new(group.delimiter(), inside);
    changed.set_span(group.span());
    changed.into()
}

/// `tokens` between delimiters.
pub fn group(delimiter: Delimiter, tokens: TokenStream) -> TokenTree {
    let span = tokens.clone().into_iter().next().map(|token| token.span());
    let mut group = Group::new(delimiter, tokens);
    group.set_span(span.unwrap_or_else(Span::call_site));
    group.into()
}

/// Another name in the place of a token.
pub fn name(text: &str, place: &TokenTree) -> TokenTree {
    Ident::new(text, place.span()).into()
}

/// Another number in the place of a token.
pub fn number(value: i128, place: &TokenTree) -> TokenStream {
    let mut literal = Literal::u128_unsuffixed(value.unsigned_abs());
    literal.set_span(place.span());
    let mut minus = Punct::new('-', Spacing::Alone);
    minus.set_span(place.span());
    let minus = (value < 0).then_some(TokenTree::from(minus));
    minus.into_iter().chain([literal.into()]).collect()
}

/// The change from `before` to `changed` in words.
pub fn instead(changed: &TokenStream, before: &TokenStream) -> String {
    format!("`{}` instead of `{}`", text(changed), text(before))
}

/// What stands between the commas, or other such marks.
pub fn split(tokens: &TokenStream, mark: char) -> Vec<TokenStream> {
    let mut parts = vec![TokenStream::new()];
    for token in tokens.clone() {
        match (&token, parts.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == mark => {
                parts.push(TokenStream::new());
            }
            (_, Some(part)) => part.extend([token]),
            (_, None) => {}
        }
    }
    parts
}

/// The whole number that a token is.
pub fn value(token: &TokenTree) -> Option<i128> {
    let TokenTree::Literal(literal) = token else {
        return None;
    };
    let literal: syn::LitInt = syn::parse_str(&literal.to_string()).ok()?;
    literal.base10_parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_are_found_and_replaced_inside_of_groups() {
        let tokens: TokenStream = "ldr X(d), [XSP(a), 8]".parse().unwrap();
        let all = each(&tokens);
        let (path, eight) = all
            .iter()
            .find(|(_, token)| value(token) == Some(8))
            .unwrap();
        let changed = with(&tokens, path, number(9, eight));
        assert_eq!(changed.to_string(), tokens.to_string().replace('8', "9"));
        let (path, a) = &all[5];
        assert_eq!(a.to_string(), "a");
        let changed = with(&tokens, path, name("b", a));
        assert_eq!(
            changed.to_string(),
            tokens.to_string().replace("(a)", "(b)")
        );
    }
}
