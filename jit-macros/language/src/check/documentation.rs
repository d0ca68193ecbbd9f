//! Everything declared says what it does (JL071, a warning).
//!
//! The generated documentation of rules, operations and strategies consists of their comments.

use std::collections::BTreeSet;

use proc_macro2::Ident;

use crate::error::{Code, Diagnostic};
use crate::model::lowering::Rule;

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

/// A warning for each rule without a documentation comment; the first instance of a family speaks for the others.
pub fn check_rules(rules: &[Rule]) -> Vec<Diagnostic> {
    let mut families = BTreeSet::new();
    let written = rules.iter().filter(|rule| {
        let family = rule.instance.as_ref().map(|instance| &instance.family);
        family.is_none_or(|family| families.insert(family.to_string()))
    });
    check("rule", written.map(|rule| (&rule.name, &rule.doc)))
}
