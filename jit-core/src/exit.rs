//! Leaving compiled code in the middle: what the machine looked like, and how to find the program's values in it.
//!
//! A guard that fails ends, by way of the function's exit sequences and the arena's exit routine, in a handler of the
//! embedder, which gets an [`ExitFrame`]: every register as it was at the guard, and the address that the exit's `bl`
//! left behind. That address finds the [`SideTable`] of the function and in it the [`ExitSite`]: the number that the
//! producer of the function gave to the exit, and a [`Location`] for each live value. What these numbers mean is the
//! embedder's business. The same table finds the call that is under way by its return address.

use std::fmt;
use std::mem::offset_of;

use crate::ir::Origin;

/// The registers as they were at a guard, as the way out of a function lays them out in memory.
///
/// The declared routine `exit` spells these offsets, and `leave_by_exit` that of the last word.
#[derive(Clone, Debug)]
#[repr(C)]
pub struct ExitFrame {
    /// x0 to x30, but for x16, x17 and x30: these carry nothing of the program, and what is here is not theirs.
    pub x: [u64; 31],
    /// The stack pointer in the body of the function; spill slots lie above it.
    pub sp: u64,
    /// The low halves of v0 to v31.
    pub d: [u64; 32],
    /// The address behind the exit's `bl`: which exit it was.
    pub return_address: u64,
}

const _: () = {
    assert!(offset_of!(ExitFrame, x) == 0);
    assert!(offset_of!(ExitFrame, sp) == 248);
    assert!(offset_of!(ExitFrame, d) == 256);
    assert!(offset_of!(ExitFrame, return_address) == 512);
    assert!(size_of::<ExitFrame>() == 520);
};

impl ExitFrame {
    /// Reads a live value; floats as their bits.
    ///
    /// # Safety
    ///
    /// `self` must come from the exit routine, `location` from the exit site that `return_address` finds, and the frame
    /// of the function must still be on the stack: then slots lie in that frame.
    pub unsafe fn read(&self, location: Location) -> u64 {
        match location {
            Location::X(register) => self.x[usize::from(register)],
            Location::D(register) => self.d[usize::from(register)],
            Location::Constant(value) => value as u64,
            Location::Slot(offset) => {
                let address = self.sp + u64::from(offset);
                // SAFETY: the caller vouches that the slot belongs to a frame still on the stack; slots are 8-aligned.
                unsafe { (address as *const u64).read() }
            }
        }
    }
}

/// Where a value is while an exit is taken.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Location {
    /// In a general register.
    X(u8),
    /// In a floating-point register.
    D(u8),
    /// In memory, so many bytes above the stack pointer.
    Slot(u32),
    /// Nowhere: it is always this word.
    Constant(i64),
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::X(register) => write!(f, "x{register}"),
            Location::D(register) => write!(f, "d{register}"),
            Location::Slot(offset) => write!(f, "[sp, {offset}]"),
            Location::Constant(value) => write!(f, "{value}"),
        }
    }
}

/// One place where a function may be left.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExitSite {
    /// Where the exit returns to, in bytes from the start of the code.
    pub return_offset: u32,
    /// The number given in the function's `Exit` attribute.
    pub exit: u32,
    /// Where the guard came from.
    pub origin: Origin,
    /// The name of the guard's operation.
    pub op: &'static str,
    /// The values of the guard's list, in its order.
    pub live: Vec<Location>,
}

/// One call in the code of a function, whoever asked for it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct CallSite {
    /// Where the call returns to, in bytes from the start of the code.
    pub return_offset: u32,
    /// Where it came from; [`Origin::NONE`] for calls that the compiler made up.
    pub origin: Origin,
    /// The rule or sequence that holds it.
    pub rule: &'static str,
    /// What is called; `None` if a register holds it.
    pub target: Option<u64>,
}

/// The position of an exit in its [`SideTable`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ExitIndex(pub u32);

/// What is known about the return addresses in the code of one function.
#[derive(Debug)]
pub struct SideTable {
    /// The name of the function.
    pub name: String,
    /// What the embedder passed to the compiler to know the function again.
    pub tag: u64,
    exits: Vec<ExitSite>,
    calls: Vec<CallSite>,
}

impl SideTable {
    /// A table over sites in any order.
    pub(crate) fn new(
        name: String,
        tag: u64,
        mut exits: Vec<ExitSite>,
        mut calls: Vec<CallSite>,
    ) -> Self {
        exits.sort_unstable_by_key(|exit| exit.return_offset);
        calls.sort_unstable_by_key(|call| call.return_offset);
        Self {
            name,
            tag,
            exits,
            calls,
        }
    }

    /// Every exit, by ascending return offset.
    pub fn exits(&self) -> &[ExitSite] {
        &self.exits
    }

    /// An exit that [`exit_at`](Self::exit_at) found in this table.
    pub fn exit(&self, index: ExitIndex) -> &ExitSite {
        &self.exits[index.0 as usize]
    }

    /// The exit that returns to `offset`, in bytes from the start of the code.
    pub fn exit_at(&self, offset: u32) -> Option<ExitIndex> {
        self.exits
            .binary_search_by_key(&offset, |exit| exit.return_offset)
            .ok()
            .map(|index| ExitIndex(index as u32))
    }

    /// Every call, by ascending return offset.
    pub fn calls(&self) -> &[CallSite] {
        &self.calls
    }

    /// The call that returns to `offset`, in bytes from the start of the code.
    pub fn call_at(&self, offset: u32) -> Option<&CallSite> {
        self.calls
            .binary_search_by_key(&offset, |call| call.return_offset)
            .ok()
            .map(|index| &self.calls[index])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn exit(return_offset: u32, exit: u32) -> ExitSite {
        ExitSite {
            return_offset,
            exit,
            origin: Origin::NONE,
            op: "GuardTrue",
            live: vec![],
        }
    }

    #[test]
    fn exits_are_found_by_return_offset_only() {
        let table = SideTable::new("f".into(), 7, vec![exit(24, 1), exit(20, 0)], vec![]);
        let index = table.exit_at(24).expect("there is one");
        assert_eq!(table.exit(index).exit, 1);
        assert_eq!(table.exit_at(22), None);
        assert_eq!(table.exits()[0].exit, 0);
    }

    #[test]
    fn every_kind_of_location_reads_back() {
        let stack = [11u64, 22, 33];
        let mut frame = ExitFrame {
            x: [0; 31],
            sp: stack.as_ptr() as u64,
            d: [0; 32],
            return_address: 0,
        };
        frame.x[19] = 5;
        frame.d[31] = 2.5f64.to_bits();
        let read = |location| {
            // SAFETY: the slots read below lie in `stack`.
            unsafe { frame.read(location) }
        };
        assert_eq!(read(Location::X(19)), 5);
        assert_eq!(read(Location::D(31)), 2.5f64.to_bits());
        assert_eq!(read(Location::Slot(16)), 33);
        assert_eq!(read(Location::Constant(-1)), u64::MAX);
    }
}
