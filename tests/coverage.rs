//! Merges what runs have written below a folder: `coverage FOLDER PAGE` writes the page, prints a line, and fails if there
//! is a rule that no program fires, or if something was hit that is out of reach by the declarations.
//!
//! It is here because the rules for Python are in a crate that the machine that builds cannot link, and their declarations
//! can be compiled anywhere.

#[path = "../jit-core/tests/unreachable/mod.rs"]
mod unreachable;

/// The declarations for Python, as `jit-python` has them.
#[allow(dead_code, reason = "only the table of rules is wanted")]
mod python {
    #[path = "../../specs/python/expand.rs"]
    pub mod expand;
    #[path = "../../specs/python/ops.rs"]
    pub mod ops;
}

use std::path::Path;
use std::process::ExitCode;

use jit_core::coverage::{Report, Rules};
use jit_core::specs::lowering::RULE_SETS;
use jit_core::specs::rewriting::REWRITE_SETS;
use jit_language::source;
use python::expand::EXPAND_SET;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, page] = arguments.as_slice() else {
        eprintln!("coverage FOLDER PAGE");
        return ExitCode::FAILURE;
    };
    match run(Path::new(folder), page) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

/// Whether every rule is fired, and nothing was hit that cannot be.
fn run(folder: &Path, page: &str) -> Result<bool, Box<dyn std::error::Error>> {
    let declared = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    let specs = source::read(&declared, "specs/")?;
    let lowering = RULE_SETS.into_iter().map(Rules::of_lowering);
    let rewriting = REWRITE_SETS.into_iter().map(Rules::of_rewriting);
    let expansions = [Rules::of_expansion(&EXPAND_SET)];
    let sets = lowering.chain(rewriting).chain(expansions).collect();
    let report = Report::read(folder, sets, unreachable::points(&specs))?;
    std::fs::write(page, report.to_string()).map_err(|error| format!("{page}: {error}"))?;
    println!("{}; {page}", report.summary());
    let unfired = report.unfired();
    for rule in &unfired {
        eprintln!(
            "{}:{}: no program fires `{}`",
            rule.file, rule.line, rule.name
        );
    }
    let contradictions = report.contradictions();
    for point in &contradictions {
        eprintln!(
            "{}: `{}`: {}: hit, although it is out of reach by the declarations",
            point.file, point.rule, point.what
        );
    }
    Ok(unfired.is_empty() && contradictions.is_empty())
}
