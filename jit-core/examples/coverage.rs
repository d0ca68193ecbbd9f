//! Merges what runs have written below a folder: `coverage FOLDER PAGE` writes the page, prints a line, and fails if there
//! is a rule that nothing fires.

use std::path::Path;
use std::process::ExitCode;

use jit_core::coverage::Report;
use jit_core::specs::lowering::RULE_SETS;

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [folder, page] = arguments.as_slice() else {
        eprintln!("coverage FOLDER PAGE");
        return ExitCode::FAILURE;
    };
    let report = match Report::read(Path::new(folder), &RULE_SETS) {
        Ok(report) => report,
        Err(error) => {
            eprintln!("{error}");
            return ExitCode::FAILURE;
        }
    };
    if let Err(error) = std::fs::write(page, report.to_string()) {
        eprintln!("{page}: {error}");
        return ExitCode::FAILURE;
    }
    println!("{}; {page}", report.summary());
    let unfired = report.unfired();
    for rule in &unfired {
        eprintln!("{}:{}: nothing fires `{}`", rule.file, rule.line, rule.name);
    }
    if unfired.is_empty() {
        ExitCode::SUCCESS
    } else {
        ExitCode::FAILURE
    }
}
