//! Tokens changed in place: a token is found by its path, the positions that lead to it from group to group.

use proc_macro2::{Group, Ident, Literal, TokenStream, TokenTree};

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

/// `tokens` with the one at `path` replaced.
pub fn with(tokens: &TokenStream, path: &[usize], by: TokenTree) -> TokenStream {
    let [position, inner @ ..] = path else {
        return tokens.clone();
    };
    let mut by = Some(by);
    let change = |(index, token): (usize, TokenTree)| match token {
        token if index != *position => token,
        TokenTree::Group(group) if !inner.is_empty() => {
            let by = by.take().unwrap_or_else(|| TokenTree::Group(group.clone()));
            let mut changed = Group::new(group.delimiter(), with(&group.stream(), inner, by));
            changed.set_span(group.span());
            changed.into()
        }
        token => by.take().unwrap_or(token),
    };
    tokens.clone().into_iter().enumerate().map(change).collect()
}

/// Another name in the place of a token.
pub fn name(text: &str, place: &TokenTree) -> TokenTree {
    Ident::new(text, place.span()).into()
}

/// Another number in the place of a token.
pub fn number(value: u128, place: &TokenTree) -> TokenTree {
    let mut literal = Literal::u128_unsuffixed(value);
    literal.set_span(place.span());
    literal.into()
}

/// The whole number that a token is.
pub fn value(token: &TokenTree) -> Option<u128> {
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
