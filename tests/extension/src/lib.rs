//! Operations, rules and a way to emit calls that are not jit-core's own.
//!
//! An example of what a crate outside of armjit's workspace can add, and a test of it. Everything is declared as in
//! armjit's `specs/`, by the same macros; what each declaration builds on stands in its header.

#![warn(missing_docs)]

pub mod calls;
pub mod isa;
pub mod ops;
pub mod rules;
