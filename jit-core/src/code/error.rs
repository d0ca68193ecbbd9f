//! What can go wrong with code memory.

use std::io;

use thiserror::Error;

/// Why there is no memory for code, or why code could not be put there.
#[derive(Debug, Error)]
pub enum CodeError {
    /// There is no free piece of that size.
    #[error(
        "the code arena is full: {wanted} bytes wanted, the largest free piece of {capacity} has {largest_free}"
    )]
    ArenaFull {
        /// The bytes asked for.
        wanted: usize,
        /// The bytes of the largest free piece.
        largest_free: usize,
        /// The bytes of the arena.
        capacity: usize,
    },
    /// More code than was reserved.
    #[error("{length} bytes of code for a place of {reserved} bytes at {address:#x}")]
    CodeTooLong {
        /// Where it was to go.
        address: usize,
        /// The bytes that there are.
        length: usize,
        /// The bytes reserved.
        reserved: usize,
    },
    /// An alignment that is no power of two or is larger than 4 KiB.
    #[error("code cannot be aligned to {align} bytes")]
    BadAlignment {
        /// What was asked for.
        align: usize,
    },
    /// A capacity of zero, or one that no address space has.
    #[error("a code arena cannot have {capacity} bytes")]
    BadCapacity {
        /// What was asked for.
        capacity: usize,
    },
    /// The one address at which the arena was wanted is not free.
    #[error("no code arena can be placed at {address:#x}")]
    AddressTaken {
        /// What was asked for.
        address: usize,
    },
    /// The operating system refuses.
    #[error("{what}: {source}")]
    System {
        /// What it was asked to do.
        what: &'static str,
        /// Its answer.
        source: io::Error,
    },
}
