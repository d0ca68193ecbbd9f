//! Proofs: that what a rule emits does what the operations of its pattern mean, and nothing else; and that the right side
//! of a rewriting rule means what its left side does.
//!
//! [`machine`] carries templates out on terms, line by line as [`instruction`](crate::instruction) says, knowing nothing
//! of rules. [`claim`] states what has to be shown of a rule, case by case of how the allocator may place its operands;
//! [`strategy`], [`choice`] and [`sequence`] do so for the code around rules. [`decide`] settles a claim: first by
//! computing it for many inputs, which finds most wrong rules at once and is all that can be done about floating-point
//! arithmetic, then by asking a [`Solver`]. What cannot be settled is said with its reason, never passed over.

mod claim;
mod constant;
mod decide;
mod declared;
#[cfg(test)]
mod expansion_tests;
mod inputs;
mod link;
mod lowering;
pub mod machine;
mod outcome;
mod outside;
mod places;
mod product;
mod rewriting;
mod routine;
mod sequence;
mod stack;
mod strategy;
#[cfg(test)]
mod strategy_tests;
mod surroundings;
#[cfg(test)]
mod tests;
mod words;

pub use claim::{Claim, Goal, Input, Title};
pub use decide::{Answer, Counterexample, Nobody, Solver, Verdict, decide, prove, refute};
pub use declared::{commutes, jump};
pub use lowering::claim;
pub use outcome::{Outcome, meaning};
pub use rewriting::rewriting_claim;
pub use sequence::{sequence, sequence_claim};
pub use strategy::{choice, strategy, strategy_claim};

use crate::model::calls::Calls;
use crate::model::isa::Isa;
use crate::model::lowering::Rule;
use crate::model::ops::Ops;
use crate::model::rewriting::{Dialects, Right};

/// The verdict on one rule; what routines do, `calls` says.
pub fn rule(rule: &Rule, isa: &Isa, ops: &Ops, calls: &Calls, solver: &mut dyn Solver) -> Verdict {
    match claim(rule, isa, ops, Some(calls)) {
        Ok(claim) => decide(&claim, solver),
        Err(reason) => Verdict::Skipped { reason },
    }
}

/// The verdict on the rewriting rule that makes `right` of `left`.
pub fn rewriting(
    left: &Rule,
    right: &Right,
    dialects: Dialects<'_>,
    solver: &mut dyn Solver,
) -> Verdict {
    match rewriting_claim(left, right, dialects) {
        Ok(claim) => decide(&claim, solver),
        Err(reason) => Verdict::Skipped { reason },
    }
}
