//! Why an instruction gets the rule that it gets: what every other rule found wrong with it, with the actual values.
//!
//! The rules are asked by the matchers that selection uses, so the answer is what happens and not what somebody wrote down
//! about it. A function is taken as it is: no pass runs before.

mod failure;
#[cfg(test)]
mod tests;

use std::fmt;

use thiserror::Error;

use crate::code::{ArenaOptions, CodeError, CodeSpace};
use crate::compile::{CompileError, Compiler, Distances, Options, Runtime};
use crate::disassemble::ListingLine;
use crate::ir::{
    Block, Builder, Expression, Function, Inst, Origin, ParseError, Value, VerifyErrors, parse,
    parse_expression, verify,
};
use crate::machine::{Failure, RowInfo, SelectError, candidates, select};
use crate::specs::ops::{Build, Lir, Type};

/// Where the runtime of code is that nobody runs.
const NOWHERE: Runtime = Runtime {
    exit_handler: 0x1000,
    deallocate: 0x2000,
};
/// The room for that code.
const ARENA_BYTES: usize = 1 << 20;
/// So many rows that want the same operand to be the result of something else are shown one by one.
const SHOWN_EACH: usize = 3;
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
    /// What every row for its operation says to it, in the order in which they are tried. Empty if it is not carried out
    /// on its own: its user does that, or nobody wants its value.
    pub rows: Vec<Verdict>,
    /// What it became: the constants that it needs in registers, then the words of the rule that was chosen.
    pub words: Vec<ListingLine>,
}

/// What a row says to an instruction.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The row.
    pub row: &'static RowInfo,
    /// The first part of its pattern, or the first condition, that does not hold; none if it matches.
    pub failure: Option<String>,
    /// The operand that would have to be the result of another operation, and the name of that, if this is the failure.
    value: Option<Value>,
    wants: Option<&'static str>,
}

impl Verdict {
    /// The name of the rule, and the order of operands if it is not the written one.
    pub fn name(&self) -> String {
        match self.row.variant {
            0 => self.row.rule.name.to_owned(),
            1 => format!("{}.swapped", self.row.rule.name),
            variant => format!("{}.swapped_{variant}", self.row.rule.name),
        }
    }

    fn refusal(&self) -> String {
        format!("no: {}", self.failure.as_deref().unwrap_or_default())
    }
}

impl Explanation {
    /// The row that is chosen: the first one that matches.
    pub fn winner(&self) -> Option<&Verdict> {
        self.rows.iter().find(|verdict| verdict.failure.is_none())
    }
}

/// Explains one instruction of a function.
///
/// # Errors
/// The function does not become code.
pub fn explain(function: &Function<Lir>, inst: Inst) -> Result<Explanation, ExplainError> {
    let text = function.display_inst(inst).to_string();
    explain_named(function, inst, text, &|value| value.to_string())
}

/// Explains `Add(x, 4096)`, or every instruction of a printed function.
///
/// # Errors
/// The text is neither, or does not become code.
pub fn explain_text(text: &str) -> Result<Vec<Explanation>, ExplainError> {
    if text.trim_start().starts_with("function") {
        let function: Function<Lir> = parse(text)?;
        let insts = function.blocks().flat_map(|block| &function[block].insts);
        return insts.map(|&inst| explain(&function, inst)).collect();
    }
    let mut expression = parse_expression(text)?;
    finish(&mut expression);
    let named = |value: Value| {
        let mut names = expression.names.iter();
        let name = names.find(|(_, named)| *named == value);
        name.map_or_else(
            || written(&expression.function, value),
            |(name, _)| name.clone(),
        )
    };
    let explanation = explain_named(
        &expression.function,
        expression.root,
        text.trim().to_owned(),
        &named,
    )?;
    Ok(vec![explanation])
}

/// A value that has no name: the operation that yields it.
fn written(function: &Function<Lir>, value: Value) -> String {
    match (function.constant(value), function.defining_inst(value)) {
        (Some(word), _) => word.to_string(),
        (None, Some(inst)) => format!("`{}(…)`", function[inst].info().name),
        (None, None) => value.to_string(),
    }
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
    named: &dyn Fn(Value) -> String,
) -> Result<Explanation, ExplainError> {
    verify(function)?;
    let mut function = function.clone();
    for block in function.blocks().collect::<Vec<Block>>() {
        for inst in function[block].insts.clone() {
            function[inst].origin = Origin::NONE;
        }
    }
    function[inst].origin = EXPLAINED;
    let rows = candidates(&function, inst)?.into_iter().map(|candidate| {
        let failure = candidate.findings.failure.as_ref();
        let unfolded = failure.and_then(Failure::other_operation);
        Verdict {
            row: candidate.row,
            failure: failure.map(|failure| failure::text(failure, candidate.row, &function, named)),
            value: unfolded.map(|(value, _)| value),
            wants: unfolded.map(|(_, op)| op.name()),
        }
    });
    let mut explanation = Explanation {
        instruction,
        rows: rows.collect(),
        words: Vec::new(),
    };
    if let Some(winner) = explanation.winner() {
        let rule = winner.row.rule.name;
        let is_constant = function[inst].info().is_constant();
        let mut words = listing(&function)?;
        // A constant comes from where its user comes from.
        words.retain(|line| line.origin == EXPLAINED || is_constant && line.rule == rule);
        explanation.words = words;
    }
    Ok(explanation)
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

/// Rows behind the one that is chosen are not asked; of these, only those are shown that would match too.
impl fmt::Display for Explanation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "{}", self.instruction)?;
        let chosen = self.rows.iter().position(|row| row.failure.is_none());
        let Some((chosen, winner)) = chosen.and_then(|at| Some((at, self.rows.get(at)?))) else {
            return writeln!(f, "  its user carries it out, or nobody wants its value");
        };
        let mut lines: Vec<(String, String)> = Vec::new();
        let refusing = &self.rows[..chosen];
        for group in refusing.chunk_by(|a, b| a.wants.is_some() && a.value == b.value) {
            lines.extend(refusals(group));
        }
        lines.push((winner.name(), format!("yes: {}", winner.row.rule.pattern)));
        let behind = self.rows[chosen + 1..].iter();
        for verdict in behind.filter(|verdict| verdict.failure.is_none()) {
            lines.push((verdict.name(), "would match too".to_owned()));
        }
        let width = lines.iter().map(|(name, _)| name.len()).max().unwrap_or(0);
        for (name, text) in lines {
            writeln!(f, "  {name:<width$}  {text}")?;
        }
        let rule = winner.row.rule;
        writeln!(f, "{}, {}:{}", rule.name, rule.file, rule.line)?;
        for line in &self.words {
            writeln!(f, "  {:08x}  {:<36} {}", line.word, line.text, line.rule)?;
        }
        if self.words.is_empty() {
            writeln!(f, "  no code")?;
        }
        Ok(())
    }
}

/// Lines for rows that refuse: one for all of them if there are many that want the same operand to be something else.
fn refusals(group: &[Verdict]) -> Vec<(String, String)> {
    let each = || {
        group
            .iter()
            .map(|verdict| (verdict.name(), verdict.refusal()))
    };
    let [first, .., last] = group else {
        return each().collect();
    };
    if group.len() <= SHOWN_EACH {
        return each().collect();
    }
    let mut wanted: Vec<&str> = Vec::new();
    for name in group.iter().filter_map(|verdict| verdict.wants) {
        if !wanted.contains(&name) {
            wanted.push(name);
        }
    }
    let text = first.refusal();
    let text = text.strip_suffix(first.wants.unwrap_or_default());
    let text = format!("{}{}", text.unwrap_or_default(), wanted.join(", "));
    let name = format!("{} … {} ({} rows)", first.name(), last.name(), group.len());
    vec![(name, text)]
}
