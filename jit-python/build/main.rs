//! Generates what depends on the exact CPython that the extension is built for: the offsets in its structs.
//!
//! They come from that interpreter's own headers, compiled as constants by the target's C compiler and read back out of its
//! assembly text, so that nothing has to be run and a cross build works like any other. `ARMJIT_PYTHON_INCLUDE` names the
//! folder that holds `Python.h`, `ARMJIT_SYSROOT_INCLUDE` (optional) one more folder to search. Without the first, the
//! constants in `build/cpython314` are used, which lets the crate be checked on machines without those headers; the
//! extension compares its offsets with the interpreter's before it does anything, so that stale ones are refused and
//! never used. `ARMJIT_BLESS=1` brings the checked-in constants up to date.

mod offsets;

use std::path::{Path, PathBuf};
use std::{env, fs};

/// The checked-in constants, in a folder per supported minor version.
const STORED: &str = "build/cpython314/offsets.rs";

fn main() {
    for name in [
        "ARMJIT_PYTHON_INCLUDE",
        "ARMJIT_SYSROOT_INCLUDE",
        "ARMJIT_BLESS",
    ] {
        println!("cargo::rerun-if-env-changed={name}");
    }
    for path in ["build", "probe"] {
        println!("cargo::rerun-if-changed={path}");
    }
    if let Err(message) = run() {
        println!("cargo::error={message}");
    }
}

fn run() -> Result<(), String> {
    let out = PathBuf::from(env::var_os("OUT_DIR").ok_or("OUT_DIR is not set")?);
    let text = match env::var_os("ARMJIT_PYTHON_INCLUDE") {
        Some(include) => {
            let more = env::var_os("ARMJIT_SYSROOT_INCLUDE").map(PathBuf::from);
            let text = offsets::generate(Path::new(&include), more.as_deref(), &out)?;
            if env::var_os("ARMJIT_BLESS").is_some() {
                write(Path::new(STORED), &text)?;
            }
            text
        }
        None => fs::read_to_string(STORED).map_err(|error| format!("{STORED}: {error}"))?,
    };
    write(&out.join("offsets.rs"), &text)
}

fn write(path: &Path, text: &str) -> Result<(), String> {
    fs::write(path, text).map_err(|error| format!("{}: {error}", path.display()))
}
