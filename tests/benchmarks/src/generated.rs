//! A workspace to compile `jit-core` in with other declarations, and what that costs.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};

use crate::scaled::Declarations;
use crate::scaled::source::{root, texts};

/// What of the repository is needed.
const PARTS: [&str; 4] = ["jit-core", "jit-macros", "specs", "Cargo.lock"];

/// How to compile.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// Everything up to the borrow checker.
    Check,
    /// Code without optimisation.
    Debug,
    /// Optimised code.
    Release,
}

impl Mode {
    /// All of them.
    pub const ALL: [Mode; 3] = [Mode::Check, Mode::Debug, Mode::Release];

    /// As it stands in tables.
    pub fn name(self) -> &'static str {
        match self {
            Mode::Check => "check",
            Mode::Debug => "debug",
            Mode::Release => "release",
        }
    }

    fn arguments(self) -> &'static [&'static str] {
        match self {
            Mode::Check => &["check"],
            Mode::Debug => &["build"],
            Mode::Release => &["build", "--release"],
        }
    }
}

/// A copy of the repository, as far as `jit-core` needs it.
#[derive(Debug)]
pub struct Workspace {
    folder: PathBuf,
}

impl Workspace {
    /// The copy in `folder`, made or brought up to date.
    ///
    /// # Errors
    /// What cannot be read or written.
    pub fn new(folder: PathBuf) -> Result<Workspace> {
        for part in PARTS {
            copy(&root().join(part), &folder.join(part))?;
        }
        let manifest = fs::read_to_string(root().join("Cargo.toml"))?;
        write(&folder.join("Cargo.toml"), &members(&manifest))?;
        Ok(Workspace { folder })
    }

    /// Puts `declarations` into `specs/`.
    ///
    /// # Errors
    /// What cannot be read or written.
    pub fn declare(&self, declarations: &Declarations) -> Result<()> {
        for (path, text) in texts(declarations)? {
            write(&self.folder.join("specs").join(path), &text)?;
        }
        Ok(())
    }

    /// Compiles what `jit-core` depends on.
    ///
    /// # Errors
    /// It does not compile.
    pub fn prepare(&self, mode: Mode) -> Result<()> {
        self.compile(mode).map(|_| ())
    }

    /// Compiles `jit-core` alone, and returns the seconds of processor time that it took, those of cargo included.
    ///
    /// # Errors
    /// It does not compile.
    pub fn compile(&self, mode: Mode) -> Result<f64> {
        // Cargo goes by the time of the last change.
        let library = self.folder.join("jit-core/src/lib.rs");
        fs::File::options()
            .append(true)
            .open(&library)?
            .set_modified(std::time::SystemTime::now())?;
        let before = of_children()?;
        let output = Command::new(env!("CARGO"))
            .args(mode.arguments())
            .args(["--quiet", "--package", "jit-core", "--jobs", "1"])
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_INCREMENTAL", "0")
            .output()
            .context("cargo cannot be run")?;
        ensure!(
            output.status.success(),
            "jit-core does not compile with scaled declarations:\n{}",
            String::from_utf8_lossy(&output.stderr)
        );
        Ok(of_children()? - before)
    }
}

/// The manifest of the workspace with the members that are copied.
fn members(manifest: &str) -> String {
    let kept = manifest.lines().filter(|line| {
        !["exclude", "default-members"]
            .iter()
            .any(|key| line.starts_with(key))
    });
    let lines = kept.map(|line| match line.starts_with("members") {
        true => r#"members = ["jit-core", "jit-macros", "jit-macros/language"]"#,
        false => line,
    });
    lines.collect::<Vec<_>>().join("\n") + "\n"
}

/// Copies a file or a folder, but for declarations that may be scaled, which [`Workspace::declare`] writes.
fn copy(from: &Path, to: &Path) -> Result<()> {
    if from.is_dir() {
        for entry in fs::read_dir(from)? {
            let entry = entry?;
            copy(&entry.path(), &to.join(entry.file_name()))?;
        }
        return Ok(());
    }
    let text = fs::read(from).with_context(|| format!("cannot read {}", from.display()))?;
    write_bytes(to, &text)
}

fn write(path: &Path, text: &str) -> Result<()> {
    write_bytes(path, text.as_bytes())
}

/// Writes a file unless it has this text already, for cargo would compile it once more.
fn write_bytes(path: &Path, text: &[u8]) -> Result<()> {
    if fs::read(path).is_ok_and(|found| found == text) {
        return Ok(());
    }
    if let Some(folder) = path.parent() {
        fs::create_dir_all(folder)?;
    }
    fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// The seconds of processor time of all processes that this one has started and waited for, and of those that they have.
fn of_children() -> Result<f64> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    // The name of the program stands in parentheses and may hold anything.
    let fields = stat.rsplit_once(')').map(|(_, rest)| rest);
    let mut fields = fields
        .context("/proc/self/stat names no program")?
        .split_whitespace();
    let (user, system) = (fields.nth(13), fields.next());
    let (Some(user), Some(system)) = (user, system) else {
        bail!("/proc/self/stat has fewer fields than it should");
    };
    let ticks = user.parse::<u64>()? + system.parse::<u64>()?;
    Ok(ticks as f64 / rustix::param::clock_ticks_per_second() as f64)
}
