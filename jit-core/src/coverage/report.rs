//! What all runs together have hit.
//!
//! The folder has a folder for each kind of run, and the file names say which program wrote them. A rule is covered if it
//! is chosen for a program that somebody wrote. Functions that tests make of declarations stand in a column of their own,
//! and count for boundaries only; tests that apply rules by force do not count at all.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};
use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::points::{Point, Rule, Rules};

/// The Rust tests that count, with the kind of run that they are: that of programs, or of functions made of declarations.
const COUNTED: [(&str, &str); 4] = [
    ("execute", "execute"),
    ("boundaries", GENERATED),
    ("rewriting", GENERATED),
    ("expand", GENERATED),
];
/// The kind of run of functions that nobody wrote.
const GENERATED: &str = "generated";
/// The folder in which Rust tests write.
const TESTS: &str = "tests";

/// Why there is no report.
#[derive(Debug, Error)]
pub enum ReportError {
    /// A file or a folder cannot be read.
    #[error("{}: {error}", path.display())]
    Read {
        /// Which one.
        path: PathBuf,
        /// Why not.
        error: std::io::Error,
    },
}

/// What has been hit, by which kinds of runs.
#[derive(Debug)]
pub struct Report {
    sets: Vec<Rules>,
    /// Every point, with the kinds of runs that hit it.
    hit: BTreeMap<Point, BTreeSet<String>>,
    /// The points that cannot be hit, each with the rules that take what would hit it.
    unreachable: BTreeMap<Point, Vec<String>>,
    kinds: BTreeSet<String>,
    /// How many files were written by other rules than these, and left out.
    outdated: usize,
}

/// Of how many boundaries what is known.
struct Counts {
    programs: usize,
    generated: usize,
    unreachable: usize,
    missed: usize,
}

impl Report {
    /// Reads the files of all runs below `folder`. What cannot be hit is for others to find out, from the declarations.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn read(
        folder: &Path,
        sets: Vec<Rules>,
        unreachable: BTreeMap<Point, Vec<String>>,
    ) -> Result<Report, ReportError> {
        let all = sets.iter().flat_map(|set| &set.rules);
        let all = all.flat_map(|rule| rule.points.iter().cloned());
        let mut report = Report {
            hit: all.map(|point| (point, BTreeSet::new())).collect(),
            sets,
            unreachable,
            kinds: BTreeSet::new(),
            outdated: 0,
        };
        for kind in entries(folder)?.into_iter().filter(|path| path.is_dir()) {
            for file in entries(&kind)? {
                if let Some(kind) = kind_of_run(&kind, &file) {
                    report.add(&kind, &file)?;
                }
            }
        }
        Ok(report)
    }

    fn add(&mut self, kind: &str, file: &Path) -> Result<(), ReportError> {
        let text = fs::read_to_string(file).map_err(|error| ReportError::Read {
            path: file.to_owned(),
            error,
        })?;
        let points: Option<Vec<Point>> = text.lines().map(Point::read).collect();
        let points = points.filter(|all| all.iter().all(|point| self.hit.contains_key(point)));
        let Some(points) = points else {
            self.outdated += 1;
            return Ok(());
        };
        self.kinds.insert(kind.to_owned());
        for point in points {
            self.hit.entry(point).or_default().insert(kind.to_owned());
        }
        Ok(())
    }

    /// The rules that no program fires.
    pub fn unfired(&self) -> Vec<&Rule> {
        let rules = self.rules();
        rules.filter(|rule| !self.is_fired(rule)).collect()
    }

    /// What was hit although it cannot be.
    pub fn contradictions(&self) -> Vec<&Point> {
        let unreachable = self.unreachable.keys();
        unreachable
            .filter(|point| self.hit.get(point).is_none_or(|kinds| !kinds.is_empty()))
            .collect()
    }

    fn rules(&self) -> impl Iterator<Item = &Rule> {
        self.sets.iter().flat_map(|set| &set.rules)
    }

    fn is_fired(&self, rule: &Rule) -> bool {
        let mut points = rule.points.iter();
        points.any(|point| is_by_program(&self.hit[point]))
    }

    /// What about a rule nothing hits, although something could.
    fn missed<'a>(&'a self, rule: &'a Rule) -> impl Iterator<Item = &'a Point> {
        let points = rule.points.iter();
        points.filter(|point| self.hit[point].is_empty() && !self.unreachable.contains_key(point))
    }

    fn counts(&self) -> Counts {
        let mut counts = Counts {
            programs: 0,
            generated: 0,
            unreachable: 0,
            missed: 0,
        };
        for (point, kinds) in &self.hit {
            let count = match kinds.is_empty() {
                false if is_by_program(kinds) => &mut counts.programs,
                false => &mut counts.generated,
                true if self.unreachable.contains_key(point) => &mut counts.unreachable,
                true => &mut counts.missed,
            };
            *count += 1;
        }
        counts
    }

    /// How much was hit, as one line of text.
    pub fn summary(&self) -> String {
        let rules = self.rules().count();
        let fired = rules - self.unfired().len();
        let counts = self.counts();
        let programs = self.kinds.iter().filter(|kind| *kind != GENERATED);
        let programs: Vec<&str> = programs.map(String::as_str).collect();
        let programs = match programs.is_empty() {
            true => "no programs".to_owned(),
            false => format!("programs ({})", programs.join(", ")),
        };
        let outdated = match self.outdated {
            0 => String::new(),
            count => format!("; {count} files of runs with other rules are left out"),
        };
        format!(
            "{fired} of {rules} rules fired by {programs}; {} boundaries: {} hit by these, {} more by generated functions, \
             {} cannot be hit, {} not hit{outdated}",
            self.hit.len(),
            counts.programs,
            counts.generated,
            counts.unreachable,
            counts.missed,
        )
    }
}

fn is_by_program(kinds: &BTreeSet<String>) -> bool {
    kinds.iter().any(|kind| kind != GENERATED)
}

fn entries(folder: &Path) -> Result<Vec<PathBuf>, ReportError> {
    let wrong = |error| ReportError::Read {
        path: folder.to_owned(),
        error,
    };
    let entries = fs::read_dir(folder).map_err(wrong)?;
    let mut paths = entries
        .map(|entry| Ok(entry.map_err(wrong)?.path()))
        .collect::<Result<Vec<_>, ReportError>>()?;
    paths.sort();
    Ok(paths)
}

/// What a file counts as; nothing if it does not count.
fn kind_of_run(folder: &Path, file: &Path) -> Option<String> {
    let folder = folder.file_name()?.to_string_lossy();
    if folder != TESTS {
        return Some(folder.into_owned());
    }
    // `execute-0123456789abcdef.77.txt`
    let name = file.file_name()?.to_string_lossy();
    let program = name.split(['-', '.']).next()?;
    let counted = COUNTED.iter().find(|(counted, _)| *counted == program);
    counted.map(|(_, kind)| (*kind).to_owned())
}

/// A page.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "# Coverage of the rules\n\n{}.", self.summary())?;
        let unfired = self.unfired();
        if !unfired.is_empty() {
            writeln!(f, "\n## Rules that no program fires\n")?;
            for rule in unfired {
                writeln!(f, "- `{}`, {}:{}", rule.name, rule.file, rule.line)?;
            }
        }
        let mut missed = self
            .rules()
            .filter(|rule| self.missed(rule).next().is_some())
            .peekable();
        if missed.peek().is_some() {
            writeln!(f, "\n## Boundaries that nothing hits\n")?;
        }
        for rule in missed {
            let what: Vec<&str> = self.missed(rule).map(|point| &*point.what).collect();
            writeln!(f, "- `{}`: {}", rule.name, what.join("; "))?;
        }
        if !self.unreachable.is_empty() {
            writeln!(f, "\n## Boundaries that cannot be hit\n")?;
        }
        for (point, takers) in &self.unreachable {
            let takers: Vec<String> = takers.iter().map(|rule| format!("`{rule}`")).collect();
            let why = match takers.is_empty() {
                true => "the input is declared `impossible`".to_owned(),
                false => format!("taken by {}", takers.join(", ")),
            };
            writeln!(f, "- `{}`: {}, {why}", point.rule, point.what)?;
        }
        for set in &self.sets {
            self.table(f, set)?;
        }
        Ok(())
    }
}

impl Report {
    fn table(&self, f: &mut fmt::Formatter<'_>, set: &Rules) -> fmt::Result {
        let kinds: Vec<&String> = self.kinds.iter().collect();
        let (mut titles, mut line) = (String::new(), String::new());
        for kind in &kinds {
            write!(titles, " {kind} |")?;
            line.push_str("---|");
        }
        writeln!(f, "\n## {}\n\n| Rule |{titles}\n|---|{line}", set.name)?;
        for rule in &set.rules {
            write!(f, "| `{}` |", rule.name)?;
            let all = rule.points.len();
            for kind in &kinds {
                let points = rule.points.iter();
                let hit = points.filter(|point| self.hit[*point].contains(*kind));
                match hit.count() {
                    0 => write!(f, " |")?,
                    hit => write!(f, " {hit} of {all} |")?,
                }
            }
            writeln!(f)?;
        }
        Ok(())
    }
}
