//! Finds a place for an arena by asking for it at one address after the other.
//!
//! The kernel takes an address as a hint: it grants it where everything is free and goes elsewhere if not, so trying is
//! cheap, needs no list of what is mapped, and destroys nothing. The highest addresses come first, since a heap that
//! begins behind a low executable grows up towards them.

use std::ops::RangeInclusive;

use super::error::CodeError;
use super::mapping::{Mapping, Memory};
use super::options::ArenaOptions;
use super::reach::window;

/// The distance between the addresses tried: 2 MiB, so that a window of 256 MiB takes at most 128 attempts.
const STEP: usize = 2 << 20;

/// The hint that is none.
const ANYWHERE: usize = 0;

/// Below this address nothing is tried; systems keep the lowest pages free.
const LOWEST: usize = 1 << 20;

/// An arena of `capacity` bytes, a multiple of the page size, placed as `options` asks.
pub(super) fn place(capacity: usize, options: &ArenaOptions) -> Result<Mapping, CodeError> {
    let memory = Memory::new(capacity)?;
    if let Some(address) = options.at {
        let executable = memory.map_executable(address)?;
        if executable.address() != address {
            return Err(CodeError::AddressTaken { address });
        }
        return Mapping::new(&memory, executable);
    }
    for targets in &options.near {
        let Some(window) = window(targets, capacity) else {
            continue;
        };
        for hint in candidates(&window) {
            // Wherever it was granted, the place is good if it lies in the window.
            let executable = memory.map_executable(hint)?;
            if window.contains(&executable.address()) {
                return Mapping::new(&memory, executable);
            }
        }
    }
    Mapping::new(&memory, memory.map_executable(ANYWHERE)?)
}

fn candidates(window: &RangeInclusive<usize>) -> impl Iterator<Item = usize> + use<> {
    let lowest = (*window.start()).max(LOWEST);
    let first = window.end() / STEP * STEP;
    std::iter::successors(Some(first), |address| address.checked_sub(STEP))
        .take_while(move |&address| address >= lowest)
}
