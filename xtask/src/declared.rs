//! Everything that this repository declares: `specs/`, and the example of a crate that extends it.

use anyhow::{Result, anyhow};
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
