//! Changes to functions that go by declared effects alone, so that they work for every dialect.
//!
//! Each expects a function that verifies and leaves one that verifies and means the same: it returns the same words,
//! takes the same exits with the same live values, and does the same to memory, in the same order. Numbers of values and
//! instructions that go out of use stay unused.

mod critical_edges;
mod dead_code;
mod rewrite;
mod unreachable;
mod value_numbering;

pub use critical_edges::split_critical_edges;
pub use dead_code::eliminate_dead_code;
pub use rewrite::{rewrite, rewrite_by};
pub use unreachable::remove_unreachable_blocks;
pub use value_numbering::number_values;
