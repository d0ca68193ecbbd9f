//! Machine instructions on virtual registers: chosen by the declared rules, given registers by regalloc2.
//!
//! A function of LIR goes in ([`select`]), a [`MachineFunction`] comes out: one [`MachineInst`] for each time that a rule
//! was applied, with the rule's constraints as regalloc2 operands. [`allocate`] finds
//! registers for it. Which instructions a rule stands for is nothing that this module knows: it carries operands,
//! immediates, literals and targets to the template that was generated from the rule.
//!
//! What it refuses to do: optimise. Everything that selection needs to know about a value (its only user, its constant)
//! is read off the function as it is; cleaning up is for the passes of `ir` beforehand.

mod allocate;
mod environment;
mod extension;
mod function;
mod inst;
mod print;
mod rules;
mod select;

pub use allocate::{AllocateError, Allocated, Effort, allocate};
pub use environment::{environment, physical, registers};
pub use extension::{Extension, Lowered, distinct};
pub use function::{MachineBlock, MachineBlockData, MachineFunction};
pub use inst::{ExitUse, LiveValue, MachineInst, Target};
pub use regalloc2::RegClass as Class;
pub use rules::{
    Chooser, LinkInfo, LinkTarget, Matcher, OperandPattern, PatternInfo, Reach, Root, RowInfo,
    RuleInfo, RuleSet,
};
pub use select::{
    Candidate, Failure, Findings, Place, Select, SelectError, Unfoldable, candidates, select,
    select_alone,
};

#[cfg(test)]
mod tests;
