//! Generates what depends on the exact CPython that the extension is built for: struct offsets and opcode tables.
//!
//! Both come from that interpreter's own headers. The offsets are compiled, as constants, by the target's C compiler and read
//! back out of its assembly text, so that nothing has to be run and a cross build works like any other. The opcode
//! tables are parsed out of the headers. `ARMJIT_PYTHON_INCLUDE` names the folder that holds `Python.h`,
//! `ARMJIT_SYSROOT_INCLUDE` (optional) one more folder to search. Without the first, the tables of `build/cpython314` are
//! used, which lets the crate be checked on machines without those headers; the extension compares its offsets with the
//! interpreter's when it is enabled, so that stale ones are refused and never used.

mod offsets;
mod opcodes;

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The checked-in results, one folder per supported minor version.
const STORED: &str = "build/cpython314";

fn main() {
    for name in [
        "ARMJIT_PYTHON_INCLUDE",
        "ARMJIT_SYSROOT_INCLUDE",
        "ARMJIT_BLESS",
    ] {
        println!("cargo:rerun-if-env-changed={name}");
    }
    for path in ["build", "probe"] {
        println!("cargo:rerun-if-changed={path}");
    }
    if let Err(message) = run() {
        println!("cargo::error={message}");
    }
}

fn run() -> Result<(), String> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let include = env::var_os("ARMJIT_PYTHON_INCLUDE").map(PathBuf::from);
    let generated = match &include {
        Some(include) => {
            let more = env::var_os("ARMJIT_SYSROOT_INCLUDE").map(PathBuf::from);
            Some((
                offsets::generate(include, more.as_deref(), &out)?,
                opcodes::generate(include)?,
            ))
        }
        None => None,
    };
    match generated {
        Some((offsets, opcodes)) => {
            publish(&out, "offsets.rs", &offsets)?;
            publish(&out, "opcodes.rs", &opcodes)
        }
        None => ["offsets.rs", "opcodes.rs"].iter().try_for_each(|name| {
            let stored = Path::new(STORED).join(name);
            fs::copy(&stored, out.join(name))
                .map(drop)
                .map_err(|error| format!("{}: {error}", stored.display()))
        }),
    }
}

/// Writes one generated file, and the checked-in copy too if `ARMJIT_BLESS` is set.
fn publish(out: &Path, name: &str, text: &str) -> Result<(), String> {
    let mut paths = vec![out.join(name)];
    if env::var_os("ARMJIT_BLESS").is_some() {
        paths.push(Path::new(STORED).join(name));
    }
    paths.iter().try_for_each(|path| {
        fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
    })
}
