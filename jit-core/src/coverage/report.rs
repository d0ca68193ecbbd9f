//! What all runs together have hit.
//!
//! The folder has a folder for each kind of run, and the file names say which program wrote them. Tests that apply rules
//! by force do not count: a rule is covered if it is chosen for a program that somebody wrote.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::{self, Write};
use std::fs;
use std::path::{Path, PathBuf};

use thiserror::Error;

use super::points::{Point, points};
use crate::machine::{RuleInfo, RuleSet};

/// Programs among the Rust tests whose functions are programs of LIR. Their listings are a kind of run of their own.
const PROGRAMS: [&str; 1] = ["execute"];
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
    sets: Vec<&'static RuleSet>,
    /// Every point, with the kinds of runs that hit it.
    hit: BTreeMap<Point, BTreeSet<String>>,
    kinds: BTreeSet<String>,
    /// How many files were written by other rules than these, and left out.
    outdated: usize,
}

impl Report {
    /// Reads the files of all runs below `folder`.
    ///
    /// # Errors
    /// A file cannot be read.
    pub fn read(folder: &Path, sets: &[&'static RuleSet]) -> Result<Report, ReportError> {
        let all = sets.iter().flat_map(|set| points(set));
        let mut report = Report {
            sets: sets.to_vec(),
            hit: all.map(|point| (point, BTreeSet::new())).collect(),
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

    /// The rules that nothing fires.
    pub fn unfired(&self) -> Vec<&'static RuleInfo> {
        let rules = self.sets.iter().flat_map(|set| set.rules);
        rules
            .filter(|rule| self.fired_by(rule).is_empty())
            .collect()
    }

    /// The points that nothing hits.
    pub fn missed(&self) -> Vec<&Point> {
        let points = self.hit.iter().filter(|(_, kinds)| kinds.is_empty());
        points.map(|(point, _)| point).collect()
    }

    /// The kinds of runs that fire a rule.
    fn fired_by<'a>(&'a self, rule: &'a RuleInfo) -> BTreeSet<&'a str> {
        let of_rule = self.of_rule(rule);
        of_rule
            .flat_map(|(_, kinds)| kinds)
            .map(String::as_str)
            .collect()
    }

    fn of_rule<'a>(
        &'a self,
        rule: &'a RuleInfo,
    ) -> impl Iterator<Item = (&'a Point, &'a BTreeSet<String>)> {
        let is_its = |point: &Point| point.rule == rule.name && point.file == rule.file;
        self.hit.iter().filter(move |(point, _)| is_its(point))
    }

    /// How much was hit, as one line of text.
    pub fn summary(&self) -> String {
        let rules = self.sets.iter().map(|set| set.rules.len()).sum::<usize>();
        let kinds: Vec<&str> = self.kinds.iter().map(String::as_str).collect();
        let outdated = match self.outdated {
            0 => String::new(),
            count => format!("; {count} files of runs with other rules are left out"),
        };
        format!(
            "{} of {rules} rules and {} of {} boundaries hit by {}{outdated}",
            rules - self.unfired().len(),
            self.hit.len() - self.missed().len(),
            self.hit.len(),
            if kinds.is_empty() {
                "nothing".to_owned()
            } else {
                kinds.join(", ")
            }
        )
    }
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
    // `golden-0123456789abcdef.77.txt`
    let name = file.file_name()?.to_string_lossy();
    let program = name.split(['-', '.']).next()?;
    PROGRAMS.contains(&program).then(|| program.to_owned())
}

/// A page.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "# Coverage of the lowering rules\n\n{}.\n",
            self.summary()
        )?;
        let unfired = self.unfired();
        if !unfired.is_empty() {
            writeln!(f, "## Rules that nothing fires\n")?;
            for rule in unfired {
                writeln!(f, "- `{}`, {}:{}", rule.name, rule.file, rule.line)?;
            }
            writeln!(f)?;
        }
        writeln!(f, "## Boundaries that nothing hits\n")?;
        writeln!(
            f,
            "Ends of ranges at which another rule is tried first cannot be hit at all.\n"
        )?;
        for rule in self.sets.iter().flat_map(|set| set.rules) {
            let missed = self.of_rule(rule).filter(|(_, kinds)| kinds.is_empty());
            let missed: Vec<&str> = missed.map(|(point, _)| point.what.as_str()).collect();
            if !missed.is_empty() {
                writeln!(f, "- `{}`: {}", rule.name, missed.join("; "))?;
            }
        }
        for set in &self.sets {
            self.table(f, set)?;
        }
        Ok(())
    }
}

impl Report {
    fn table(&self, f: &mut fmt::Formatter<'_>, set: &RuleSet) -> fmt::Result {
        let kinds: Vec<&String> = self.kinds.iter().collect();
        let (mut titles, mut line) = (String::new(), String::new());
        for kind in &kinds {
            write!(titles, " {kind} |")?;
            line.push_str("---|");
        }
        writeln!(f, "\n## {}\n\n| Rule |{titles}\n|---|{line}", set.name)?;
        for rule in set.rules {
            write!(f, "| `{}` |", rule.name)?;
            let all = self.of_rule(rule).count();
            for kind in &kinds {
                let hit = self
                    .of_rule(rule)
                    .filter(|(_, kinds)| kinds.contains(*kind));
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
