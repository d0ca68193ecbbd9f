//! `cargo xtask coverage`: which rules of every kind fire in programs that somebody wrote, and which of their boundaries
//! are hit by these, by functions that tests make of the declarations, or cannot be hit.
//!
//! The tests run with a variable by which jit-core writes down what is hit, in a folder for each kind of run. Here the
//! programs of LIR are run once more, which takes seconds and covers every rule for LIR, and an example of the tests, in
//! which the rules for Python are compiled too, merges that with what the last tests have left.

use std::fs;
use std::io;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result};

use crate::command;
use crate::layout;

/// The variable that names the folder.
const VARIABLE: &str = "ARMJIT_COVERAGE";
/// The package and the test program that compiles every program of LIR.
const GOLDEN: [&str; 4] = ["--package", "armjit-tests", "--test", "golden"];

/// A kind of run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Kind {
    /// The programs of LIR, compiled.
    Golden,
    /// Rust tests, on this machine or the target. jit-core says which of them count.
    Tests,
    /// Python tests.
    Python,
    /// Benchmarks, as Python programs.
    Benchmarks,
}

impl Kind {
    fn folder(self) -> PathBuf {
        let name = match self {
            Kind::Golden => "golden",
            Kind::Tests => "tests",
            Kind::Python => "python",
            Kind::Benchmarks => "benchmarks",
        };
        folder().join(name)
    }

    /// Lets a command write down what it hits.
    pub fn note(self, command: &mut Command) -> &mut Command {
        command.env(VARIABLE, self.folder())
    }

    /// Forgets earlier runs.
    pub fn clear(self) -> Result<()> {
        let folder = self.folder();
        match fs::remove_dir_all(&folder) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(error).with_context(|| format!("cannot remove {}", folder.display()))
            }
            _ => Ok(()),
        }
    }
}

fn folder() -> PathBuf {
    layout::root().join("target/coverage")
}

/// Writes the report and says in a line what is in it.
///
/// # Errors
/// There is a rule that no program fires, or something was hit that should be out of reach.
pub fn run() -> Result<String> {
    Kind::Golden.clear()?;
    let mut golden = layout::cargo();
    golden.args(["test", "--quiet"]).args(GOLDEN);
    command::run(Kind::Golden.note(&mut golden))?;
    let mut merge = layout::cargo();
    merge
        .args([
            "run",
            "--quiet",
            "--package",
            "armjit-tests",
            "--example",
            "coverage",
            "--",
        ])
        .args([folder(), folder().join("report.md")]);
    Ok(command::output(&mut merge)?.trim().to_owned())
}
