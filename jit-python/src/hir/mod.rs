//! HIR: a Python function in SSA form, made from its bytecode by abstract interpretation.
//!
//! The builder runs over the basic blocks once, keeping the operand stack symbolically. Each instruction turns into
//! operations that count references explicitly; wherever compiled code may be left, the symbolic stack becomes a frame
//! state, from which the interpreter can go on. Types come from the interpreter's inline caches and are guarded;
//! where there are none, helpers do what the interpreter would.

mod arithmetic;
mod attributes;
mod build;
mod calls;
mod code;
mod compare;
mod containers;
mod control;
mod globals;
mod instructions;
mod invoke;
mod iteration;
mod known;
mod leaving;
mod locals;
mod reference;
mod state;

pub use crate::specs::ops::Hir;
pub use build::{Built, build};
pub use code::{Code, why};
