//! Everything declared says what it does (JL071, a warning).
//!
//! The generated documentation of rules, operations and strategies consists of their comments.

use proc_macro2::Ident;

use crate::error::{Code, Diagnostic};

/// A warning for each item without a documentation comment.
pub fn check<'a>(
    what: &str,
    items: impl IntoIterator<Item = (&'a Ident, &'a String)>,
) -> Vec<Diagnostic> {
    let undocumented = items.into_iter().filter(|(_, doc)| doc.is_empty());
    undocumented
        .map(|(name, _)| {
            let message = format!("{what} `{name}` has no documentation comment");
            Diagnostic::new(Code::MissingDocumentation, name.span(), message)
                .help("say in a `///` comment what it does")
        })
        .collect()
}
