//! Names are declared once (JL070).

use proc_macro2::Ident;

use crate::error::{Code, Diagnostic};

/// Reports every name that an earlier one of `names` has taken. `what` they are names of.
pub fn check<'a>(what: &str, names: impl IntoIterator<Item = &'a Ident>) -> Vec<Diagnostic> {
    let mut first: Vec<&Ident> = Vec::new();
    let mut found = Vec::new();
    for name in names {
        match first.iter().find(|other| **other == name) {
            Some(other) => found.push(
                Diagnostic::new(Code::DuplicateName, name.span(), format!("{what} `{name}` is declared twice"))
                    .also_at(other.span())
                    .declared(format!("the first `{name}`"), other.span())
                    .help("give one of them another name"),
            ),
            None => first.push(name),
        }
    }
    found
}
