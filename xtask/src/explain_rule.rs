//! `cargo xtask explain-rule 'Add(x, 4096)'`: why an operation gets the rule that it gets.
//!
//! An example of the code generator says it; it is built on demand, so that this program builds while a rule is wrong.

use anyhow::Result;

use crate::command;
use crate::layout;

/// Prints the explanation of an operation, or of every instruction of a function in its printed form.
///
/// # Errors
/// The text is neither, or the declarations are wrong.
pub fn run(text: &str) -> Result<()> {
    command::run(
        layout::cargo()
            .args(["run", "--quiet", "--package", "jit-core"])
            .args(["--example", "explain", "--", text]),
    )
}
