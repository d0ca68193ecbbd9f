//! The declarations in `specs/`, and what the macros make of them: the machine, LIR, its rules, the call
//! strategies and the simplifications.

#[path = "../../specs/calls.rs"]
pub mod calls;
#[path = "../../specs/isa.rs"]
pub mod isa;
#[path = "../../specs/lowering/mod.rs"]
pub mod lowering;
#[path = "../../specs/ops.rs"]
pub mod ops;
#[path = "../../specs/rewriting/mod.rs"]
pub mod rewriting;

#[cfg(test)]
mod tests;
