//! Rust's standard library for the target, by rustup.

use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::Result;

use crate::layout::TARGET;
use crate::{command, progress};

/// What this step is called.
pub const TITLE: &str = "Rust's standard library for aarch64";
/// What to do where it cannot be fetched.
pub const REMEDY: &str = "rustup target add aarch64-unknown-linux-gnu";

/// Makes sure that the toolchain in use can compile for the target.
pub fn ensure() -> Result<()> {
    if is_there()? {
        return Ok(());
    }
    let started = Instant::now();
    progress::begin(TITLE);
    // rustup verifies what it downloads against its signed manifest before it installs.
    command::output(Command::new("rustup").args(["target", "add", TARGET]))?;
    progress::end(TITLE, started);
    Ok(())
}

fn is_there() -> Result<bool> {
    let folder = command::output(Command::new("rustc").args([
        "--print",
        "target-libdir",
        "--target",
        TARGET,
    ]))?;
    let files = Path::new(folder.trim()).read_dir();
    Ok(files.is_ok_and(|files| {
        files
            .flatten()
            .any(|file| file.file_name().to_string_lossy().starts_with("libstd-"))
    }))
}
