//! Names derived from declared ones.

use proc_macro2::{Ident, Span};
use syn::ext::IdentExt;

/// `LoadI64` as `load_i64`; a name that Rust keeps for itself gets an underscore behind it.
pub fn snake(name: &Ident) -> Ident {
    let text = words(&name.unraw().to_string()).join("_").to_lowercase();
    identifier(text, name.span())
}

/// `GprZr` as `GPR_ZR`.
pub fn upper(name: &Ident) -> Ident {
    identifier(
        words(&name.unraw().to_string()).join("_").to_uppercase(),
        name.span(),
    )
}

fn identifier(text: String, span: Span) -> Ident {
    match syn::parse_str::<Ident>(&text) {
        Ok(_) => Ident::new(&text, span),
        Err(_) => Ident::new(&format!("{text}_"), span),
    }
}

/// Cuts before capitals: behind a small letter or digit, and before the last one of several.
fn words(name: &str) -> Vec<String> {
    let letters: Vec<char> = name.chars().collect();
    let mut words = vec![String::new()];
    for (index, letter) in letters.iter().enumerate() {
        let begins = letter.is_uppercase()
            && index > 0
            && (!letters[index - 1].is_uppercase()
                || letters
                    .get(index + 1)
                    .is_some_and(|next| next.is_lowercase()));
        match words.last_mut() {
            Some(last) if !begins => last.push(*letter),
            _ => words.push(letter.to_string()),
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::format_ident;

    #[test]
    fn capitals_begin_words() {
        for (name, expected) in [
            ("LoadI64", "load_i64"),
            ("FAdd", "f_add"),
            ("ShrU", "shr_u"),
            ("AddOrExit", "add_or_exit"),
            ("Eq32", "eq32"),
            ("Return", "return_"),
        ] {
            assert_eq!(snake(&format_ident!("{name}")).to_string(), expected);
        }
        assert_eq!(upper(&format_ident!("GprZr")).to_string(), "GPR_ZR");
        assert_eq!(upper(&format_ident!("Branch26")).to_string(), "BRANCH26");
    }
}
