//! Why an instruction gets the rule that it gets: what every other rule found wrong with it, with the actual values.
//!
//! Rewriting rules are asked first, and again about whatever they make of it, then rules for instructions about what is left.
//! They are asked by the matchers that apply them, so the answer is what happens and not what somebody wrote down about it.
//! No other pass runs, but for blocks that rewriting has cut off, which go.

mod failure;
mod names;
mod rewritten;
#[cfg(test)]
mod tests;
mod verdict;

use std::fmt;

use thiserror::Error;

use crate::code::{ArenaOptions, CodeError, CodeSpace};
use crate::compile::{CompileError, Compiler, Distances, Options, Runtime};
use crate::disassemble::ListingLine;
use crate::ir::rewriting::RewriteSet;
use crate::ir::{
    Block, Builder, Expression, Function, Inst, Origin, ParseError, VerifyErrors, parse,
    parse_expression, verify,
};
use crate::machine::{Candidate, SelectError, candidates, select};
use crate::specs::ops::{Build, Lir, Type};
use names::Names;
pub use rewritten::{Outcome, Step};
pub use verdict::{Rule, Verdict};

/// Where the runtime of code is that nobody runs.
const NOWHERE: Runtime = Runtime {
    exit_handler: 0x1000,
    deallocate: 0x2000,
};
/// The room for that code.
const ARENA_BYTES: usize = 1 << 20;
/// The origin of the instruction that is explained; no other one has any.
const EXPLAINED: Origin = Origin(0);

/// Why there is no explanation.
#[derive(Debug, Error)]
pub enum ExplainError {
    /// The text cannot be read.
    #[error(transparent)]
    Parse(#[from] ParseError),
    /// The function is not well formed.
    #[error(transparent)]
    Verify(#[from] VerifyErrors),
    /// Something in it has no rule.
    #[error(transparent)]
    Select(#[from] SelectError),
    /// It does not become code.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// There is no memory for code.
    #[error(transparent)]
    Code(#[from] CodeError),
}

/// What became of an instruction.
#[derive(Clone, Debug)]
pub struct Explanation {
    /// The instruction, as it was written.
    pub instruction: String,
    /// What rewriting rules said to it and to what they made of it, one after the other.
    pub steps: Vec<Step>,
    /// What is left of it, and what rules for instructions said to that. Nothing if something that was there anyhow has
    /// taken its place.
    pub selections: Vec<Selection>,
    /// What it became: the constants that it needs in registers, then the words of the rule that was chosen.
    pub words: Vec<ListingLine>,
}

/// What rules for instructions said to an instruction.
#[derive(Clone, Debug)]
pub struct Selection {
    /// The instruction, as selection saw it.
    pub instruction: String,
    /// What every row for its operation says to it, in the order in which they are tried. Empty if it is not carried out
    /// on its own: its user does that, or nobody wants its value.
    pub rows: Vec<Verdict>,
}

impl Selection {
    /// The row that is chosen: the first one that matches.
    pub fn winner(&self) -> Option<&Verdict> {
        self.rows.iter().find(|verdict| verdict.failure.is_none())
    }
}

/// Explains one instruction of a function that is rewritten by `sets` before instructions are selected.
///
/// # Errors
/// The function does not become code.
pub fn explain(
    function: &Function<Lir>,
    inst: Inst,
    sets: &[&RewriteSet<Lir>],
) -> Result<Explanation, ExplainError> {
    let text = function.display_inst(inst).to_string();
    explain_named(function, inst, text, sets, &Names::Printed)
}

/// Explains `Add(x, 4096)`, or every instruction of a printed function.
///
/// # Errors
/// The text is neither, or does not become code.
pub fn explain_text(
    text: &str,
    sets: &[&RewriteSet<Lir>],
) -> Result<Vec<Explanation>, ExplainError> {
    if text.trim_start().starts_with("function") {
        let function: Function<Lir> = parse(text)?;
        let insts = function.blocks().flat_map(|block| &function[block].insts);
        return insts.map(|&inst| explain(&function, inst, sets)).collect();
    }
    let mut expression = parse_expression(text)?;
    finish(&mut expression);
    let Expression {
        function,
        root,
        names,
    } = &expression;
    let text = text.trim().to_owned();
    let explanation = explain_named(function, *root, text, sets, &Names::Expression(names))?;
    Ok(vec![explanation])
}

/// Lets something use the result of an expression, and ends its blocks.
fn finish(expression: &mut Expression<Lir>) {
    let function = &mut expression.function;
    let info = function[expression.root].info();
    let result = function[expression.root].result;
    for block in function.blocks().collect::<Vec<_>>() {
        if block == Block::ENTRY && info.effects.is_terminator() {
            continue;
        }
        let out = (block == Block::ENTRY).then(|| function.add_param(Block::ENTRY, Type::I64));
        let mut builder = Builder::new(function);
        builder.switch_to(block);
        // Neither a return nor a store folds anything into itself. A constant is made for whoever wants it in a register.
        match (out, result, info.result) {
            (Some(_), Some(value), Some(Type::I64)) => {
                builder.return_(value);
                continue;
            }
            (Some(_), Some(value), Some(Type::I32)) if info.is_constant() => {
                let wide = builder.widen_s(value);
                builder.return_(wide);
                continue;
            }
            (Some(out), Some(value), Some(Type::I32)) => builder.store_i32(value, out, 0),
            (Some(out), Some(value), Some(Type::F64)) => builder.store_f64(value, out, 0),
            _ => {}
        }
        let zero = builder.iconst(0);
        builder.return_(zero);
    }
}

fn explain_named(
    function: &Function<Lir>,
    inst: Inst,
    instruction: String,
    sets: &[&RewriteSet<Lir>],
    names: &Names<'_>,
) -> Result<Explanation, ExplainError> {
    verify(function)?;
    let mut function = function.clone();
    for block in function.blocks().collect::<Vec<Block>>() {
        for inst in function[block].insts.clone() {
            function[inst].origin = Origin::NONE;
        }
    }
    // Whatever rules make of an instruction comes from where that comes from.
    function[inst].origin = EXPLAINED;
    let steps = rewritten::rewrite(&mut function, sets, names);
    let insts = function.blocks().flat_map(|block| &function[block].insts);
    let left = insts
        .copied()
        .filter(|&inst| function[inst].origin == EXPLAINED);
    let (mut constants, mut left): (Vec<Inst>, Vec<Inst>) =
        left.partition(|&inst| function[inst].info().is_constant());
    let is_constant = left.is_empty();
    if is_constant {
        left.append(&mut constants);
    }
    let mut selections = Vec::new();
    for inst in left {
        let rows = candidates(&function, inst)?.into_iter();
        selections.push(Selection {
            instruction: names.inst(&function, inst),
            rows: rows
                .map(|candidate| verdict(&candidate, &function, names))
                .collect(),
        });
    }
    let winners: Vec<&str> = selections
        .iter()
        .filter_map(|selection| Some(selection.winner()?.rule.name))
        .collect();
    let mut words = Vec::new();
    if !winners.is_empty() {
        words = listing(&function)?;
        // A constant comes from where its user comes from.
        words
            .retain(|line| line.origin == EXPLAINED || is_constant && winners.contains(&line.rule));
    }
    Ok(Explanation {
        instruction,
        steps,
        selections,
        words,
    })
}

fn verdict(candidate: &Candidate, function: &Function<Lir>, names: &Names<'_>) -> Verdict {
    let row = candidate.row;
    let rule = Rule {
        name: row.rule.name,
        pattern: row.rule.pattern,
        condition: row.rule.condition,
        file: row.rule.file,
        line: row.rule.line,
    };
    let (variant, findings) = (row.variant, &candidate.findings);
    Verdict::new(rule, variant, &row.tree, findings, function, names)
}

/// The code of a function as it is, for an arena of its own.
fn listing(function: &Function<Lir>) -> Result<Vec<ListingLine>, ExplainError> {
    let options = ArenaOptions {
        capacity: ARENA_BYTES,
        ..ArenaOptions::default()
    };
    let compiler = Compiler::new(CodeSpace::new(&options)?, NOWHERE)?;
    let machine = select(function)?;
    let code = compiler.compile_selected(&machine, &Options::default(), Distances::Real)?;
    Ok(code.listing())
}

impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.instruction)?;
        let mut shown = self.instruction.as_str();
        for step in &self.steps {
            if step.instruction != shown {
                writeln!(f, "{}", step.instruction)?;
                shown = &step.instruction;
            }
            write_rows(f, &step.rows)?;
            match &step.outcome {
                Outcome::Kept => writeln!(f, "  {}: no rule accepts it", step.set)?,
                Outcome::Folded(constant) => {
                    writeln!(f, "{}: constants only, becomes {constant}", step.set)?;
                }
                Outcome::Replaced(rule, text) => {
                    let Rule {
                        name, file, line, ..
                    } = rule;
                    writeln!(f, "{name}, {file}:{line}: becomes {text}")?;
                }
            }
        }
        for selection in &self.selections {
            if selection.instruction != shown && !self.steps.is_empty() {
                writeln!(f, "{}", selection.instruction)?;
                shown = &selection.instruction;
            }
            let Some(winner) = selection.winner() else {
                writeln!(f, "  its user carries it out, or nobody wants its value")?;
                continue;
            };
            write_rows(f, &selection.rows)?;
            let Rule {
                name, file, line, ..
            } = winner.rule;
            writeln!(f, "{name}, {file}:{line}")?;
        }
        for line in &self.words {
            writeln!(f, "  {:08x}  {:<36} {}", line.word, line.text, line.rule)?;
        }
        let is_carried_out = self.selections.iter().any(|it| it.winner().is_some());
        if self.words.is_empty() && (is_carried_out || self.selections.is_empty()) {
            writeln!(f, "  no code")?;
        }
        Ok(())
    }
}

fn write_rows(f: &mut fmt::Formatter<'_>, rows: &[Verdict]) -> fmt::Result {
    let lines = verdict::lines(rows);
    let width = lines.iter().map(|(name, _)| name.chars().count()).max();
    for (name, text) in &lines {
        writeln!(f, "  {name:<width$}  {text}", width = width.unwrap_or(0))?;
    }
    Ok(())
}
