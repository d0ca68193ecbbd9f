//! Everything that this repository declares: `specs/`, and the example of a crate that extends it.

use anyhow::{Result, anyhow};
use jit_language::model::lowering::Rule;
use jit_language::source::{self, Specs};

use crate::layout;

/// `specs/` and `tests/extension/src`, checked.
///
/// # Errors
/// A file that cannot be read, or mistakes in what is declared.
pub fn everything() -> Result<Specs> {
    let root = layout::root();
    let example = root.join("tests/extension/src");
    let extensions = [(&*example, "tests/extension/src/")];
    source::read_with_extensions(&root.join("specs"), "specs/", &extensions)
        .map_err(|error| anyhow!("{error}"))
}

/// Whether a rule or its family is among these names; every rule is, if there are none.
pub fn is_wanted(rule: &Rule, wanted: &[String]) -> bool {
    let family = rule.instance.as_ref().map(|instance| &instance.family);
    is_named(&rule.name, family, wanted)
}

/// Whether a name, or that of its family, is among these; every name is, if there are none.
pub fn is_named<T: ToString>(name: &T, family: Option<&T>, wanted: &[String]) -> bool {
    let names = [Some(name), family].into_iter().flatten();
    wanted.is_empty() || names.map(T::to_string).any(|name| wanted.contains(&name))
}
