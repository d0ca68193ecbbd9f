//! The SSA form: one container for every set of operations that `ops!` declares.
//!
//! HIR and LIR are two [`Dialect`]s over the same [`Function`], so what does not depend on the meaning of operations is
//! written once: builder, verifier, printed form and parser, control-flow analyses, dead-code elimination, value
//! numbering. What does depend on it goes by what was declared, as the evaluator does.

mod builder;
mod control_flow;
mod dialect;
mod dominators;
mod entity;
mod evaluate;
mod function;
mod meaning;
mod parse;
pub mod passes;
mod print;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
mod uses;
mod verify;

#[cfg(test)]
mod tests;

pub use builder::Builder;
pub use control_flow::{ControlFlow, Edge};
pub use dialect::{Dialect, EXIT, Effects, OpInfo, OperandInfo, OperandKind};
pub use dominators::Dominators;
pub use entity::{Block, Inst, Origin, Value};
pub use evaluate::{Evaluation, evaluate};
pub use function::{BlockCall, BlockData, Function, InstData, ValueData, ValueDef};
pub use meaning::{Fault, Meaning, Memory, NoMemory, Outcome, Word};
pub use parse::{ParseError, parse};
pub use uses::use_counts;
pub use verify::{VerifyError, VerifyErrors, verify};
