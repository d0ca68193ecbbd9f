//! Exact reasoning about which inputs a set of patterns accepts.
//!
//! Every question that makes a rule set trustworthy is a question about sets of inputs: do two rules accept a common
//! input, does one accept everything another does, is there an input that no rule takes. Answering them by looking at
//! pairs of rules is not enough (a rule can be dead behind three others together, and a gap can be left by ten), and
//! answering them without an example is of little use to the person who has to mend the rules. So the whole module is
//! built on one algorithm, Maranget's usefulness test (`useful`), which decides exactly whether an input exists that a
//! row accepts and none of some other rows does, and hands that input back.
//!
//! What an operand position may hold is described by a [`Position`], what a rule wants there by a [`Pattern`]. Constants
//! are intervals with a power-of-two stride ([`Set`]); they are split into finitely many atoms at the end points and
//! strides that occur, so that infinite ranges cost nothing.
//!
//! What it refuses to know: syntax, source places and wording. Those belong to `check`. Conditions that cannot be
//! expressed as sets are [`Guard`]s: tests with a few outcomes, of which each may come about.

mod guard;
mod order;
mod pattern;
mod relate;
mod set;
mod told;
mod useful;
mod witness;

#[cfg(test)]
mod brute;

pub use guard::{Guard, Place, Side};
pub use order::{Order, Preference, Unneeded, order};
pub use pattern::{Operation, OperationId, Pattern, Position, Row, Universe, by_operation};
pub use relate::{Blocker, Dead, Relations};
pub use set::{Piece, Set};
pub use witness::{Shape, Witness};
