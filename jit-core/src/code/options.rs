//! What is wanted of a code arena.

use std::ops::RangeInclusive;

/// How large an arena is, and where it should be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ArenaOptions {
    /// Bytes of code that fit in, rounded up to whole pages. Memory is used only for what is written.
    pub capacity: usize,
    /// Ranges of addresses, in order of preference. The arena is placed so that a branch from anywhere in it reaches all
    /// of the first range for which there is such a place. If there is none for any, it is placed anywhere; ask
    /// [`CodeSpace::reaches`](super::CodeSpace::reaches).
    pub near: Vec<RangeInclusive<usize>>,
    /// The only address to be content with, a multiple of the page size; then `near` says nothing.
    pub at: Option<usize>,
}

impl Default for ArenaOptions {
    /// 32 MiB anywhere.
    fn default() -> Self {
        Self {
            capacity: 32 << 20,
            near: Vec::new(),
            at: None,
        }
    }
}
