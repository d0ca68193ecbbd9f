//! The target's Python with armjit importable: a folder like a virtual environment's, under cargo's target folder.
//!
//! A virtual environment's site-packages is read by every process of its Python, isolated (`-I`) or not, so `import armjit` and
//! the variable `ARMJIT` work in subprocesses whatever their options; and its executable can be the script that starts
//! the emulator.

use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Error, Result};

use crate::cache;
use crate::extension::{self, MODULE, Strategies};
use crate::interpreter::Interpreter;
use crate::layout;
use crate::pyperformance;
use crate::setup::{self, Setup};

/// A Python that can import one build of armjit.
pub struct Python {
    launcher: PathBuf,
    benchmarks: Option<PathBuf>,
}

/// Builds what is out of date, and becomes the target's Python with `arguments`.
pub fn run(arguments: &[OsString]) -> Result<()> {
    let setup = setup::essentials()?;
    let mut python = Python::assemble(&setup, Strategies::Default)?.command();
    Err(Error::from(python.args(arguments).exec()).context("cannot start the target's Python"))
}

impl Python {
    /// Builds the extension with `strategies`, and puts it and the Python package where the target's Python finds them.
    pub fn assemble(setup: &Setup, strategies: Strategies<'_>) -> Result<Self> {
        let library = extension::build(setup, strategies)?;
        let name = match strategies {
            Strategies::Default => "python".to_owned(),
            Strategies::Only(feature) => format!("python-{feature}"),
        };
        let folder = layout::assembly_folder()?.join(name);
        let launcher = write_launcher(setup, &folder)?;
        let packages = folder.join("lib/python3.14/site-packages");
        copy_changed(&layout::root().join("jit-python/python"), &packages)?;
        write_changed(
            &packages.join("armjit").join(MODULE),
            &read(&library)?,
            0o755,
        )?;
        let pyperformance = setup.pyperformance.as_ref();
        if let Some(found) = pyperformance {
            extension::link(&found.pyperf(), &packages.join("pyperf"))?;
        }
        Ok(Self {
            launcher,
            benchmarks: pyperformance.map(|found| found.benchmarks()),
        })
    }

    /// A command that starts it; the variables of this process reach it.
    pub fn command(&self) -> Command {
        let mut command = Command::new(&self.launcher);
        if let Some(benchmarks) = &self.benchmarks {
            command.env(pyperformance::VARIABLE, benchmarks);
        }
        command
    }
}

/// Writes the environment's configuration and executables; returns the executable that the others are links to.
fn write_launcher(setup: &Setup, folder: &Path) -> Result<PathBuf> {
    let base = base_executable(&setup.interpreter, &folder.join("base"))?;
    let home = base.parent().context("the interpreter lies in no folder")?;
    let settings = format!(
        "home = {}\ninclude-system-site-packages = true\nversion = 3.14\n",
        home.display()
    );
    write_changed(&folder.join("pyvenv.cfg"), settings.as_bytes(), 0o644)?;
    let launcher = folder.join("bin/python3.14");
    extension::link(&base, &launcher)?;
    for name in ["python3", "python"] {
        extension::link(Path::new("python3.14"), &folder.join("bin").join(name))?;
    }
    Ok(launcher)
}

/// An executable of the interpreter that the kernel can start, in a folder `bin` beside which its library lies: environments that
/// Python itself makes of this one link to it.
fn base_executable(interpreter: &Interpreter, folder: &Path) -> Result<PathBuf> {
    if interpreter.is_direct() {
        return Ok(interpreter.executable.clone());
    }
    let prefix = interpreter
        .executable
        .ancestors()
        .nth(2)
        .context("the interpreter lies in no folder")?;
    for part in ["lib", "include"] {
        extension::link(&prefix.join(part), &folder.join(part))?;
    }
    let script = folder.join("bin/python3.14");
    write_changed(&script, interpreter.script().as_bytes(), 0o755)?;
    Ok(script)
}

/// Makes `to` hold what `from` holds: files that changed are replaced, files that are gone are removed. What Python wrote
/// there itself, and what other sources provide (the extension, links), stays.
fn copy_changed(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to).with_context(|| format!("cannot make {}", to.display()))?;
    for entry in entries(to)? {
        let (name, path) = (entry.file_name(), entry.path());
        let ours = name == "__pycache__" || name == MODULE || path.is_symlink();
        if !ours && !from.join(&name).exists() {
            cache::remove(&path)?;
        }
    }
    for entry in entries(from)? {
        let (source, copy) = (entry.path(), to.join(entry.file_name()));
        if entry.file_name() == "__pycache__" {
            continue;
        }
        if source.is_dir() {
            copy_changed(&source, &copy)?;
        } else {
            write_changed(&copy, &read(&source)?, 0o644)?;
        }
    }
    Ok(())
}

fn entries(folder: &Path) -> Result<Vec<fs::DirEntry>> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect);
    entries.with_context(|| format!("cannot read {}", folder.display()))
}

fn read(file: &Path) -> Result<Vec<u8>> {
    fs::read(file).with_context(|| format!("cannot read {}", file.display()))
}

/// Gives `file` this content by putting a new file in its place, so that a running process keeps the one it has mapped.
fn write_changed(file: &Path, content: &[u8], mode: u32) -> Result<()> {
    if !file.is_symlink() && fs::read(file).is_ok_and(|existing| existing == content) {
        return Ok(());
    }
    let folder = file.parent().context("a file needs a folder")?;
    fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let new = folder.join(format!(".new-{}", std::process::id()));
    let written = fs::write(&new, content)
        .and_then(|()| fs::set_permissions(&new, fs::Permissions::from_mode(mode)))
        .and_then(|()| fs::rename(&new, file));
    written.with_context(|| format!("cannot write {}", file.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_follows_its_source() {
        let folder = std::env::temp_dir().join(format!("armjit-copy-test-{}", std::process::id()));
        let (from, to) = (folder.join("from"), folder.join("to"));
        fs::create_dir_all(from.join("package/__pycache__")).unwrap();
        fs::write(from.join("package/kept.py"), "1").unwrap();
        fs::write(from.join("package/gone.py"), "1").unwrap();
        copy_changed(&from, &to).unwrap();
        fs::create_dir_all(to.join("package/__pycache__")).unwrap();
        fs::write(to.join("package").join(MODULE), "library").unwrap();
        fs::write(from.join("package/kept.py"), "2").unwrap();
        fs::remove_file(from.join("package/gone.py")).unwrap();
        copy_changed(&from, &to).unwrap();
        assert_eq!(fs::read_to_string(to.join("package/kept.py")).unwrap(), "2");
        assert!(!to.join("package/gone.py").exists());
        assert!(
            to.join("package/__pycache__").exists() && to.join("package").join(MODULE).exists()
        );
        fs::remove_dir_all(folder).unwrap();
    }
}
