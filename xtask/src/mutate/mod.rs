//! `cargo xtask mutate`: whether anybody objects when something in `specs/` or in the example crate is made wrong.
//!
//! What is changed, and who may object, is the business of `jit_language::mutate`. Here the work is spread over the
//! processors, and the page about it is written. The answers of z3 are kept in a file of their own, beside those about the
//! declarations as they are.

mod report;

use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Instant;
use std::{env, thread};

use anyhow::{Result, anyhow, bail};
use jit_language::mutate::{self, Declaration, Fate};
use jit_language::prove::{Answer, Solver};

use crate::declared;
use crate::prove::answers::Answers;
use crate::prove::{keep, read, specs_file};
use report::{Counts, Finding};

/// What came of making declarations wrong.
pub struct Mutations {
    /// One line.
    pub summary: String,
    /// Whether z3 was there where it was needed.
    pub are_complete: bool,
}

/// Changes what has these names or is of these families; without any, everything, and compares what is kept about that.
///
/// # Errors
/// Names of nothing, a page that is not current, or no z3 where one is needed and `CI` is set.
pub fn run(wanted: &[String]) -> Result<Mutations> {
    let started = Instant::now();
    let answers = Answers::read(&read(&specs_file("mutants.txt"))?)?;
    let answers = Mutex::new(answers);
    let findings = findings(wanted, &answers)?;
    let answers = answers
        .into_inner()
        .map_err(|_| anyhow!("a worker panicked"))?;
    if findings.is_empty() {
        bail!(
            "nothing that could be made wrong is called {}",
            wanted.join(" or ")
        );
    }
    print!("{}", report::survivors(&findings));
    let summary = format!(
        "{} mutants: {}; {} questions to z3; {:.1} s",
        findings.len(),
        Counts::of(&findings),
        answers.asked,
        started.elapsed().as_secs_f64()
    );
    let is_undecided = |finding: &&Finding| matches!(finding.fate, Fate::Undecided { .. });
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

/// What became of every mutant, in the order of the declarations.
fn findings(wanted: &[String], answers: &Mutex<Answers>) -> Result<Vec<Finding>> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let next = AtomicUsize::new(0);
    let results = thread::scope(|scope| {
        let work = |_| scope.spawn(|| share(&next, wanted, answers));
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

/// The share of one worker, who takes the `next` declaration as long as there is one. Everybody reads the declarations
/// alone: tokens stay on their thread.
fn share(next: &AtomicUsize, wanted: &[String], answers: &Mutex<Answers>) -> Result<Vec<Finding>> {
    let specs = declared::everything()?;
    let judges = mutate::judges(&specs);
    let all = judges.iter().flat_map(|judge| {
        let declarations = judge.declarations().into_iter().enumerate();
        declarations.map(move |(index, declaration)| (judge, index, declaration))
    });
    let is_wanted = |declaration: &Declaration| {
        declared::is_named(&declaration.name, declaration.family.as_ref(), wanted)
    };
    let all: Vec<_> = all.filter(|(.., it)| is_wanted(it)).collect();
    let mut findings = Vec::new();
    loop {
        let position = next.fetch_add(1, Ordering::Relaxed);
        let Some((judge, index, declaration)) = all.get(position) else {
            return Ok(findings);
        };
        let fates = judge.fates(*index, &mut Shared(answers));
        let found = fates
            .into_iter()
            .enumerate()
            .map(|(order, (change, fate))| Finding {
                position: (position, order),
                set: judge.set(),
                declaration: declaration.clone(),
                change,
                fate,
            });
        findings.extend(found);
    }
}

/// The answers, for one of several workers. Which input makes a mutant wrong is not asked, so that `sat` can be kept too.
struct Shared<'a>(&'a Mutex<Answers>);

impl Solver for Shared<'_> {
    fn ask(&mut self, rule: &str, script: &str, _symbols: &[String]) -> Answer {
        match self.0.lock() {
            Ok(mut answers) => answers.ask(rule, script, &[]),
            Err(_) => Answer::Unknown("another worker panicked".to_owned()),
        }
    }
}
