//! From resolved declarations to Rust.
//!
//! Generated code names the runtime by `::jit_core` only, and user code by the tokens that the user wrote.

mod bindings;
pub mod calls;
pub mod forward;
pub mod isa;
pub mod lowering;
pub mod names;
pub mod ops;
mod pattern;
pub mod references;
pub mod rewriting;
