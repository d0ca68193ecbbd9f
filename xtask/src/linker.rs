//! The C compiler for the target: it links what cargo builds, and compiles jit-python's header probe.
//!
//! `xtask/bin/aarch64-cc` is what cargo starts; this step makes sure that there is something for it to start.

use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::cache::{Cache, Step};
use crate::debian::{self, Debian};
use crate::layout::Host;
use crate::{command, progress};

/// What this step is called.
pub const TITLE: &str = "C compiler for aarch64";
/// What to do where it cannot be fetched.
pub const REMEDY: &str = "apt-get install gcc-aarch64-linux-gnu libc6-dev-arm64-cross";

const PACKAGES: [&str; 2] = ["gcc-aarch64-linux-gnu", "libc6-dev-arm64-cross"];
const STEP: Step<'static> = Step {
    name: "cross",
    recipe: "gcc of the host's suite, 1",
    landmark: "aarch64-linux-gnu-gcc",
};

/// The ELF header's number of the machine, and aarch64's.
const ELF_MACHINE: std::ops::Range<usize> = 18..20;
const ELF_AARCH64: [u8; 2] = 183u16.to_le_bytes();

/// Starts the unpacked compiler, which finds its own parts from where it lies, but neither the target's C library nor the
/// shared libraries of the assembler and the linker.
const WRAPPER: &str = r#"#!/bin/sh
here=$(dirname "$(readlink -f "$0")")
for folder in "$here"/usr/lib/*-linux-gnu; do
    LD_LIBRARY_PATH=$folder${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
done
export LD_LIBRARY_PATH
exec "$here/usr/bin/aarch64-linux-gnu-gcc" --sysroot="$here" "$@"
"#;

/// Makes sure that there is a C compiler for the target: one that was unpacked before, a working one on PATH, or a new one.
///
/// On a machine of the target's kind there is one: rustc has just linked this program with it.
pub fn ensure(host: Host, cache: &Cache, debian: &Debian<'_>) -> Result<()> {
    if host == Host::Native || cache.has(&STEP) {
        return Ok(());
    }
    let installed = command::find_on_path(STEP.landmark);
    if installed.is_some_and(|installed| verify(&installed, &cache.path("")).is_ok()) {
        return Ok(());
    }
    let started = Instant::now();
    progress::begin(TITLE);
    cache.ensure(
        &STEP,
        |folder| {
            debian::unpack(&debian.host()?.download_all(&PACKAGES)?, folder)?;
            let wrapper = folder.join(STEP.landmark);
            fs::write(&wrapper, WRAPPER)
                .with_context(|| format!("cannot write {}", wrapper.display()))?;
            fs::set_permissions(&wrapper, fs::Permissions::from_mode(0o755))
                .context("cannot make it executable")
        },
        |folder| verify(&folder.join(STEP.landmark), folder),
    )?;
    progress::end(TITLE, started);
    Ok(())
}

/// Compiles and links a program that needs the C library.
fn verify(compiler: &Path, scratch: &Path) -> Result<()> {
    let (source, program) = (scratch.join("verify.c"), scratch.join("verify"));
    fs::write(
        &source,
        "#include <stdio.h>\nint main(void) { return puts(\"\") < 0; }\n",
    )
    .context("cannot write")?;
    command::output(Command::new(compiler).arg(&source).arg("-o").arg(&program))?;
    let bytes = fs::read(&program).with_context(|| format!("cannot read {}", program.display()))?;
    if bytes.get(ELF_MACHINE) != Some(&ELF_AARCH64[..]) {
        bail!("{} does not compile for aarch64", compiler.display());
    }
    for file in [source, program] {
        fs::remove_file(&file).with_context(|| format!("cannot remove {}", file.display()))?;
    }
    Ok(())
}
