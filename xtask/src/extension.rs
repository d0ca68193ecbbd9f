//! Builds jit-python for the target.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::cache;
use crate::command;
use crate::interpreter::Interpreter;
use crate::layout::{self, TARGET};
use crate::pyperformance;
use crate::setup::{self, Setup};
use crate::shell::quote_path;

/// The crate, which is the extension module.
pub const PACKAGE: &str = "jit-python";

/// The module's file name as Python imports it.
pub const MODULE: &str = "_armjit.so";

/// Which call-emission strategies the extension holds.
#[derive(Clone, Copy)]
pub enum Strategies<'a> {
    /// Those that are on by default: all.
    Default,
    /// The one of this cargo feature.
    Only(&'a str),
}

/// Builds the extension in release mode, and returns the shared library.
pub fn build(setup: &Setup, strategies: Strategies<'_>) -> Result<PathBuf> {
    let mut build = cargo(&setup.interpreter)?;
    build.args([
        "build",
        "--release",
        "--package",
        PACKAGE,
        "--target",
        TARGET,
    ]);
    if let Strategies::Only(feature) = strategies {
        build.args(["--no-default-features", "--features", feature]);
    }
    command::run(&mut build)?;
    Ok(layout::target_folder()?
        .join(TARGET)
        .join("release/lib_armjit.so"))
}

/// A cargo that can build jit-python for the target.
pub fn cargo(interpreter: &Interpreter) -> Result<Command> {
    let mut cargo = layout::cargo();
    cargo.envs(headers(interpreter)?);
    Ok(cargo)
}

/// Prints, for a shell to evaluate, what [`cargo`] sets, and where tests find the benchmarks.
pub fn print_environment() -> Result<()> {
    let setup = setup::essentials()?;
    let benchmarks = setup
        .pyperformance
        .map(|found| (pyperformance::VARIABLE, found.benchmarks()));
    for (name, value) in headers(&setup.interpreter)?.into_iter().chain(benchmarks) {
        println!("export {name}={}", quote_path(&value));
    }
    Ok(())
}

/// The variables that jit-python's header probe reads.
///
/// `ARMJIT_PYTHON_INCLUDE` holds `Python.h`. In a folder `ARMJIT_SYSROOT_INCLUDE` lies what Debian's `pyconfig.h` includes by
/// the architecture's name. Neither holds headers of a C library: those are the C compiler's own.
fn headers(interpreter: &Interpreter) -> Result<[(&'static str, PathBuf); 2]> {
    const ARCHITECTURE: &str = "aarch64-linux-gnu";
    let folder = layout::assembly_folder()?.join("include");
    let python = folder.join("python3.14");
    link(&interpreter.include, &python)?;
    let by_architecture = interpreter
        .include
        .with_file_name(ARCHITECTURE)
        .join("python3.14");
    if by_architecture.exists() {
        link(
            &by_architecture,
            &folder.join(ARCHITECTURE).join("python3.14"),
        )?;
    }
    Ok([
        ("ARMJIT_PYTHON_INCLUDE", python),
        ("ARMJIT_SYSROOT_INCLUDE", folder),
    ])
}

/// Makes `to` a link to `from`, and leaves it alone if it is one already.
pub fn link(from: &Path, to: &Path) -> Result<()> {
    if fs::read_link(to).is_ok_and(|existing| existing == from) {
        return Ok(());
    }
    cache::remove(to)?;
    let parent = to.parent().context("a link needs a folder")?;
    fs::create_dir_all(parent).with_context(|| format!("cannot make {}", parent.display()))?;
    symlink(from, to).with_context(|| format!("cannot link {}", to.display()))
}

/// The cargo features that switch one call-emission strategy each, as the crate declares them.
pub fn strategy_features() -> Result<Vec<String>> {
    let metadata = layout::metadata(&["--no-deps"])?;
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata lists no packages")?;
    let package = packages.iter().find(|package| package["name"] == PACKAGE);
    let features =
        package.with_context(|| format!("{PACKAGE} is no member of the workspace"))?["features"]
            .as_object();
    let names = features.context("the package has no features")?.keys();
    Ok(names
        .filter(|name| name.starts_with("call-"))
        .cloned()
        .collect())
}
