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
    /// `Compiler::compile`, into executable memory.
    Whole,
    /// The verifier.
    Verify,
    /// A copy of the function, and the passes over it.
    Passes,
    /// Selection.
    Select,
    /// Register allocation.
    Allocate,
    /// Layout, emission and installation.
    Emit,
}

impl Phase {
    const PARTS: [Phase; 5] = [
        Phase::Verify,
        Phase::Passes,
        Phase::Select,
        Phase::Allocate,
        Phase::Emit,
    ];

    fn name(self) -> &'static str {
        match self {
            Phase::Whole => "whole",
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

/// Bytes of code of the functions of a class.
#[derive(Clone, Default, Debug)]
pub struct Sizes {
    /// By armjit, stubs and exits included.
    pub armjit: usize,
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

    /// The table as text, with the median of the medians of all rounds.
    ///
    /// # Errors
    /// A measurement that criterion has not left behind.
    pub fn render(&self, rounds: usize) -> Result<String> {
        let mut out = String::new();
        out += "Nanoseconds per instruction of LIR, medians\n\n";
        out += "                                 armjit                                       Cranelift (opt_level)               whole : Cranelift\n";
        out += "functions        count  insts   verify passes select alloc  emit  whole     none*   none  speed  speed†      none  speed  speed†\n";
        for row in &self.rows {
            let per_inst = |id: String| anyhow::Ok(median(rounds, &id)? / row.insts as f64);
            write!(
                out,
                "{:<15} {:>6} {:>6}  ",
                row.name, row.functions, row.insts
            )?;
            for phase in Phase::PARTS {
                write!(out, " {:>5.0}", per_inst(armjit(&row.name, phase))?)?;
            }
            let whole = per_inst(armjit(&row.name, Phase::Whole))?;
            write!(out, "  {whole:>5.0}    ")?;
            let others = SIDES.map(|(exits, level)| per_inst(cranelift(&row.name, exits, level)));
            let mut ratios = Vec::new();
            for other in others {
                let other = other?;
                write!(out, " {other:>6.0}")?;
                ratios.push(whole / other);
            }
            out += "    ";
            for ratio in &ratios[1..] {
                write!(out, " {ratio:>6.2}")?;
            }
            out.push('\n');
        }
        out += "\nBytes of code\n\nfunctions         armjit     none*    none   speed  speed†      none  speed  speed†\n";
        for row in &self.rows {
            write!(out, "{:<15} {:>8}  ", row.name, row.sizes.armjit)?;
            for bytes in &row.sizes.cranelift {
                write!(out, " {bytes:>7}")?;
            }
            out += "   ";
            for bytes in &row.sizes.cranelift[1..] {
                write!(out, " {:>6.2}", row.sizes.armjit as f64 / *bytes as f64)?;
            }
            out.push('\n');
        }
        out += "\n*: with regalloc_algorithm=single_pass. †: guards as traps that keep no values, a lower bound.\n";
        Ok(out)
    }
}

/// The median, over the rounds, of criterion's medians, in nanoseconds.
fn median(rounds: usize, id: &str) -> Result<f64> {
    let mut found = (0..rounds)
        .map(|round| estimate(&group(round), id))
        .collect::<Result<Vec<_>>>()?;
    found.sort_by(f64::total_cmp);
    found
        .get(found.len() / 2)
        .copied()
        .context("no round was measured")
}

/// Criterion's median of one measurement, in nanoseconds.
fn estimate(group: &str, id: &str) -> Result<f64> {
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    let target = target.unwrap_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("target"));
    let path = target
        .join("criterion")
        .join(group)
        .join(id)
        .join("new/estimates.json");
    let text =
        fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
    let estimates: Value =
        serde_json::from_str(&text).with_context(|| format!("in {}", path.display()))?;
    estimates["median"]["point_estimate"]
        .as_f64()
        .with_context(|| format!("no median in {}", path.display()))
}
