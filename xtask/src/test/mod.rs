//! Every test of the project, in parts, with one summary at the end.
//!
//! All parts run even if one fails. A part that cannot run here is said to be skipped, never to have passed; where the variable
//! `CI` is set that is a failure.

mod cargo;
mod python;
mod strategies;

use std::env;
use std::str::FromStr;
use std::time::{Duration, Instant};

use anyhow::{Error, Result, bail};

use crate::setup::{self, Setup};
use crate::{bench, coverage, mutate, pages, prove};

/// Tests that are run and reported together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Part {
    /// The Rust tests that run on this machine.
    Host,
    /// That every rule does what its operations mean.
    Proofs,
    /// That somebody objects to declarations made wrong.
    Mutation,
    /// The Rust tests again, compiled for aarch64, where generated code is executed.
    Target,
    /// The crate outside of the workspace that adds operations, rules and a strategy, on this machine and for aarch64.
    Example,
    /// The extension with each call-emission strategy alone, and with none.
    Strategies,
    /// The Python tests, as they are and with guards forced to fail.
    Python,
    /// That every rule fires in some program, by what the parts before have left.
    Coverage,
    /// The benchmarks: that they build, and that both sides of a comparison do the same. The only part for which
    /// Cranelift is built.
    Benchmarks,
    /// The pages that are worked examples, carried out in a copy of the workspace.
    Pages,
}

const PARTS: [(Part, &str); 10] = [
    (Part::Host, "host"),
    (Part::Proofs, "proofs"),
    (Part::Mutation, "mutation"),
    (Part::Target, "target"),
    (Part::Example, "example"),
    (Part::Strategies, "strategies"),
    (Part::Python, "python"),
    (Part::Coverage, "coverage"),
    (Part::Benchmarks, "benchmarks"),
    (Part::Pages, "pages"),
];

impl FromStr for Part {
    type Err = Error;

    fn from_str(text: &str) -> Result<Self> {
        let found = PARTS.iter().find(|(_, name)| *name == text);
        found.map(|(part, _)| *part).ok_or_else(|| {
            let names = PARTS.map(|(_, name)| name).join(", ");
            anyhow::anyhow!("there is no part `{text}` of the tests; there are {names}")
        })
    }
}

/// What became of one part.
#[derive(Debug)]
enum Outcome {
    /// With a word on what ran.
    Passed(String),
    Failed(Error),
    /// With the reason.
    Skipped(String),
}

/// Runs the parts named, or all.
pub fn run(wanted: &[Part]) -> Result<()> {
    let setup = setup::everything();
    let mut results = Vec::new();
    for (part, name) in PARTS {
        if wanted.is_empty() || wanted.contains(&part) {
            eprintln!("armjit: tests: {name}");
            let started = Instant::now();
            let outcome = run_part(part, &setup);
            results.push((name, outcome, started.elapsed()));
        }
    }
    summarise(
        &results,
        env::var_os("CI").is_some_and(|value| !value.is_empty()),
    )
}

fn run_part(part: Part, setup: &Result<Setup>) -> Outcome {
    let done = match (part, setup) {
        (Part::Host, _) => cargo::on_host(),
        (Part::Benchmarks, _) => bench::test(),
        (Part::Coverage, _) => coverage::run(),
        (Part::Proofs, _) => match prove::run(&[]) {
            Ok(proofs) if !proofs.are_complete => return Outcome::Skipped(proofs.summary),
            done => done.map(|proofs| proofs.summary),
        },
        (Part::Mutation, _) => match mutate::run(&[]) {
            Ok(mutations) if !mutations.are_complete => return Outcome::Skipped(mutations.summary),
            done => done.map(|mutations| mutations.summary),
        },
        (Part::Pages, _) => pages::run(),
        (_, Err(error)) => return Outcome::Skipped(format!("{error:#}")),
        (Part::Target, Ok(setup)) => cargo::on_target(setup),
        (Part::Example, Ok(_)) => cargo::example(),
        (Part::Strategies, Ok(setup)) => strategies::run(setup),
        (Part::Python, Ok(setup)) => python::run(setup),
    };
    done.map_or_else(Outcome::Failed, Outcome::Passed)
}

fn summarise(results: &[(&str, Outcome, Duration)], strict: bool) -> Result<()> {
    println!();
    let mut bad = Vec::new();
    for (name, outcome, took) in results {
        let (word, detail) = match outcome {
            Outcome::Passed(detail) => ("passed", detail.clone()),
            Outcome::Failed(error) => ("FAILED", format!("{error:#}")),
            Outcome::Skipped(reason) => ("SKIPPED", reason.clone()),
        };
        println!(
            "{name:<11} {word:<8} {:>6.1} s  {}",
            took.as_secs_f64(),
            detail.replace('\n', "\n    ")
        );
        let failed = match outcome {
            Outcome::Passed(_) => false,
            Outcome::Failed(_) => true,
            Outcome::Skipped(_) => strict,
        };
        if failed {
            bad.push(*name);
        }
    }
    if !bad.is_empty() {
        bail!("tests that did not pass: {}", bad.join(", "));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn skipped() -> [(&'static str, Outcome, Duration); 2] {
        let passed = Outcome::Passed("1 test".to_owned());
        [
            ("host", passed, Duration::ZERO),
            (
                "target",
                Outcome::Skipped("no emulator".to_owned()),
                Duration::ZERO,
            ),
        ]
    }

    #[test]
    fn what_was_skipped_fails_only_where_nothing_may_be() {
        assert!(summarise(&skipped(), false).is_ok());
        let error = summarise(&skipped(), true).unwrap_err().to_string();
        assert!(
            error.contains("target") && !error.contains("host"),
            "{error}"
        );
    }

    #[test]
    fn a_failure_fails() {
        let failed = [(
            "python",
            Outcome::Failed(anyhow::anyhow!("x")),
            Duration::ZERO,
        )];
        assert!(summarise(&failed, false).is_err());
    }

    #[test]
    fn a_part_is_known_by_its_name() {
        assert_eq!("target".parse::<Part>().unwrap(), Part::Target);
        let error = "all".parse::<Part>().unwrap_err().to_string();
        for (_, name) in PARTS {
            assert!(error.contains(name), "{error}");
        }
    }
}
