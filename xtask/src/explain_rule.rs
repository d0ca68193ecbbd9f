//! `cargo xtask explain-rule 'Add(x, 4096)'`: why an operation gets the rule that it gets.
//!
//! An example of the code generator says it; it is built on demand, so that this program builds while a rule is wrong.
//! The code generator knows nothing of operations above its own: of these, the rules are listed.

use std::fmt::Write as _;

use anyhow::Result;
use jit_language::source::Specs;

use crate::command;
use crate::declared;
use crate::layout;

/// Prints the explanation of an operation, or of every instruction of a function in its printed form.
///
/// # Errors
/// The text is neither, or the declarations are wrong.
pub fn run(text: &str) -> Result<()> {
    if let Some(rules) = above(&operation(text), &declared::everything()?) {
        print!("{rules}");
        return Ok(());
    }
    command::run(
        layout::cargo()
            .args(["run", "--quiet", "--package", "jit-core"])
            .args(["--example", "explain", "--", text]),
    )
}

/// The word that an expression begins with.
fn operation(text: &str) -> String {
    let word = text.trim_start().chars();
    word.take_while(|letter| letter.is_alphanumeric()).collect()
}

/// The rules of an operation that becomes operations of another dialect, in the order in which they are tried.
fn above(operation: &str, specs: &Specs) -> Option<String> {
    let is_it = |op: &&jit_language::model::ops::Op| op.name == operation;
    let above = specs
        .above
        .iter()
        .find(|above| above.ops.ops.iter().any(|op| is_it(&op)))?;
    let mut text = format!(
        "{operation} is an operation of {}; what it means and becomes: specs/docs/python.md\n",
        above.ops.dialect
    );
    for set in &above.expansions {
        let mut shown = Vec::new();
        for &row in &set.order.sequence {
            let index = set.rows.rows[row].rule;
            let rule = &set.rewriting.left.rules[index];
            if above.ops[rule.pattern.op].name != operation || shown.contains(&index) {
                continue;
            }
            shown.push(index);
            let condition = match rule.condition_text.as_str() {
                "" => String::new(),
                condition => format!(", {condition}"),
            };
            let line = rule.region.first.start().line;
            // Writing to a string does not fail.
            let _ = writeln!(
                text,
                "  {}  {}{condition}\n    becomes {}\n    {}:{line}",
                rule.name,
                rule.pattern_text,
                set.rewriting.right[index].text,
                jit_language::error::file(rule.region.first),
            );
        }
    }
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_on_python_values_are_shown_with_their_rules() {
        let specs = declared::everything().expect("what is declared is right");
        let text = above(&operation(" LoadLocal(3)"), &specs).expect("it is declared");
        assert!(
            text.contains("  load_slot_load_local  LoadLocal("),
            "{text}"
        );
        assert!(
            text.contains("becomes And(LoadI64(frame, slots_at + slot * 8), !borrowed)"),
            "{text}"
        );
        assert!(text.contains("specs/python/expand.rs:"), "{text}");
        for other in ["Add(x, 4096)", "function \"f\" {}", ""] {
            assert!(above(&operation(other), &specs).is_none(), "{other}");
        }
    }
}
