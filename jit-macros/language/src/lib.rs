//! The rule language: what `isa!`, `ops!`, `rewriting!`, `lowering!` and `calls!` mean.
//!
//! Everything works on tokens, so it does not matter who reads them: the compiler, by way of the entry points in
//! `jit-macros`, or a tool that reads the files of `specs/` itself. Nothing here knows a particular declaration.

pub mod boundary;
mod check;
mod dump;
pub mod error;
mod expand;
pub mod instruction;
pub mod invocation;
pub mod meaning;
pub mod model;
pub mod mutate;
mod parse;
pub mod picture;
pub mod prove;
pub mod reading;
pub mod source;
pub mod space;
pub mod term;
mod text;
