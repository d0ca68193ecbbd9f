//! The emulator that runs the target's programs on machines of another kind: QEMU in user mode, linked statically.

use std::env;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result};

use crate::cache::{Cache, Step};
use crate::debian::{self, Debian};
use crate::shell::quote_path;
use crate::{command, progress};

/// What this step is called.
pub const TITLE: &str = "emulator qemu-aarch64";
/// What to do where it cannot be fetched.
pub const REMEDY: &str =
    "apt-get install qemu-user, or set ARMJIT_EMULATOR to an emulator's command line";

/// The variable whose words replace the emulator's command line.
pub const VARIABLE: &str = "ARMJIT_EMULATOR";

const STEP: Step<'static> = Step {
    name: "emulator",
    recipe: "qemu-user of forky, 1",
    landmark: "qemu-aarch64",
};

/// Makes sure that there is an emulator, and returns its command line as words of a shell.
///
/// `ARMJIT_EMULATOR` goes before everything else. An installed emulator comes last: it is of any age.
pub fn ensure(cache: &Cache, debian: &Debian<'_>) -> Result<String> {
    if let Some(words) = env::var_os(VARIABLE).filter(|words| !words.is_empty()) {
        return words
            .into_string()
            .ok()
            .with_context(|| format!("{VARIABLE} is not UTF-8"));
    }
    if !cache.has(&STEP) {
        let started = Instant::now();
        progress::begin(TITLE);
        let fetched = cache.ensure(
            &STEP,
            |folder| fetch(folder, debian),
            |folder| verify(&folder.join(STEP.landmark)),
        );
        if let Err(error) = fetched {
            let installed =
                command::find_on_path(STEP.landmark).filter(|installed| verify(installed).is_ok());
            return installed
                .map(|installed| quote_path(&installed))
                .ok_or(error);
        }
        progress::end(TITLE, started);
    }
    Ok(quote_path(&cache.path(STEP.name).join(STEP.landmark)))
}

fn fetch(folder: &Path, debian: &Debian<'_>) -> Result<()> {
    let package = format!("qemu-user:{}", debian::own_architecture()?);
    let package = debian.suite()?.download_one(&package)?;
    // The package holds an emulator for every machine that QEMU knows.
    let program = folder.join(STEP.landmark);
    debian::unpack_file(&package, "./usr/bin/qemu-aarch64", &program)?;
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755))
        .context("cannot make the emulator executable")
}

fn verify(program: &Path) -> Result<()> {
    command::output(Command::new(program).arg("--version")).map(|_| ())
}
