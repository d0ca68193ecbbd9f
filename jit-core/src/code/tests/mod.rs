//! Tests of code memory. What they put into an arena is executed where that is possible, and read back everywhere.

#[cfg(target_arch = "aarch64")]
mod execution;
mod forking;
mod free_list;
mod placing;
mod sharing;
mod tables;
mod threads;
mod writing;

use std::sync::Arc;

use super::{ArenaOptions, CodeRange, CodeSpace};

/// A small arena.
fn arena(capacity: usize) -> Arc<CodeSpace> {
    let options = ArenaOptions {
        capacity,
        ..ArenaOptions::default()
    };
    CodeSpace::new(&options).unwrap()
}

/// Puts bytes into an arena.
fn put(space: &Arc<CodeSpace>, code: &[u8]) -> CodeRange {
    let place = space.allocate(code.len(), 16).unwrap();
    place.commit(code).unwrap()
}

/// What can be seen at the executable addresses.
fn executable_bytes(code: &CodeRange) -> Vec<u8> {
    let start = std::ptr::with_exposed_provenance::<u8>(code.address());
    (0..code.len())
        // SAFETY: the addresses are mapped and readable as long as `code` lives. They are written through others, so the
        // read must not be cached.
        .map(|offset| unsafe { start.add(offset).read_volatile() })
        .collect()
}
