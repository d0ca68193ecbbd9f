//! CPython 3.14 bytecode: what a code object says, without running anything.
//!
//! Control flow and operands are read from the base code, which is the same in every state of a code object; what the
//! interpreter has specialised is read from the adaptive array beside it, as type feedback only. Nothing here calls
//! Python: the input is bytes, so that all of it is tested without an interpreter.

pub mod blocks;
pub mod decode;
pub mod exception_table;
pub mod feedback;
pub mod opcodes;

pub use blocks::{Blocks, Flow};
pub use decode::{DecodeError, Instruction, decode};
pub use feedback::Feedback;
pub use opcodes::{Opcode, Specialised};
