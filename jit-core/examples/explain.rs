//! Says why an operation gets the rule that it gets: `explain 'Add(x, 4096)'`, or the text of a function.

use std::process::ExitCode;

use jit_core::explain::explain_text;
use jit_core::specs::rewriting::REWRITE_SETS;

fn main() -> ExitCode {
    let text: Vec<String> = std::env::args().skip(1).collect();
    match explain_text(&text.join(" "), &REWRITE_SETS) {
        Ok(explanations) => {
            for explanation in explanations {
                println!("{explanation}");
            }
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
