//! Mutation: rules made wrong on purpose, to see whether anybody objects.
//!
//! A rule that can be changed without a check, a computation or a proof noticing is a rule about which these say nothing.
//! [`mutants`] makes the changes, one at a time, each of a kind that people make by mistake; [`Judge::fate`] tells what
//! becomes of it. Changes are made on the syntax of a rule, so that they pass through everything that a rule in a file
//! does.
//!
//! A mutant that is proved right is no survivor: the change has made another rule that is right as well. Nothing is
//! written down here, and no code is emitted.

mod fate;
mod isa;
mod rule;
mod tokens;

pub use fate::{Fate, Judge};
pub use isa::with_wider_kinds;
pub use rule::mutants;

use crate::parse::lowering::RuleSyntax;

/// What is changed.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Mutation {
    /// A kind of immediate holds one value more.
    WidenKind,
    /// A number in a condition is another one, or a comparison weaker.
    WidenCondition,
    /// A condition is not asked for.
    DropCondition,
    /// Something that is changed is not declared to be.
    DropClobber,
    /// A result need not be where it has to be: `early`, `d = a`, `a: in x0`.
    DropConstraint,
    /// Two operands of an instruction trade places.
    SwapOperands,
    /// An instruction has another condition.
    ChangeCondition,
    /// An instruction has another number.
    ChangeNumber,
    /// An instruction is another one with operands alike.
    ChangeInstruction,
    /// A computed constant has another value.
    ChangeValue,
}

impl Mutation {
    /// Every mutation.
    pub const ALL: [Mutation; 10] = [
        Mutation::WidenKind,
        Mutation::WidenCondition,
        Mutation::DropCondition,
        Mutation::DropClobber,
        Mutation::DropConstraint,
        Mutation::SwapOperands,
        Mutation::ChangeCondition,
        Mutation::ChangeNumber,
        Mutation::ChangeInstruction,
        Mutation::ChangeValue,
    ];

    /// What it is called in reports.
    pub fn name(self) -> &'static str {
        match self {
            Mutation::WidenKind => "immediate widened",
            Mutation::WidenCondition => "condition widened",
            Mutation::DropCondition => "condition dropped",
            Mutation::DropClobber => "clobber dropped",
            Mutation::DropConstraint => "constraint dropped",
            Mutation::SwapOperands => "operands swapped",
            Mutation::ChangeCondition => "condition code changed",
            Mutation::ChangeNumber => "number changed",
            Mutation::ChangeInstruction => "instruction changed",
            Mutation::ChangeValue => "computed constant changed",
        }
    }
}

/// A rule with one change.
#[derive(Clone, Debug)]
pub struct Mutant {
    /// What was changed.
    pub mutation: Mutation,
    /// The change in words: `; add X(d), X(b), X(a)` instead of `; add X(d), X(a), X(b)`.
    pub words: String,
    /// The rule.
    syntax: RuleSyntax,
}
