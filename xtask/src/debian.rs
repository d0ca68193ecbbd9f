//! Debian as the source of everything that is not Rust: the cross compiler from the machine's own suite, the arm64 Python
//! and the emulator from the suite that carries CPython 3.14.
//!
//! The archive's address is the one that the machine's own apt configuration names.

use std::cell::OnceCell;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, anyhow};

use crate::apt::{Apt, Suite};
use crate::cache::{self, Cache};
use crate::command;

/// The suite that carries CPython 3.14 for arm64.
const SUITE: &str = "forky";

/// Downloads from Debian's archive. Nothing is fetched before the first question, and what failed once is not tried again.
pub struct Debian<'a> {
    cache: &'a Cache,
    host: OnceCell<Result<Apt, String>>,
    suite: OnceCell<Result<Apt, String>>,
}

impl<'a> Debian<'a> {
    /// Downloads are kept in `cache` until [`Debian::forget_downloads`].
    pub fn new(cache: &'a Cache) -> Self {
        Self {
            cache,
            host: OnceCell::new(),
            suite: OnceCell::new(),
        }
    }

    /// Packages for this machine: its own sources, less what is installed already.
    pub fn host(&self) -> Result<&Apt> {
        once(&self.host, || {
            let apt = Apt::of_host(self.folder("host"))?;
            apt.update()?;
            Ok(apt)
        })
    }

    /// Packages of the suite that carries CPython 3.14: arm64's, and on request this machine's.
    pub fn suite(&self) -> Result<&Apt> {
        once(&self.suite, || {
            let targets = self.host()?.index_targets()?;
            let archive = parse_index_targets(&targets)
                .context("the sources of this machine's apt name no Debian archive that could carry arm64's Python")?;
            let own = own_architecture()?;
            let both = ["arm64", own.as_str()];
            let architectures = if own == "arm64" {
                &both[..1]
            } else {
                &both[..]
            };
            let apt = Apt::of_suite(
                self.folder(SUITE),
                &Suite {
                    archive: &archive,
                    name: SUITE,
                    architectures,
                },
            )?;
            apt.update().with_context(|| format!("the suite {SUITE}"))?;
            Ok(apt)
        })
    }

    /// Removes the downloaded packages and indexes; what was unpacked from them stays.
    pub fn forget_downloads(&self) -> Result<()> {
        cache::remove(&self.cache.path("apt"))
    }

    fn folder(&self, name: &str) -> PathBuf {
        self.cache.path("apt").join(name)
    }
}

fn once<T>(cell: &OnceCell<Result<T, String>>, make: impl FnOnce() -> Result<T>) -> Result<&T> {
    let made = cell.get_or_init(|| make().map_err(|error| format!("{error:#}")));
    made.as_ref().map_err(|reason| anyhow!("{reason}"))
}

/// This machine's architecture by Debian's name, such as `amd64`.
pub fn own_architecture() -> Result<String> {
    let name = command::output(Command::new("dpkg").arg("--print-architecture"));
    Ok(name.context("this is no Debian machine")?.trim().to_owned())
}

/// Unpacks package files into `folder`; nothing of them is run.
pub fn unpack(packages: &[PathBuf], folder: &Path) -> Result<()> {
    for package in packages {
        command::output(Command::new("dpkg").arg("-x").arg(package).arg(folder))?;
    }
    Ok(())
}

/// Unpacks one file, by its name in the package, to `to`.
pub fn unpack_file(package: &Path, name: &str, to: &Path) -> Result<()> {
    let tar = to.with_extension("tar");
    let output =
        fs::File::create(&tar).with_context(|| format!("cannot write {}", tar.display()))?;
    command::run(
        Command::new("dpkg")
            .arg("--fsys-tarfile")
            .arg(package)
            .stdout(output),
    )?;
    let file = fs::File::create(to).with_context(|| format!("cannot write {}", to.display()))?;
    command::run(
        Command::new("tar")
            .arg("-xOf")
            .arg(&tar)
            .arg(name)
            .stdout(file),
    )?;
    cache::remove(&tar)
}

/// The address of the Debian archive that carries the machine's own release, from lines `ORIGIN|CODENAME|ADDRESS`.
///
/// Updates and security fixes may come from archives of their own, which do not carry other suites.
fn parse_index_targets(text: &str) -> Option<String> {
    text.lines().find_map(|line| {
        let (origin, rest) = line.split_once('|')?;
        let (codename, address) = rest.split_once('|')?;
        (origin == "Debian" && !codename.contains('-')).then(|| address.to_owned())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_archive_is_the_one_of_the_release() {
        let text = "Vendor|stable|http://vendor/\nDebian|bookworm-security|http://security/\n\
                    Debian|bookworm-updates|http://archive/debian/\nDebian|bookworm|http://archive/debian/\n";
        assert_eq!(
            parse_index_targets(text).as_deref(),
            Some("http://archive/debian/")
        );
        assert_eq!(
            parse_index_targets("Ubuntu|noble|http://archive/ubuntu/\n"),
            None
        );
        assert_eq!(parse_index_targets(""), None);
    }
}
