//! The benchmarks: a crate of their own outside of the workspace, for they bring along what they are compared with.

use std::path::PathBuf;
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
    let mut cargo = layout::cargo();
    let target: PathBuf = layout::target_folder()?.join("benchmarks");
    cargo
        .args([subcommand, "--locked"])
        .arg("--manifest-path")
        .arg(layout::root().join("tests/benchmarks/Cargo.toml"))
        // Beside what the workspace builds, so that one folder holds all that is built.
        .env("CARGO_TARGET_DIR", target);
    Ok(cargo)
}
