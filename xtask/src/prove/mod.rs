//! `cargo xtask prove`: whether the rules in `specs/` and of the example crate do what their operations mean, call
//! strategies reach their targets, and sequences and routines do what they say.
//!
//! What is shown, and how, is the business of `jit_language::prove`. Here are the answers that z3 has given before
//! ([`answers`]), z3 itself ([`z3`]), and the page about it all ([`report`]). Where z3 is needed and not there, the rule is
//! skipped, which is said, and with `CI` set is a failure.

pub mod answers;
mod report;
pub mod z3;

use std::path::PathBuf;
use std::time::Instant;
use std::{env, fs};

use anyhow::{Context, Result, bail};
use jit_language::model::ops::OpId;
use jit_language::model::rewriting::Rewriting;
use jit_language::prove::{self, Verdict};
use jit_language::source;

use crate::{declared, layout};
use answers::Answers;
use report::{Counts, Finding};

/// What came of proving.
pub struct Proofs {
    /// One line.
    pub summary: String,
    /// Whether every rule was decided.
    pub are_complete: bool,
}

/// Proves the rules of these names or families; without any, all, and compares what is kept about that.
///
/// # Errors
/// A rule that is wrong or not decided, or one that is skipped for want of z3 where `CI` is set.
pub fn run(wanted: &[String]) -> Result<Proofs> {
    let started = Instant::now();
    let mut answers = Answers::read(&read(&specs_file("proofs.txt"))?)?;
    let findings = findings(wanted, &mut answers)?;
    if findings.is_empty() {
        bail!("no rule or family is called {}", wanted.join(" or "));
    }
    print!("{}", report::objections(&findings));
    let counts = Counts::of(&findings);
    let summary = format!(
        "{} claims: {counts}; {} questions to z3; {:.1} s",
        findings.len(),
        answers.asked,
        started.elapsed().as_secs_f64()
    );
    if counts.refuted + counts.unknown > 0 {
        bail!("{summary}");
    }
    let undecided = counts.skipped;
    let are_complete = undecided == 0;
    if !are_complete {
        let summary = format!(
            "{summary}; {undecided} rules are skipped, because they cannot be decided here"
        );
        let strict = env::var_os("CI").is_some_and(|value| !value.is_empty());
        return if strict {
            bail!(summary)
        } else {
            Ok(Proofs {
                summary,
                are_complete,
            })
        };
    }
    if wanted.is_empty() {
        keep("prove", &specs_file("proofs.txt"), &answers.text())?;
        keep(
            "prove",
            &specs_file("docs/proofs.md"),
            &report::page(&findings),
        )?;
    }
    Ok(Proofs {
        summary,
        are_complete,
    })
}

fn findings(wanted: &[String], answers: &mut Answers) -> Result<Vec<Finding>> {
    let specs = declared::everything()?;
    let mut findings = Vec::new();
    if wanted.is_empty() {
        relied_on(&specs, answers, &mut findings);
    }
    for set in &specs.sets {
        for rule in &set.lowering.rules {
            if declared::is_wanted(rule, wanted) {
                findings.push(Finding {
                    kind: "rule",
                    set: set.lowering.name.to_string(),
                    rule: rule.name.to_string(),
                    verdict: prove::rule(rule, &specs.isa, &specs.ops, &specs.calls, answers),
                });
            }
        }
    }
    for (set, dialects) in specs.rewriting_sets() {
        let Rewriting {
            name, left, right, ..
        } = &set.rewriting;
        for (rule, right) in left.rules.iter().zip(right) {
            if declared::is_wanted(rule, wanted) {
                findings.push(Finding {
                    kind: "rewriting rule",
                    set: name.to_string(),
                    rule: rule.name.to_string(),
                    verdict: prove::rewriting(rule, right, dialects, answers),
                });
            }
        }
    }
    around_rules(&specs, wanted, answers, &mut findings);
    Ok(findings)
}

/// The code around rules: call strategies, sequences and routines.
fn around_rules(
    specs: &source::Specs,
    wanted: &[String],
    answers: &mut Answers,
    findings: &mut Vec<Finding>,
) {
    let (calls, isa) = (&specs.calls, &specs.isa);
    let mut add =
        |kind, set: &str, name: &dyn std::fmt::Display, verdict: &mut dyn FnMut() -> Verdict| {
            if wanted.is_empty() || wanted.contains(&name.to_string()) {
                findings.push(Finding {
                    kind,
                    set: set.to_owned(),
                    rule: name.to_string(),
                    verdict: verdict(),
                });
            }
        };
    for it in &calls.strategies {
        let mut verdict = || prove::strategy(it, calls, isa, answers);
        add("strategy", "call strategies", &it.name, &mut verdict);
    }
    for it in &calls.choices {
        let mut verdict = || prove::choice(it, calls, isa, answers);
        add("strategy", "call strategies", &it.name, &mut verdict);
    }
    for it in &calls.sequences {
        let (kind, set) = match it.is_routine {
            true => ("routine", "routines"),
            false => ("sequence", "sequences"),
        };
        let mut verdict = || prove::sequence(it, calls, isa, answers);
        add(kind, set, &it.name, &mut verdict);
    }
}

/// What rules rely on without containing it: commutative operations, and the jumps of rule sets.
fn relied_on(specs: &source::Specs, answers: &mut Answers, findings: &mut Vec<Finding>) {
    let dialects = std::iter::once(&specs.ops).chain(specs.above.iter().map(|it| &it.ops));
    let claims = dialects.flat_map(|dialect| {
        let ops = dialect.ops.iter().enumerate();
        let commutative = ops.filter(|(_, op)| op.commutative);
        commutative.map(move |(index, op)| {
            (
                format!("{} commutes", op.name),
                prove::commutes(OpId(index), dialect),
            )
        })
    });
    let jumps = specs.sets.iter().filter_map(|set| {
        let claim = prove::jump(&set.lowering, &specs.isa).transpose()?;
        Some((format!("jump of {}", set.lowering.name), claim))
    });
    for (rule, claim) in claims.chain(jumps) {
        let verdict = match claim {
            Ok(claim) => prove::decide(&claim, answers),
            Err(reason) => Verdict::Skipped { reason },
        };
        let set = "what rules rely on".to_owned();
        findings.push(Finding {
            kind: "rule",
            set,
            rule,
            verdict,
        });
    }
}

/// A file in `specs/`.
pub fn specs_file(name: &str) -> PathBuf {
    layout::root().join("specs").join(name)
}

/// The text of a file, empty if there is none.
pub fn read(path: &PathBuf) -> Result<String> {
    if !path.exists() {
        return Ok(String::new());
    }
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Compares a file with what it should be, or writes it, as `command` is asked to.
pub fn keep(command: &str, path: &PathBuf, expected: &str) -> Result<()> {
    if read(path)? == expected {
        return Ok(());
    }
    if env::var_os("ARMJIT_BLESS").is_none() {
        bail!(
            "{} is not current; `ARMJIT_BLESS=1 cargo xtask {command}` writes it",
            path.display()
        );
    }
    fs::write(path, expected).with_context(|| format!("cannot write {}", path.display()))
}
