//! The set-up: everything that is not Rust and not ours, fetched once.
//!
//! All steps are tried before the set-up fails, so that one message names everything that is missing and what to do.

use std::path::Path;

use anyhow::{Error, Result, anyhow, bail};

use crate::cache::Cache;
use crate::debian::Debian;
use crate::interpreter::Interpreter;
use crate::layout::{self, Host};
use crate::pyperformance::{self, Pyperformance};
use crate::{emulator, linker, rust_target, sysroot};

/// What is there after a set-up.
pub struct Setup {
    /// The target's Python.
    pub interpreter: Interpreter,
    /// The benchmarks, if they were fetched.
    pub pyperformance: Option<Pyperformance>,
}

/// Fetches what is missing to build for the target and to run its Python.
pub fn essentials() -> Result<Setup> {
    prepare(|cache, _, _| Pyperformance::find(cache))
}

/// Fetches what is missing, benchmarks included.
pub fn everything() -> Result<Setup> {
    prepare(|cache, debian, missing| {
        let found = Pyperformance::ensure(cache, debian);
        missing.note(pyperformance::TITLE, pyperformance::REMEDY, found)
    })
}

fn prepare(
    benchmarks: impl FnOnce(&Cache, &Debian<'_>, &mut Missing) -> Option<Pyperformance>,
) -> Result<Setup> {
    let host = layout::host()?;
    let cache = Cache::open()?;
    let debian = Debian::new(&cache);
    let mut missing = Missing::default();
    missing.note(
        rust_target::TITLE,
        rust_target::REMEDY,
        rust_target::ensure(),
    );
    missing.note(
        linker::TITLE,
        linker::REMEDY,
        linker::ensure(host, &cache, &debian),
    );
    let interpreter = find_interpreter(host, &cache, &debian, &mut missing);
    let pyperformance = benchmarks(&cache, &debian, &mut missing);
    match interpreter {
        Some(interpreter) if missing.0.is_empty() => {
            debian.forget_downloads()?;
            Ok(Setup {
                interpreter,
                pyperformance,
            })
        }
        _ => bail!(missing.report()),
    }
}

fn find_interpreter(
    host: Host,
    cache: &Cache,
    debian: &Debian<'_>,
    missing: &mut Missing,
) -> Option<Interpreter> {
    if host == Host::Native
        && !sysroot::is_given()
        && let Some(found) = Interpreter::of_machine()
    {
        return Some(found);
    }
    let emulator = match host {
        Host::Native => None,
        Host::Foreign => Some(find_emulator(cache, debian, missing)?),
    };
    let of_root = |root: &Path| Interpreter::in_root(root, emulator.clone());
    let root = sysroot::ensure(cache, debian, |root| of_root(root)?.verify());
    missing.note(
        sysroot::TITLE,
        sysroot::REMEDY,
        root.and_then(|root| of_root(&root)),
    )
}

fn find_emulator(cache: &Cache, debian: &Debian<'_>, missing: &mut Missing) -> Option<String> {
    let found = missing.note(
        emulator::TITLE,
        emulator::REMEDY,
        emulator::ensure(cache, debian),
    );
    if found.is_none() && !sysroot::is_given() && !sysroot::is_fetched(cache) {
        let untried = Err::<(), _>(anyhow!(
            "not fetched, as it could not be tried out without the emulator"
        ));
        missing.note(sysroot::TITLE, sysroot::REMEDY, untried);
    }
    found
}

/// The steps that failed: what, why, and what to do.
#[derive(Default)]
struct Missing(Vec<(&'static str, &'static str, Error)>);

impl Missing {
    fn note<T>(
        &mut self,
        what: &'static str,
        remedy: &'static str,
        result: Result<T>,
    ) -> Option<T> {
        result
            .map_err(|error| self.0.push((what, remedy, error)))
            .ok()
    }

    fn report(&self) -> String {
        let mut report =
            "the set-up is not complete; connect this machine to the network and run it again, or do as it says below"
                .to_owned();
        let mut before = String::new();
        for (what, remedy, error) in &self.0 {
            let reason = format!("{error:#}").trim().replace('\n', "\n      ");
            let shown = if reason == before {
                "for the same reason"
            } else {
                &reason
            };
            report += &format!("\n  missing: {what}\n      {shown}\n      to do: {remedy}");
            before = reason;
        }
        report
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn everything_missing_is_reported_at_once() {
        let mut missing = Missing::default();
        assert_eq!(missing.note("there", "nothing", Ok(1)), Some(1));
        assert_eq!(
            missing.note(
                "a thing",
                "do this",
                Err::<(), _>(anyhow!("no network\nat all"))
            ),
            None
        );
        assert_eq!(
            missing.note("another", "do that", Err::<(), _>(anyhow!("no disk"))),
            None
        );
        let report = missing.report();
        for part in [
            "a thing",
            "do this",
            "no network\n      at all",
            "another",
            "do that",
            "no disk",
        ] {
            assert!(report.contains(part), "{part} is not in:\n{report}");
        }
        assert!(!report.contains("missing: there"));
    }
}
