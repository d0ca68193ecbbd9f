//! The benchmarks: a crate of their own outside of the workspace, for they bring along what they are compared with.

use std::process::Command;

use anyhow::Result;

use crate::command;
use crate::layout;

/// Measures, and prints a table each; all benchmarks, or those named.
pub fn run(names: &[String]) -> Result<()> {
    let mut bench = cargo("bench")?;
    if names.is_empty() {
        bench.arg("--benches");
    }
    for name in names {
        bench.args(["--bench", name]);
    }
    command::run(&mut bench)
}

/// Builds everything, checks what is measured, and goes through each measurement once.
pub fn test() -> Result<String> {
    command::run(cargo("test")?.arg("--all-targets"))?;
    Ok("cargo test of tests/benchmarks".to_owned())
}

fn cargo(subcommand: &str) -> Result<Command> {
    layout::cargo_outside("benchmarks", subcommand)
}
