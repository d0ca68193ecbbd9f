//! Where things lie in the workspace, and which kind of machine this is.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::LazyLock;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::command;

/// The Rust name of the machine that armjit compiles for.
pub const TARGET: &str = "aarch64-unknown-linux-gnu";

/// What this machine can do with a program for the target.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Host {
    /// It is one of the target's machines: runs it directly.
    Native,
    /// It needs a cross compiler and an emulator.
    Foreign,
}

/// This machine's kind.
///
/// # Errors
/// Anything but Linux is refused: user-mode emulation and the arm64 Python are Linux's.
pub fn host() -> Result<Host> {
    if env::consts::OS != "linux" {
        bail!(
            "armjit runs on Linux (aarch64, or another machine with an emulator); this is {}",
            env::consts::OS
        );
    }
    Ok(if env::consts::ARCH == "aarch64" {
        Host::Native
    } else {
        Host::Foreign
    })
}

/// The workspace's folder.
pub fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .parent()
        .expect("xtask is a folder of the workspace")
}

/// A `cargo` of the same toolchain, started in the workspace.
pub fn cargo() -> Command {
    let mut command = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()));
    command.current_dir(root());
    command
}

/// A `cargo` for a crate in `tests/` that is none of the workspace's, with the dependencies of its own `Cargo.lock`.
pub fn cargo_outside(name: &str, subcommand: &str) -> Result<Command> {
    let mut cargo = cargo();
    cargo
        .args([subcommand, "--locked"])
        .arg("--manifest-path")
        .arg(root().join("tests").join(name).join("Cargo.toml"))
        // Beside what the workspace builds, so that one folder holds all that is built.
        .env("CARGO_TARGET_DIR", target_folder()?.join(name));
    Ok(cargo)
}

/// What `cargo metadata` says of the workspace, `arguments` added.
pub fn metadata(arguments: &[&str]) -> Result<Value> {
    let text = command::output(
        cargo()
            .args(["metadata", "--format-version", "1"])
            .args(arguments),
    )?;
    serde_json::from_str(&text).context("cargo metadata did not print JSON")
}

/// Cargo's folder for what it builds, wherever the user put it.
pub fn target_folder() -> Result<PathBuf> {
    static FOLDER: LazyLock<Result<PathBuf>> = LazyLock::new(|| {
        let metadata = metadata(&["--no-deps"])?;
        let folder = metadata["target_directory"]
            .as_str()
            .context("cargo metadata names no target folder")?;
        Ok(PathBuf::from(folder))
    });
    FOLDER
        .as_ref()
        .cloned()
        .map_err(|error| anyhow::anyhow!("{error:#}"))
}

/// The folder for what xtask assembles from built and fetched parts.
pub fn assembly_folder() -> Result<PathBuf> {
    Ok(target_folder()?.join("armjit"))
}
