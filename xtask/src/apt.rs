//! apt with a state of its own: downloads Debian packages without root and without touching the machine's package state.
//!
//! What comes down is trustworthy: apt checks the archive's index against the keyring of the machine and every package
//! against that index, and gives a package its name only afterwards. Unpacking is the caller's.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread;
use std::time::Duration;

use anyhow::{Context, Result, bail};

use crate::command;
use crate::progress::Download;

/// The keyring of Debian's archive, where the machine has it outside apt's default trust.
const KEYRINGS: [&str; 2] = [
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/usr/share/keyrings/debian-archive-keyring.pgp",
];

/// One private apt state.
pub struct Apt {
    folder: PathBuf,
    options: Vec<String>,
}

/// A suite of a Debian archive, for the architectures named.
pub struct Suite<'a> {
    /// The archive's address.
    pub archive: &'a str,
    /// The suite's name, such as `forky`.
    pub name: &'a str,
    /// Debian's names; packages are those of the first one unless another is asked for.
    pub architectures: &'a [&'a str],
}

impl Apt {
    /// The machine's own sources and installed packages, with indexes and downloads kept in `folder`.
    pub fn of_host(folder: PathBuf) -> Result<Self> {
        Self::with_state(folder, Vec::new())
    }

    /// One suite only, on a machine where nothing is installed, so that dependencies come down too.
    pub fn of_suite(folder: PathBuf, suite: &Suite<'_>) -> Result<Self> {
        let sources = folder.join("sources.list");
        let status = folder.join("status");
        let mut options = vec![
            format!("Dir::Etc::SourceList={}", sources.display()),
            "Dir::Etc::SourceParts=/dev/null".to_owned(),
            format!("Dir::State::status={}", status.display()),
            format!("APT::Architecture={}", suite.architectures[0]),
            // A mirror that is frozen at some date serves as well, and its signature is checked all the same.
            "Acquire::Check-Valid-Until=false".to_owned(),
        ];
        options.extend(
            suite
                .architectures
                .iter()
                .map(|name| format!("APT::Architectures::={name}")),
        );
        let apt = Self::with_state(folder, options)?;
        let keyring = KEYRINGS
            .into_iter()
            .find(|keyring| Path::new(keyring).exists());
        fs::write(&sources, source_line(suite, keyring)).context("cannot write apt's sources")?;
        fs::write(&status, "").context("cannot write apt's status")?;
        Ok(apt)
    }

    fn with_state(folder: PathBuf, own: Vec<String>) -> Result<Self> {
        for part in ["lists/partial", "archives/partial"] {
            fs::create_dir_all(folder.join(part))
                .with_context(|| format!("cannot make {}", folder.display()))?;
        }
        let mut options = vec![
            format!("Dir::State::lists={}", folder.join("lists").display()),
            format!("Dir::Cache={}", folder.display()),
            format!("Dir::Cache::archives={}", folder.join("archives").display()),
            // The locks are those of the machine's state, which is not touched.
            "Debug::NoLocking=1".to_owned(),
            // Run by root, apt would download as a user who cannot write to the cache.
            "APT::Sandbox::User=root".to_owned(),
        ];
        options.extend(own);
        Ok(Self { folder, options })
    }

    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new("apt-get");
        command
            .env("LC_ALL", "C")
            .args(self.options.iter().flat_map(|option| ["-o", option]))
            .args(arguments);
        command
    }

    /// Fetches the indexes.
    ///
    /// A source of the machine that does not answer is no failure as long as another one does.
    ///
    /// # Errors
    /// Says what apt complained of if no index came.
    pub fn update(&self) -> Result<()> {
        let output = self.command(&["update"]).stdin(Stdio::null()).output();
        let output = output.context("cannot start apt-get: this is no Debian machine")?;
        if self.index_targets()?.trim().is_empty() {
            let said = String::from_utf8_lossy(&output.stderr);
            bail!(
                "apt-get fetched no package index: {}",
                first_complaint(&said)
            );
        }
        Ok(())
    }

    /// The package indexes that were fetched, a line `ORIGIN|CODENAME|ADDRESS` each.
    pub fn index_targets(&self) -> Result<String> {
        let format = "$(ORIGIN)|$(CODENAME)|$(REPO_URI)";
        command::output(&mut self.command(&[
            "indextargets",
            "--format",
            format,
            "Created-By: Packages",
        ]))
    }

    /// Downloads `packages` and whatever they depend on that is not installed. Returns the packages' files.
    pub fn download_all(&self, packages: &[&str]) -> Result<Vec<PathBuf>> {
        let install = [&["--yes", "--no-install-recommends", "install"], packages].concat();
        let uris =
            command::output(&mut self.command(&[&["-qq", "--print-uris"][..], &install].concat()))?;
        let expected = parse_uris(&uris);
        self.download(
            &expected,
            self.command(&[&["--download-only"][..], &install].concat()),
        )
    }

    /// Downloads `package` alone, which may name its architecture as in `qemu-user:amd64`.
    pub fn download_one(&self, package: &str) -> Result<PathBuf> {
        let uris =
            command::output(&mut self.command(&["-qq", "--print-uris", "download", package]))?;
        let mut command = self.command(&["download", package]);
        command.current_dir(self.archives());
        let mut files = self.download(&parse_uris(&uris), command)?;
        files
            .pop()
            .with_context(|| format!("apt-get knows nothing of {package}"))
    }

    fn download(&self, expected: &[Package], mut command: Command) -> Result<Vec<PathBuf>> {
        let archives = self.archives();
        // Its output goes to a file: a pipe that nobody reads would stop it.
        let log = self.folder.join("download.log");
        let output =
            fs::File::create(&log).with_context(|| format!("cannot write {}", log.display()))?;
        let errors = output.try_clone().context("cannot share the log")?;
        let mut child = command
            .stdin(Stdio::null())
            .stdout(output)
            .stderr(errors)
            .spawn()
            .context("cannot start apt-get")?;
        let mut report =
            Download::new(&archives, expected.iter().map(|package| package.size).sum());
        let status = loop {
            if let Some(status) = child.try_wait().context("cannot wait for apt-get")? {
                break status;
            }
            report.tick();
            thread::sleep(Duration::from_millis(200));
        };
        report.finish();
        if !status.success() {
            bail!(
                "apt-get could not download: {status}\n{}",
                fs::read_to_string(&log).unwrap_or_default().trim()
            );
        }
        let files: Vec<PathBuf> = expected
            .iter()
            .map(|package| archives.join(&package.file))
            .collect();
        if let Some(missing) = files.iter().find(|file| !file.exists()) {
            bail!("apt-get did not download {}", missing.display());
        }
        Ok(files)
    }

    fn archives(&self) -> PathBuf {
        self.folder.join("archives")
    }
}

/// The first of apt's warnings or errors; the others repeat it for every file.
fn first_complaint(said: &str) -> &str {
    let complaint = said.lines().find_map(|line| {
        line.strip_prefix("E: ")
            .or_else(|| line.strip_prefix("W: "))
    });
    complaint.map_or_else(|| said.trim(), str::trim)
}

fn source_line(suite: &Suite<'_>, keyring: Option<&str>) -> String {
    let signed = keyring
        .map(|keyring| format!(" signed-by={keyring}"))
        .unwrap_or_default();
    let architectures = suite.architectures.join(",");
    format!(
        "deb [arch={architectures} target=Packages{signed}] {} {} main\n",
        suite.archive, suite.name
    )
}

/// A file that `apt-get --print-uris` announces.
#[derive(PartialEq, Eq, Debug)]
struct Package {
    file: String,
    /// In bytes.
    size: u64,
}

/// Reads the lines `'ADDRESS' FILE SIZE [CHECKSUM]`; other lines say nothing about files.
fn parse_uris(text: &str) -> Vec<Package> {
    let package = |line: &str| {
        let mut words = line.strip_prefix('\'')?.split_once("' ")?.1.split(' ');
        Some(Package {
            file: words.next()?.to_owned(),
            size: words.next()?.parse().ok()?,
        })
    };
    text.lines().filter_map(package).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn announced_files_are_read() {
        let text = "NOTE: something\n'http://archive/pool/a_1%3a2_arm64.deb' a_1%3a2_arm64.deb 1234 SHA256:00\n\
                    'http://archive/pool/b_all.deb' b_all.deb 5 \n'http://archive/pool/c.deb' c.deb x\n";
        let file = |file: &str, size| Package {
            file: file.to_owned(),
            size,
        };
        assert_eq!(
            parse_uris(text),
            [file("a_1%3a2_arm64.deb", 1234), file("b_all.deb", 5)]
        );
    }

    #[test]
    fn one_complaint_is_enough() {
        assert_eq!(
            first_complaint("note\nW: cannot resolve\nW: cannot resolve\n"),
            "cannot resolve"
        );
        assert_eq!(first_complaint(" odd \n"), "odd");
    }

    #[test]
    fn the_source_names_architectures_and_keyring() {
        let suite = Suite {
            archive: "http://archive/debian/",
            name: "forky",
            architectures: &["arm64", "amd64"],
        };
        let line = source_line(&suite, Some("/keys"));
        assert_eq!(
            line,
            "deb [arch=arm64,amd64 target=Packages signed-by=/keys] http://archive/debian/ forky main\n"
        );
        assert!(!source_line(&suite, None).contains("signed-by"));
    }
}
