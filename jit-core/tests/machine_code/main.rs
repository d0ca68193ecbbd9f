//! Compiled functions are run and compared with the evaluator, which knows nothing but the declared meanings.
//!
//! These tests exist where the code can run: on aarch64, native or emulated. Elsewhere this file is empty.
#![cfg(target_arch = "aarch64")]

mod calls;
mod exits;
mod large;
mod listings;
mod machine;
mod made;
mod objects;
mod random;
mod rules;
mod spills;
