//! Functions made from the patterns of rules: which constants and words they are tried with, the world that they run in,
//! and how what their code does is compared with what they mean.

pub mod comparison;
pub mod constants;
pub mod function;
pub mod values;
pub mod world;
