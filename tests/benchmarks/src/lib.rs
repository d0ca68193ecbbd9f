//! Benchmarks of armjit.
//!
//! `compile` compiles the same functions with `jit-core` and with Cranelift's aarch64 backend, both cross-compiling in
//! one process. [`corpus`] has the functions, [`translate`] says them in Cranelift's IR, [`cranelift`] compiles that, and
//! [`report`] makes one table of what criterion measured.
//!
//! Wherever there is a choice, it is made in favour of Cranelift, so that a ratio can be taken at its word: see
//! [`translate`] for the translation and [`cranelift`] for the settings.

pub mod corpus;
pub mod cranelift;
pub mod generated;
pub mod processor_time;
pub mod report;
pub mod scaled;
pub mod sides;
pub mod translate;
