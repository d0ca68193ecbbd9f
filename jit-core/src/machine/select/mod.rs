//! Instruction selection: the driver around the generated decision code.
//!
//! Blocks are visited users first (postorder) and each block backwards, so that by the time an instruction is reached
//! it is known whether anybody wants its value in a register. Whatever was folded into its user, or is used by nobody,
//! is passed over. Constants are never kept in registers: each user gets its own, made right in front of it, which costs
//! an instruction where it used to cost a live range.

mod alone;
mod context;
mod explain;
mod layout;
mod loops;

pub use alone::select_alone;
pub use context::{Place, Select};
pub use explain::{Candidate, candidates};

use std::borrow::Cow;

use thiserror::Error;

use super::function::{MachineBlock, MachineBlockData, MachineFunction};
use super::rules::{chooser, owner};
use crate::coverage;
use crate::ir::passes::split_critical_edges;
use crate::ir::{Block, ControlFlow, Function, Inst, trace};
use crate::specs::ops::{Lir, Op};

/// What the matcher of a lowering rule found out.
pub type Findings = trace::Findings<Op>;
/// The first thing about a row of a lowering rule that did not hold.
pub type Failure = trace::Failure<Op>;
/// Why an operand is not folded into its user.
pub type Unfoldable = trace::Unfoldable<Op>;

/// Why a function has no machine code.
#[derive(Clone, Debug, Error)]
pub enum SelectError {
    /// A function or a call has more parameters of one class than there are registers for them.
    #[error("{function}: {what} has {count} {class} arguments; {limit} can be passed in registers")]
    TooManyArguments {
        /// The name of the function.
        function: String,
        /// The function itself, or the call as it is printed.
        what: String,
        /// `integer` or `float`.
        class: &'static str,
        /// How many there are.
        count: usize,
        /// How many there may be.
        limit: usize,
    },
    /// An instruction of an operation that is not lowered for every operand, and not for these.
    #[error("{function}: no rule for `{inst}`")]
    NoRule {
        /// The name of the function.
        function: String,
        /// The instruction as it is printed.
        inst: String,
    },
    /// A block without terminator: the function does not verify.
    #[error("{function}: {block} does not end")]
    Unfinished {
        /// The name of the function.
        function: String,
        /// The block.
        block: Block,
    },
}

/// Chooses a rule for every instruction of a function that verifies.
///
/// # Errors
/// See [`SelectError`].
pub fn select(function: &Function<Lir>) -> Result<MachineFunction, SelectError> {
    match coverage::recorder() {
        None => select_by(function, choose),
        Some(recorder) => select_by(function, |context, inst| {
            let rows = owner(context.function()[inst].op).rows;
            recorder.selecting(rows, context, inst);
            choose(context, inst)
        }),
    }
}

/// Applies the first rule that matches.
fn choose(context: &mut Select<'_>, inst: Inst) -> bool {
    (chooser(context.function()[inst].op))(context, inst)
}

/// Selects with `choose` to apply a rule to an instruction, or to answer that none matches.
fn select_by(
    function: &Function<Lir>,
    mut choose: impl FnMut(&mut Select<'_>, Inst) -> bool,
) -> Result<MachineFunction, SelectError> {
    let (function, control_flow) = without_critical_edges(function);
    let layout = layout::Layout::new(&function, &control_flow);
    let mut context = Select::new(&function, &layout);
    // How many instructions there are from the end of the function to the beginning of each block, last block first.
    let mut counts = Vec::with_capacity(layout.blocks().len());
    for &block in layout.blocks().iter().rev() {
        select_block(&mut context, block, &mut choose)?;
        counts.push(context.inst_count() as u32);
    }
    Ok(assemble(context, &function, &layout, &counts))
}

/// The function and its control flow. regalloc2 puts the moves of an edge at one of its ends, so an edge must have an end of
/// its own.
fn without_critical_edges(function: &Function<Lir>) -> (Cow<'_, Function<Lir>>, ControlFlow) {
    let control_flow = ControlFlow::new(function);
    let branches = |block: &Block| function.successors(*block).nth(1).is_some();
    let joins = |block: Block| control_flow.predecessors(block).len() > 1;
    if !function
        .blocks()
        .filter(branches)
        .any(|block| function.successors(block).any(joins))
    {
        return (Cow::Borrowed(function), control_flow);
    }
    let mut function = function.clone();
    split_critical_edges(&mut function, Op::Jump);
    let control_flow = ControlFlow::new(&function);
    (Cow::Owned(function), control_flow)
}

/// Selects the instructions of one block, last one first.
fn select_block(
    context: &mut Select<'_>,
    block: Block,
    choose: &mut impl FnMut(&mut Select<'_>, Inst) -> bool,
) -> Result<(), SelectError> {
    if context.function().terminator(block).is_none() {
        return Err(SelectError::Unfinished {
            function: context.function().name.clone(),
            block,
        });
    }
    for index in (0..context.function()[block].insts.len()).rev() {
        let inst = context.function()[block].insts[index];
        if !context.is_wanted(inst) {
            continue;
        }
        apply(context, inst, choose)?;
        while let Some(constant) = context.next_constant() {
            apply(context, constant, choose)?;
        }
        context.leave_root();
    }
    if block == Block::ENTRY {
        context.define_parameters()?;
    }
    Ok(())
}

fn apply(
    context: &mut Select<'_>,
    inst: Inst,
    choose: &mut impl FnMut(&mut Select<'_>, Inst) -> bool,
) -> Result<(), SelectError> {
    context.enter_root(inst);
    let matched = choose(context, inst);
    context.take_error()?;
    if matched {
        return Ok(());
    }
    let function = context.function();
    Err(SelectError::NoRule {
        function: function.name.clone(),
        inst: function.display_inst(inst).to_string(),
    })
}

fn assemble(
    mut context: Select<'_>,
    function: &Function<Lir>,
    layout: &layout::Layout,
    counts: &[u32],
) -> MachineFunction {
    let insts = context.take_insts();
    let total = insts.len() as u32;
    let mut blocks: Vec<MachineBlockData> = Vec::with_capacity(counts.len());
    let mut start = 0;
    for (index, &source) in layout.blocks().iter().enumerate() {
        // The first block was selected last, and ends where the one selected before it begins.
        let behind = counts.len().checked_sub(index + 2);
        let end = total - behind.map_or(0, |behind| counts[behind]);
        let data = &function[source];
        // The parameters of the function are defined by an instruction.
        let params: &[_] = if source == Block::ENTRY {
            &[]
        } else {
            &data.params
        };
        let terminator = &insts[end as usize - 1];
        blocks.push(MachineBlockData {
            insts: start..end,
            params: params
                .iter()
                .map(|&param| context.register(param))
                .collect(),
            cold: data.cold,
            source,
            successors: terminator
                .targets
                .iter()
                .map(|target| target.block.into())
                .collect(),
            predecessors: Default::default(),
        });
        start = end;
    }
    for index in 0..blocks.len() {
        for successor in blocks[index].successors.clone() {
            blocks[successor.index()]
                .predecessors
                .push(MachineBlock(index as u32).into());
        }
    }
    MachineFunction {
        name: function.name.clone(),
        insts,
        blocks,
        order: layout.order().to_vec(),
        vregs: context.register_count(),
    }
}
