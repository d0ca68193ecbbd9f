//! The target's CPython 3.14, with headers and the C library that it needs: `ARMJIT_SYSROOT`, or Debian's arm64 packages
//! unpacked into one folder.

use std::env;
use std::ffi::OsString;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Context, Result};

use crate::cache::{Cache, Step};
use crate::debian::{self, Debian};
use crate::progress;

/// What this step is called.
pub const TITLE: &str = "arm64 CPython 3.14";
/// What to do where it cannot be fetched.
pub const REMEDY: &str =
    "set ARMJIT_SYSROOT to a folder with an aarch64 root, python3.14 and its headers in it";

/// The variable that names a root to be used instead.
pub const VARIABLE: &str = "ARMJIT_SYSROOT";

const PACKAGES: [&str; 5] = [
    "python3.14",
    "libpython3.14-dev",
    "libpython3.14-testsuite",
    "libstdc++6",
    "libgcc-s1",
];
const STEP: Step<'static> = Step {
    name: "sysroot",
    recipe: "python3.14, headers and tests of forky, 1",
    landmark: "usr/bin/python3.14",
};

/// The root that the user names.
fn given() -> Option<OsString> {
    env::var_os(VARIABLE).filter(|root| !root.is_empty())
}

/// Whether the user names a root.
pub fn is_given() -> bool {
    given().is_some()
}

/// Whether a root was fetched before.
pub fn is_fetched(cache: &Cache) -> bool {
    cache.has(&STEP)
}

/// Makes sure that there is a root with the target's Python, and returns it.
///
/// `verify` tries out the Python of a root that was just made, or that the user names.
pub fn ensure(
    cache: &Cache,
    debian: &Debian<'_>,
    verify: impl FnOnce(&Path) -> Result<()>,
) -> Result<PathBuf> {
    if let Some(root) = given() {
        let root =
            std::path::absolute(root).with_context(|| format!("{VARIABLE} is not a folder"))?;
        verify(&root)?;
        return Ok(root);
    }
    if is_fetched(cache) {
        return Ok(cache.path(STEP.name));
    }
    let started = Instant::now();
    progress::begin(TITLE);
    let root = cache.ensure(
        &STEP,
        |folder| {
            debian::unpack(&debian.suite()?.download_all(&PACKAGES)?, folder)?;
            // The loader's path in every executable begins with /lib, a link on a merged system, which a package cannot hold.
            symlink("usr/lib", folder.join("lib")).context("cannot link lib")?;
            symlink("usr/lib", folder.join("lib64")).context("cannot link lib64")
        },
        verify,
    )?;
    progress::end(TITLE, started);
    Ok(root)
}
