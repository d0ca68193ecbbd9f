//! The declarations in `specs/`, and what the macros make of them: the machine, LIR, its rules and the call strategies.

#[path = "../../specs/isa.rs"]
pub mod isa;
#[path = "../../specs/ops.rs"]
pub mod ops;

#[cfg(test)]
mod tests;
