//! Proofs: that what a rule emits does what the operations of its pattern mean, and nothing else.
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
mod inputs;
mod link;
pub mod machine;
mod outcome;
mod outside;
mod places;
mod product;
mod routine;
mod sequence;
mod stack;
mod strategy;
#[cfg(test)]
mod strategy_tests;
mod surroundings;
#[cfg(test)]
mod tests;

pub use claim::{Claim, Goal, Input, Title, claim};
pub use decide::{Answer, Counterexample, Nobody, Solver, Verdict, decide, refute};
pub use declared::{commutes, jump};
pub use outcome::{Outcome, meaning};
pub use sequence::sequence;
pub use strategy::{choice, strategy};

use crate::model::calls::Calls;
use crate::model::isa::Isa;
use crate::model::lowering::Rule;
use crate::model::ops::Ops;

/// The verdict on one rule; what routines do, `calls` says.
pub fn rule(rule: &Rule, isa: &Isa, ops: &Ops, calls: &Calls, solver: &mut dyn Solver) -> Verdict {
    match claim(rule, isa, ops, Some(calls)) {
        Ok(claim) => decide(&claim, solver),
        Err(reason) => Verdict::Skipped { reason },
    }
}
