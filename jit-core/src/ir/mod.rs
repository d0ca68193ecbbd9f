//! The SSA form: one container for every set of operations that `ops!` declares.
//!
//! HIR and LIR are two [`Dialect`]s over the same [`Function`], so what does not depend on the meaning of operations is
//! written once: builder, verifier, printed form and parser, control-flow analyses, dead-code elimination, value
//! numbering. What does depend on it goes by what was declared, as the evaluator does.

mod builder;
mod dialect;
mod entity;
mod function;
mod meaning;

pub use builder::Builder;
pub use dialect::{Dialect, EXIT, Effects, OpInfo, OperandInfo, OperandKind};
pub use entity::{Block, Inst, Origin, Value};
pub use function::{BlockCall, BlockData, Function, InstData, ValueData, ValueDef};
pub use meaning::{Fault, Meaning, Memory, NoMemory, Outcome, Word};
