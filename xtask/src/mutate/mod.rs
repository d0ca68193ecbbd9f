//! `cargo xtask mutate`: whether anybody objects when a rule in `specs/` is made wrong.
//!
//! What is changed, and who may object, is the business of `jit_language::mutate`. Here the work is spread over the
//! processors, and the page about it is written. The answers of z3 are kept in a file of their own, beside those about the
//! rules themselves.

mod report;

use std::sync::Mutex;
use std::time::Instant;
use std::{env, thread};

use anyhow::{Result, anyhow, bail};
use jit_language::mutate::{Fate, Judge};
use jit_language::prove::{Answer, Solver};
use jit_language::source;

use crate::prove::answers::Answers;
use crate::prove::{keep, read, specs_file};
use crate::{declared, layout};
use report::{Counts, Finding};

/// What came of making rules wrong.
pub struct Mutations {
    /// One line.
    pub summary: String,
    /// Whether z3 was there where it was needed.
    pub are_complete: bool,
}

/// Changes the rules of these names or families; without any, all, and compares what is kept about that.
///
/// # Errors
/// Names of no rule, a page that is not current, or no z3 where one is needed and `CI` is set.
pub fn run(wanted: &[String]) -> Result<Mutations> {
    let started = Instant::now();
    let answers = Answers::read(&read(&specs_file("mutants.txt"))?)?;
    let answers = Mutex::new(answers);
    let findings = findings(wanted, &answers)?;
    let answers = answers
        .into_inner()
        .map_err(|_| anyhow!("a worker panicked"))?;
    if findings.is_empty() {
        bail!("no rule or family is called {}", wanted.join(" or "));
    }
    print!("{}", report::survivors(&findings));
    let summary = format!(
        "{} mutants: {}; {} questions to z3; {:.1} s",
        findings.len(),
        Counts::of(&findings),
        answers.asked,
        started.elapsed().as_secs_f64()
    );
    let is_undecided = |finding: &&Finding| finding.is_undecided;
    let undecided = findings.iter().filter(is_undecided).count();
    if undecided > 0 {
        let summary = format!("{summary}; {undecided} are not decided, for there is no z3");
        if env::var_os("CI").is_some_and(|value| !value.is_empty()) {
            bail!(summary);
        }
        return Ok(Mutations {
            summary,
            are_complete: false,
        });
    }
    if wanted.is_empty() {
        keep("mutate", &specs_file("mutants.txt"), &answers.text())?;
        keep(
            "mutate",
            &specs_file("docs/mutation.md"),
            &report::page(&findings),
        )?;
    }
    Ok(Mutations {
        summary,
        are_complete: true,
    })
}

/// What became of every mutant, in the order of the rules.
fn findings(wanted: &[String], answers: &Mutex<Answers>) -> Result<Vec<Finding>> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let results = thread::scope(|scope| {
        let work = |worker| scope.spawn(move || share(worker, workers, wanted, answers));
        let started: Vec<_> = (0..workers).map(work).collect();
        let joined = started.into_iter().map(|worker| worker.join());
        joined
            .map(|result| result.unwrap_or_else(|_| Err(anyhow!("a worker panicked"))))
            .collect::<Result<Vec<_>>>()
    })?;
    let mut findings: Vec<Finding> = results.into_iter().flatten().collect();
    findings.sort_by_key(|finding| finding.position);
    Ok(findings)
}

/// The share of one worker, who reads the declarations alone: tokens stay on their thread.
fn share(
    worker: usize,
    workers: usize,
    wanted: &[String],
    answers: &Mutex<Answers>,
) -> Result<Vec<Finding>> {
    let specs = source::read(&layout::root().join("specs"), "specs/");
    let specs = specs.map_err(|error| anyhow!("{error}"))?;
    let mut findings = Vec::new();
    let mut position = 0;
    for set in &specs.sets {
        let judge = Judge::new(set, &specs.isa, &specs.ops, &specs.calls);
        for (index, rule) in set.lowering.rules.iter().enumerate() {
            position += 1;
            if position % workers != worker || !declared::is_wanted(rule, wanted) {
                continue;
            }
            for (order, mutant) in judge.mutants(index).iter().enumerate() {
                let mut solver = Shared {
                    answers,
                    was_absent: false,
                };
                let fate = judge.fate(index, mutant, &mut solver);
                findings.push(Finding {
                    position: (position, order),
                    set: set.lowering.name.to_string(),
                    rule: rule.name.to_string(),
                    place: rule.region.place(),
                    mutation: mutant.mutation,
                    words: mutant.words.clone(),
                    is_undecided: solver.was_absent && matches!(fate, Fate::Survived { .. }),
                    fate,
                });
            }
        }
    }
    Ok(findings)
}

/// The answers, for one of several workers. Which input makes a mutant wrong is not asked, so that `sat` can be kept too.
struct Shared<'a> {
    answers: &'a Mutex<Answers>,
    was_absent: bool,
}

impl Solver for Shared<'_> {
    fn ask(&mut self, rule: &str, script: &str, _symbols: &[String]) -> Answer {
        let Ok(mut answers) = self.answers.lock() else {
            return Answer::Unknown("another worker panicked".to_owned());
        };
        let answer = answers.ask(rule, script, &[]);
        self.was_absent |= matches!(answer, Answer::Absent(_));
        answer
    }
}
