//! `JIT_MACROS_DUMP=NAME` (or `*`) prints what a declaration expands to, for whoever debugs a rule or the macros.
//!
//! NAME is that of the dialect, the rule set, the call strategies or, for a machine, the target. The text goes to standard
//! error, through rustfmt if there is one. Cargo does not know about the variable: touch the file with the declaration
//! to have it expanded again.

use std::io::Write;
use std::process::{Command, Stdio};

use proc_macro2::{TokenStream, TokenTree};

/// Prints `expansion` if the variable asks for `name`.
pub fn dump(name: &str, expansion: &TokenStream) {
    let wanted = std::env::var("JIT_MACROS_DUMP").ok();
    if let Some(text) = wanted.and_then(|wanted| printed(&wanted, name, expansion)) {
        eprintln!("{text}");
    }
}

/// What is printed if `wanted` is asked for.
fn printed(wanted: &str, name: &str, expansion: &TokenStream) -> Option<String> {
    (wanted == "*" || wanted == name).then(|| {
        let text = expansion.to_string();
        let text = format(&text).unwrap_or(text);
        format!("// expansion of {name}\n{text}")
    })
}

/// The name that a declaration gives itself: the second word, as in `lowering Integer for …`.
pub fn name_of(tokens: &TokenStream) -> String {
    let mut words = tokens.clone().into_iter().filter_map(|token| match token {
        TokenTree::Ident(word) => Some(word.to_string()),
        _ => None,
    });
    words.nth(1).unwrap_or_default()
}

/// Runs rustfmt; nothing if it is not there or does not like the text.
fn format(text: &str) -> Option<String> {
    let mut child = Command::new("rustfmt")
        .args(["--edition", "2024"])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .ok()?;
    child.stdin.take()?.write_all(text.as_bytes()).ok()?;
    let output = child.wait_with_output().ok()?;
    output
        .status
        .success()
        .then(|| String::from_utf8(output.stdout).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    use quote::quote;

    #[test]
    fn declarations_are_named_by_their_second_word() {
        assert_eq!(
            name_of(&quote!(lowering Integer for ops on isa; total { Add })),
            "Integer"
        );
        assert_eq!(name_of(&quote!(target aarch64;)), "aarch64");
        let documented = quote! {
            /// What it is.
            dialect Lir;
        };
        assert_eq!(name_of(&documented), "Lir");
    }

    #[test]
    fn what_is_printed_is_as_rustfmt_would_have_it() {
        let dialect = "dialect Printed; value I: i64; /// Sum.\n op Add(a: I, b: I) -> I { pure; means a.wrapping_add(b); }";
        let tokens: TokenStream = dialect.parse().expect("Rust tokens");
        let name = name_of(&tokens);
        let expansion = crate::invocation::ops(tokens);
        for wanted in ["Printed", "*"] {
            let text = printed(wanted, &name, &expansion).expect("what is asked for");
            let (first, rest) = text.split_once('\n').expect("lines");
            assert_eq!(first, "// expansion of Printed");
            assert!(rest.contains("\npub enum Op {\n"), "{rest}");
            let again = format(rest).expect("rustfmt, which the toolchain brings");
            assert_eq!(again.trim(), rest.trim());
        }
        assert_eq!(printed("Another", &name, &expansion), None);
    }
}
