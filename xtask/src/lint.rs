//! Checks the Python sources with ruff.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::Result;

use crate::cache::{Cache, Step};
use crate::debian::Debian;
use crate::layout;
use crate::{command, pip, progress};

const REQUIREMENTS: &str = "ruff.txt";
const STEP: Step<'static> = Step {
    name: "ruff",
    recipe: include_str!("../ruff.txt"),
    landmark: "bin/ruff",
};

/// The folders of Python sources. Those that do not exist are an error of ruff's.
const SOURCES: [&str; 4] = [
    "jit-python/python",
    "tests/python",
    "xtask/demo",
    "xtask/checks",
];

/// Fetches ruff if it is not there, and runs it.
pub fn run() -> Result<()> {
    let cache = Cache::open()?;
    let ruff = fetch(&cache)?;
    for check in [&["check"][..], &["format", "--check"]] {
        command::run(
            Command::new(&ruff)
                .args(check)
                .args(SOURCES)
                .current_dir(layout::root()),
        )?;
    }
    Ok(())
}

fn fetch(cache: &Cache) -> Result<std::path::PathBuf> {
    const TITLE: &str = "ruff";
    let program = cache.path(STEP.name).join(STEP.landmark);
    if cache.has(&STEP) {
        return Ok(program);
    }
    let started = Instant::now();
    progress::begin(TITLE);
    let debian = Debian::new(cache);
    let verify = |folder: &Path| {
        command::output(Command::new(folder.join(STEP.landmark)).arg("--version")).map(|_| ())
    };
    cache.ensure(
        &STEP,
        |folder| pip::install(REQUIREMENTS, folder, cache, &debian),
        verify,
    )?;
    debian.forget_downloads()?;
    progress::end(TITLE, started);
    Ok(program)
}
