//! What tests of this and other crates need to work on many functions: a generator of random ones over any dialect, and
//! a memory in which they cannot fail.

mod memory;
mod random;
mod random_function;

pub use memory::WrappingMemory;
pub use random::Random;
pub use random_function::{Shape, random_function};
