//! The declarations in `specs/python/`, and what the macros make of them: HIR, and the rules that lead from it to LIR.

#[path = "../../specs/python/expand.rs"]
pub mod expand;
#[path = "../../specs/python/ops.rs"]
pub mod ops;
