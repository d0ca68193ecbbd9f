//! One table of what criterion measured, read from the files that it leaves behind.

use std::fmt::Write;
use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::Value;

use crate::corpus::Class;
use crate::cranelift::Level;
use crate::translate::Exits;

/// What Cranelift is measured at.
pub const SIDES: [(Exits, Level); 4] = [
    (Exits::Blocks, Level::NoneSinglePass),
    (Exits::Blocks, Level::None),
    (Exits::Blocks, Level::Speed),
    (Exits::Traps, Level::Speed),
];

/// What is measured of armjit.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Phase {
    /// The verifier.
    Verify,
    /// The rewriting rules.
    Rewrite,
    /// The passes that every function goes through.
    Passes,
    /// Selection.
    Select,
    /// Register allocation.
    Allocate,
    /// Layout, emission and installation.
    Emit,
    /// The last three together, into executable memory: what Cranelift does at `none`.
    Code,
    /// All of them together: what Cranelift does at `speed`, but for the verifier.
    Whole,
}

impl Phase {
    /// All of them, the whole at the end.
    const ALL: [Phase; 8] = [
        Phase::Verify,
        Phase::Rewrite,
        Phase::Passes,
        Phase::Select,
        Phase::Allocate,
        Phase::Emit,
        Phase::Code,
        Phase::Whole,
    ];

    fn name(self) -> &'static str {
        match self {
            Phase::Code => "code",
            Phase::Whole => "whole",
            Phase::Rewrite => "rewrite",
            Phase::Verify => "verify",
            Phase::Passes => "passes",
            Phase::Select => "select",
            Phase::Allocate => "allocate",
            Phase::Emit => "emit",
        }
    }
}

/// The name of the group of a round.
pub fn group(round: usize) -> String {
    format!("compile-{round}")
}

/// The name of a measurement of armjit.
pub fn armjit(class: &str, phase: Phase) -> String {
    format!("{class}-armjit-{}", phase.name()).replace(' ', "-")
}

/// The name of a measurement of Cranelift.
pub fn cranelift(class: &str, exits: Exits, level: Level) -> String {
    let exits = if exits == Exits::Traps {
        "traps"
    } else {
        "exits"
    };
    format!("{class}-cranelift-{}-{exits}", level.name()).replace([' ', '+'], "-")
}

/// What of armjit is compared with a side of Cranelift: without optimisation on either side, or with it on both.
fn compared(level: Level) -> Phase {
    match level {
        Level::None | Level::NoneSinglePass => Phase::Code,
        Level::Speed => Phase::Whole,
    }
}

/// Bytes of code of the functions of a class.
#[derive(Clone, Default, Debug)]
pub struct Sizes {
    /// By armjit without passes, stubs and exits included.
    pub code: usize,
    /// With all of them.
    pub whole: usize,
    /// By Cranelift, in the order of [`SIDES`], constants included.
    pub cranelift: Vec<usize>,
}

/// The table.
#[derive(Default, Debug)]
pub struct Table {
    rows: Vec<Row>,
}

#[derive(Debug)]
struct Row {
    name: String,
    functions: usize,
    insts: usize,
    sizes: Sizes,
}

impl Table {
    /// Adds a class.
    pub fn add(&mut self, class: &Class, sizes: Sizes) {
        self.rows.push(Row {
            name: class.name.clone(),
            functions: class.functions.len(),
            insts: class.insts(),
            sizes,
        });
    }

    /// The tables as text for a page, with the medians of the medians of all rounds, as far as they were measured.
    ///
    /// # Errors
    /// A file of criterion's that is not what it should be.
    pub fn render(&self, rounds: usize) -> Result<String> {
        let mut times = vec![heading(
            &["functions", "count", "insts"],
            &Phase::ALL.map(Phase::name),
        )];
        let mut sizes = vec![heading(&["functions"], &["code", "whole"])];
        for row in &self.rows {
            let measured =
                |id: String| anyhow::Ok(median(rounds, &id)?.map(|time| time / row.insts as f64));
            let phases = Phase::ALL.map(|phase| measured(armjit(&row.name, phase)));
            let phases = phases.into_iter().collect::<Result<Vec<Option<f64>>>>()?;
            let others = SIDES.map(|(exits, level)| measured(cranelift(&row.name, exits, level)));
            let others = others.into_iter().collect::<Result<Vec<Option<f64>>>>()?;
            let mut cells = vec![
                row.name.clone(),
                row.functions.to_string(),
                row.insts.to_string(),
            ];
            let times_of = phases.iter().chain(&others);
            cells.extend(times_of.map(|time| cell(time.map(|time| format!("{time:.0}")))));
            let of = |wanted| {
                let at = Phase::ALL.iter().position(|phase| *phase == wanted);
                at.and_then(|at| phases[at])
            };
            let ratios = SIDES.iter().zip(&others).map(|((_, level), other)| {
                let ratio = || Some(of(compared(*level))? / (*other)?);
                cell(ratio().map(|ratio| format!("{ratio:.2}")))
            });
            cells.extend(ratios);
            times.push(cells);

            let Sizes {
                code,
                whole,
                cranelift,
            } = &row.sizes;
            let mut cells = vec![row.name.clone(), code.to_string(), whole.to_string()];
            cells.extend(cranelift.iter().map(ToString::to_string));
            let ratios = SIDES.iter().zip(cranelift).map(|((_, level), other)| {
                let armjit = match compared(*level) {
                    Phase::Code => code,
                    _ => whole,
                };
                format!("{:.2}", *armjit as f64 / *other as f64)
            });
            cells.extend(ratios);
            sizes.push(cells);
        }
        Ok(format!(
            "\nNanoseconds of processor time per instruction of LIR, medians; Cranelift by its opt_level:\n\n\
             ```text\n{}```\n\nBytes of code:\n\n```text\n{}```\n\n\
             *: with regalloc_algorithm=single_pass. \
             +: guards as traps that keep no values, a lower bound.\n",
            aligned(&times),
            aligned(&sizes)
        ))
    }
}

/// The heading of a table: what is known of the functions, of armjit, of each side of Cranelift, and ratios to these.
fn heading(first: &[&str], armjit: &[&str]) -> Vec<String> {
    let sides = SIDES.map(|(exits, level)| {
        let name = match (exits, level) {
            (Exits::Traps, level) => format!("{}+", level.name()),
            (_, Level::NoneSinglePass) => "none*".to_owned(),
            (_, level) => level.name().to_owned(),
        };
        (name, compared(level).name())
    });
    let mut cells: Vec<String> = first
        .iter()
        .chain(armjit)
        .map(ToString::to_string)
        .collect();
    cells.extend(sides.iter().map(|(side, _)| side.clone()));
    let ratios = sides.iter();
    cells.extend(ratios.map(|(side, armjit)| format!("{armjit}:{side}")));
    cells
}

/// What stands where nothing was measured.
fn cell(text: Option<String>) -> String {
    text.unwrap_or_else(|| "-".to_owned())
}

/// Cells in columns, the first one flush left, the others flush right.
pub fn aligned(rows: &[Vec<String>]) -> String {
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter()
            .filter_map(|row| row.get(column))
            .map(String::len)
            .max()
    };
    let widths: Vec<usize> = (0..columns)
        .map(|column| width(column).unwrap_or(0))
        .collect();
    let mut out = String::new();
    for row in rows {
        for (column, cell) in row.iter().enumerate() {
            let width = widths[column];
            let _ = match column {
                0 => write!(out, "{cell:<width$}"),
                _ => write!(out, "  {cell:>width$}"),
            };
        }
        out.push('\n');
    }
    out
}

/// Removes what earlier runs have left behind.
///
/// # Errors
/// It cannot be removed.
pub fn forget(rounds: usize) -> Result<()> {
    for round in 0..rounds {
        let folder = criterion_folder().join(group(round));
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("cannot remove {}", folder.display()))?;
        }
    }
    Ok(())
}

/// The median, over the rounds, of criterion's medians, in nanoseconds; `None` if nothing was measured.
fn median(rounds: usize, id: &str) -> Result<Option<f64>> {
    let mut found = Vec::new();
    for round in 0..rounds {
        found.extend(estimate(&group(round), id)?);
    }
    found.sort_by(f64::total_cmp);
    Ok(found.get(found.len() / 2).copied())
}

/// Criterion's median of one measurement, in nanoseconds, if there is one.
fn estimate(group: &str, id: &str) -> Result<Option<f64>> {
    let path = criterion_folder()
        .join(group)
        .join(id)
        .join("new/estimates.json");
    if !path.exists() {
        return Ok(None);
    }
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let estimates: Value =
        serde_json::from_str(&text).with_context(|| format!("in {}", path.display()))?;
    let median = estimates["median"]["point_estimate"].as_f64();
    Ok(Some(median.with_context(|| {
        format!("no median in {}", path.display())
    })?))
}

/// Where criterion writes to.
fn criterion_folder() -> PathBuf {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target"));
    target.join("criterion")
}
