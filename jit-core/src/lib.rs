//! armjit's code generator, free of Python: a typed SSA form, generated selection, allocation and emission for aarch64.

extern crate self as jit_core;

pub mod calls;
pub mod code;
pub mod compile;
pub mod disassemble;
pub mod emit;
pub mod exit;
pub mod ir;
pub mod machine;
pub mod specs;

pub use calls::Strategy;
