//! Python packages from the index that the machine's pip is configured for, each pinned by its checksum.

use std::env;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::cache::{Cache, Step};
use crate::command;
use crate::debian::{self, Debian};
use crate::layout;

/// Debian's python3 comes without pip, but pip's wheel can be run without being installed.
const STEP: Step<'static> = Step {
    name: "pip",
    recipe: "python3-pip-whl of the host's suite, 1",
    landmark: WHEELS,
};
const WHEELS: &str = "usr/share/python-wheels";

/// Installs the packages of `requirements`, a file in xtask's folder that pins each by its checksum, into `folder`.
pub fn install(
    requirements: &str,
    folder: &Path,
    cache: &Cache,
    debian: &Debian<'_>,
) -> Result<()> {
    let requirements = layout::root().join("xtask").join(requirements);
    let mut install = pip(cache, debian)?;
    install.args([
        "install",
        "-qq",
        "--disable-pip-version-check",
        "--no-deps",
        "--only-binary=:all:",
        "--no-compile",
    ]);
    install
        .args(["--require-hashes", "--requirement"])
        .arg(requirements)
        .arg("--target")
        .arg(folder);
    // Neither the user's own packages nor pip's advice about root have anything to do with a folder of ours.
    install
        .env("PIP_USER", "0")
        .env("PIP_ROOT_USER_ACTION", "ignore");
    let output = install.output().context("cannot start pip")?;
    if !output.status.success() {
        bail!(
            "pip failed: {}",
            errors(&String::from_utf8_lossy(&output.stderr))
        );
    }
    Ok(())
}

/// What pip ends with; before it come warnings of every attempt.
fn errors(said: &str) -> String {
    let errors: Vec<&str> = said
        .lines()
        .filter_map(|line| line.strip_prefix("ERROR: "))
        .collect();
    if errors.is_empty() {
        said.trim().to_owned()
    } else {
        errors.join("\n")
    }
}

/// The machine's `python3 -m pip`, or pip's own wheel run by its python3.
fn pip(cache: &Cache, debian: &Debian<'_>) -> Result<Command> {
    let mut pip = python()?;
    pip.args(["-m", "pip"]);
    if command::output(python()?.args(["-m", "pip", "--version"])).is_ok() {
        return Ok(pip);
    }
    let folder = cache.ensure(
        &STEP,
        |folder| debian::unpack(&[debian.host()?.download_one("python3-pip-whl")?], folder),
        |folder| {
            command::output(
                python()?
                    .arg(wheel(&folder.join(WHEELS))?.join("pip"))
                    .arg("--version"),
            )
            .map(|_| ())
        },
    )?;
    let mut pip = python()?;
    pip.arg(wheel(&folder.join(WHEELS))?.join("pip"));
    Ok(pip)
}

fn wheel(folder: &Path) -> Result<PathBuf> {
    let files = folder
        .read_dir()
        .with_context(|| format!("cannot read {}", folder.display()))?;
    let is_pip = |file: &PathBuf| {
        file.file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("pip-"))
    };
    files
        .flatten()
        .map(|file| file.path())
        .find(is_pip)
        .context("the package python3-pip-whl holds no wheel of pip")
}

/// The machine's python3, without what the user meant for the target's.
fn python() -> Result<Command> {
    let mut command = Command::new(
        command::find_on_path("python3").context("there is no python3 on this machine")?,
    );
    let meant_for_target =
        env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("PYTHON"));
    for (name, _) in meant_for_target {
        command.env_remove(name);
    }
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_errors_are_repeated() {
        assert_eq!(
            errors("WARNING: Retrying\nERROR: no match\nERROR: none\n"),
            "no match\nnone"
        );
        assert_eq!(errors("Traceback\n"), "Traceback");
    }
}
