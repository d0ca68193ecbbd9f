//! The target's Python: where it and its headers lie, and how it is started on this machine.
//!
//! On an aarch64 machine that is its own `python3.14`, if it has headers. An unpacked root's Python is started by that root's
//! own loader there, and by the emulator elsewhere.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::command;
use crate::emulator;
use crate::shell::quote_path;

const NAME: &str = "python3.14";

/// Says what is wrong with an interpreter that armjit cannot run in.
const VERIFY: &str = "\
import json, math, sys, sysconfig, unittest
if sys.version_info[:2] != (3, 14):
    sys.exit(f'this is Python {sys.version}, not 3.14')
if sysconfig.get_config_var('Py_GIL_DISABLED'):
    sys.exit('this is a free-threaded Python')
";

/// The target's Python.
pub struct Interpreter {
    /// The executable, a program of the target.
    pub executable: PathBuf,
    /// The folder of `Python.h`.
    pub include: PathBuf,
    launch: Launch,
}

enum Launch {
    /// The kernel starts it.
    Direct,
    /// The loader of the root starts it, with the root's libraries.
    Loader { root: PathBuf },
    /// The emulator with this command line (words of a shell) starts it.
    Emulator { words: String, root: PathBuf },
}

impl Interpreter {
    /// The machine's own, if there is one with headers. Asks it, so the machine must be able to run it.
    pub fn of_machine() -> Option<Self> {
        let executable = command::find_on_path(NAME)?;
        let question = "import sysconfig; print(sysconfig.get_path('include'))";
        let include =
            command::output(Command::new(&executable).args(["-I", "-c", question])).ok()?;
        let include = PathBuf::from(include.trim());
        if !include.join("Python.h").exists() {
            return None;
        }
        let found = Self {
            executable,
            include,
            launch: Launch::Direct,
        };
        found.verify().is_ok().then_some(found)
    }

    /// That of an aarch64 root, started by the emulator if there is one, else by the root's loader.
    pub fn in_root(root: &Path, emulator: Option<String>) -> Result<Self> {
        let prefixes = ["usr", "usr/local", ""].map(|prefix| root.join(prefix));
        let prefix = prefixes
            .iter()
            .find(|prefix| prefix.join("bin").join(NAME).exists());
        let prefix = prefix.with_context(|| format!("there is no {NAME} in {}", root.display()))?;
        let include = prefix.join("include").join(NAME);
        if !include.join("Python.h").exists() {
            bail!(
                "{} has no Python.h: the headers (Debian's libpython3.14-dev) are missing",
                include.display()
            );
        }
        let root = root.to_owned();
        let launch = match emulator {
            Some(words) => Launch::Emulator { words, root },
            None => Launch::Loader { root },
        };
        Ok(Self {
            executable: prefix.join("bin").join(NAME),
            include,
            launch,
        })
    }

    /// Starts the interpreter once and has it look at itself.
    pub fn verify(&self) -> Result<()> {
        let mut python = Command::new("sh");
        python
            .arg("-c")
            .arg(self.script())
            .arg(&self.executable)
            .args(["-I", "-c", VERIFY]);
        command::output(&mut python)
            .with_context(|| format!("{} cannot be used", self.executable.display()))
            .map(|_| ())
    }

    /// Whether the kernel can start the executable itself.
    pub fn is_direct(&self) -> bool {
        matches!(self.launch, Launch::Direct)
    }

    /// The text of a shell script that starts the interpreter with the script's own path as the interpreter's name.
    ///
    /// Python makes `sys.executable` of that name: so it is something that can be started, and subprocesses work.
    pub fn script(&self) -> String {
        let python = quote_path(&self.executable);
        let start = match &self.launch {
            Launch::Direct => "exec \"$python\" \"$@\"\n".to_owned(),
            Launch::Loader { root } => {
                let loader = quote_path(&root.join("lib/ld-linux-aarch64.so.1"));
                let folders = ["usr/lib/aarch64-linux-gnu", "usr/lib", "usr/local/lib"]
                    .map(|folder| root.join(folder));
                let folders = folders.map(|folder| quote_path(&folder)).join(":");
                format!(
                    "exec {loader} --argv0 \"$0\" --library-path {folders} \"$python\" \"$@\"\n"
                )
            }
            Launch::Emulator { words, root } => {
                let (variable, root) = (emulator::VARIABLE, quote_path(root));
                format!(
                    "QEMU_LD_PREFIX={root}\nexport QEMU_LD_PREFIX\n\
                     if [ -n \"${{{variable}:-}}\" ]; then\n    \
                     eval \"exec ${variable} -0 \\\"\\$0\\\" \\\"\\$python\\\" \\\"\\$@\\\"\"\nfi\n\
                     exec {words} -0 \"$0\" \"$python\" \"$@\"\n"
                )
            }
        };
        let comment =
            "# Written by cargo xtask: starts the target's Python under this script's own name.";
        format!("#!/bin/sh\n{comment}\npython={python}\n{start}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// An interpreter whose emulator prints the words that it was given.
    fn printing() -> Interpreter {
        Interpreter {
            executable: PathBuf::from("/ro ot/python3.14"),
            include: PathBuf::new(),
            launch: Launch::Emulator {
                words: "printf '%s|'".to_owned(),
                root: PathBuf::from("/ro ot"),
            },
        }
    }

    fn printed(emulator: &str) -> String {
        let mut shell = Command::new("sh");
        shell
            .env(emulator::VARIABLE, emulator)
            .arg("-c")
            .arg(printing().script())
            .args(["name", "-c", "a b", "it's"]);
        command::output(&mut shell).unwrap()
    }

    #[test]
    fn the_emulator_gets_its_name_the_python_and_the_arguments() {
        assert_eq!(printed(""), "-0|name|/ro ot/python3.14|-c|a b|it's|");
    }

    #[test]
    fn the_variable_replaces_the_emulators_command_line() {
        let words = "printf '<%s>' -plugin 'with space'";
        assert_eq!(
            printed(words),
            "<-plugin><with space><-0><name></ro ot/python3.14><-c><a b><it's>"
        );
    }

    #[test]
    fn a_root_without_python_says_so() {
        let Err(error) = Interpreter::in_root(Path::new("/no/such/root"), None) else {
            panic!("there is none")
        };
        assert!(
            error
                .to_string()
                .contains("there is no python3.14 in /no/such/root"),
            "{error}"
        );
    }
}
