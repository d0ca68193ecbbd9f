//! The four macros that declare armjit's operations, registers, lowering rules and call strategies.

mod error;
mod expand;
mod model;
mod parse;
mod space;
