//! The SSA form: one container for every set of operations that `ops!` declares.
//!
//! HIR and LIR are two [`Dialect`]s over the same [`Function`], so what does not depend on the meaning of operations is
//! written once: builder, verifier, printed form and parser, control-flow analyses, dead-code elimination, value
//! numbering. What does depend on it goes by what was declared, as the evaluator does.
//!
//! A function can be written as text, checked, and run:
//!
//! ```
//! use jit_core::ir::{Evaluation, Function, NoMemory, evaluate, verify};
//! use jit_core::specs::ops::Lir;
//!
//! let function: Function<Lir> = r#"
//!     function "difference" {
//!     block0(v0: I64, v1: I64):
//!       v2 = LtS v0, v1
//!       Branch v2, block1(v1, v0), block1(v0, v1)
//!     block1(v3: I64, v4: I64):
//!       v5 = SubOrExit v3, v4, exit0, [v3, v4]
//!       Return v5
//!     }"#
//! .parse()?;
//! verify(&function)?;
//!
//! let run = |a: i64, b: i64| evaluate(&function, &[a as u64, b as u64], &mut NoMemory::default(), 100);
//! assert_eq!(run(3, 10), Evaluation::Returned(7));
//! let (exit, live) = (0, vec![i64::MAX as u64, -1i64 as u64]);
//! assert_eq!(run(i64::MAX, -1), Evaluation::Exited { exit, live });
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod builder;
mod control_flow;
mod dialect;
mod dominators;
mod entity;
mod evaluate;
pub mod expansion;
mod function;
mod meaning;
mod parse;
pub mod passes;
pub mod pattern;
mod print;
pub mod rewriting;
#[cfg(any(test, feature = "testing"))]
pub mod testing;
pub mod trace;
mod uses;
mod verify;

#[cfg(test)]
mod tests;

pub use builder::Builder;
pub use control_flow::{ControlFlow, Edge};
pub use dialect::{Dialect, EXIT, Effects, Evaluate, OpInfo, OperandInfo, OperandKind};
pub use dominators::Dominators;
pub use entity::{Block, Inst, Origin, Value};
pub use evaluate::{Evaluation, evaluate};
pub use function::{BlockCall, BlockData, Function, InstData, ValueData, ValueDef};
pub use meaning::{Fault, Meaning, Memory, NoMemory, Outcome, Word};
pub use parse::{Expression, ParseError, parse, parse_expression, parse_with};
pub(crate) use print::FLOAT;
pub use uses::use_counts;
pub use verify::{VerifyError, VerifyErrors, verify};
