//! The stack frame of a compiled function: what its prologue saves and its epilogue restores.
//!
//! From high to low addresses: the frame record (x29, x30), pairs of callee-saved registers that the function uses, and
//! the spill slots, the first one at the stack pointer. The stack pointer does not move in the body, so slots and exits
//! count from it. A leaf function gets a frame record too: its exits need a saved link register.

use regalloc2::{PReg, PRegSet, RegClass};
use smallvec::SmallVec;

use super::{Assembler, SLOT_BYTES};
use crate::specs::calls::sequence;
use crate::specs::isa;

/// The stack pointer stays a multiple of this, in bytes.
const STACK_ALIGNMENT: u32 = 16;
/// What one instruction can move the stack pointer by, in units of one byte and of [`PAGE_BYTES`].
const FIELD_MAX: u32 = 4095;
/// The unit of the shifted form.
const PAGE_BYTES: u32 = 4096;

/// Callee-saved registers that are stored together: two, or one where the number is odd.
#[derive(Clone, Copy, Debug)]
enum Saved {
    General(u8, Option<u8>),
    Float(u8, Option<u8>),
}

/// What the frame of one function consists of.
#[derive(Debug)]
pub(crate) struct Frame {
    saved: SmallVec<[Saved; 6]>,
    /// Bytes for spill slots, a multiple of the stack alignment.
    slots: u32,
}

impl Frame {
    /// A frame that preserves the callee-saved among `written` and has room for `slots` spill slots. `None`: too many.
    pub(crate) fn new(written: PRegSet, slots: usize) -> Option<Frame> {
        let of_class = |class, registers: &[u8]| -> SmallVec<[u8; 10]> {
            registers
                .iter()
                .copied()
                .filter(|&register| written.contains(PReg::new(usize::from(register), class)))
                .collect()
        };
        let general = of_class(RegClass::Int, isa::AAPCS64_PRESERVED_GENERAL);
        let float = of_class(RegClass::Float, isa::AAPCS64_PRESERVED_FLOAT);
        let mut saved = SmallVec::new();
        saved.extend(
            general
                .chunks(2)
                .map(|pair| Saved::General(pair[0], pair.get(1).copied())),
        );
        saved.extend(
            float
                .chunks(2)
                .map(|pair| Saved::Float(pair[0], pair.get(1).copied())),
        );
        let bytes = slots.checked_mul(SLOT_BYTES as usize)?;
        let slots = u32::try_from(bytes)
            .ok()?
            .checked_next_multiple_of(STACK_ALIGNMENT)?;
        (slots / PAGE_BYTES <= FIELD_MAX).then_some(Frame { saved, slots })
    }

    /// The size of what [`prologue`](Self::prologue) emits, in bytes.
    pub(crate) fn prologue_bytes(&self) -> u32 {
        sequence::bytes::ENTER
            + self.saved.len() as u32 * sequence::bytes::SAVE_GENERAL_PAIR
            + self.slot_words() * sequence::bytes::RESERVE
    }

    /// The size of what [`epilogue`](Self::epilogue) emits, in bytes.
    pub(crate) fn epilogue_bytes(&self) -> u32 {
        sequence::bytes::LEAVE
            + self.saved.len() as u32 * sequence::bytes::RESTORE_GENERAL_PAIR
            + self.slot_words() * sequence::bytes::GIVE_BACK
    }

    /// How many instructions it takes to move the stack pointer past the slots.
    fn slot_words(&self) -> u32 {
        let (pages, rest) = self.slot_parts();
        u32::from(pages != 0) + u32::from(rest != 0)
    }

    fn slot_parts(&self) -> (u32, u32) {
        (self.slots / PAGE_BYTES, self.slots % PAGE_BYTES)
    }

    /// Builds the frame.
    pub(crate) fn prologue(&self, ops: &mut Assembler) {
        sequence::enter(ops);
        for saved in &self.saved {
            match *saved {
                Saved::General(a, Some(b)) => sequence::save_general_pair(ops, a, b),
                Saved::General(a, None) => sequence::save_general(ops, a),
                Saved::Float(a, Some(b)) => sequence::save_float_pair(ops, a, b),
                Saved::Float(a, None) => sequence::save_float(ops, a),
            }
        }
        let (pages, rest) = self.slot_parts();
        if pages != 0 {
            sequence::reserve_pages(ops, pages);
        }
        if rest != 0 {
            sequence::reserve(ops, rest);
        }
    }

    /// Undoes the frame and returns to the caller.
    pub(crate) fn epilogue(&self, ops: &mut Assembler) {
        let (pages, rest) = self.slot_parts();
        if rest != 0 {
            sequence::give_back(ops, rest);
        }
        if pages != 0 {
            sequence::give_back_pages(ops, pages);
        }
        for saved in self.saved.iter().rev() {
            match *saved {
                Saved::General(a, Some(b)) => sequence::restore_general_pair(ops, a, b),
                Saved::General(a, None) => sequence::restore_general(ops, a),
                Saved::Float(a, Some(b)) => sequence::restore_float_pair(ops, a, b),
                Saved::Float(a, None) => sequence::restore_float(ops, a),
            }
        }
        sequence::leave(ops);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn declared_sizes_are_real() {
        let mut written = PRegSet::empty();
        for (count, slots) in [
            (0, 0),
            (1, 1),
            (2, 3),
            (5, 511),
            (10, 512),
            (10, 513),
            (3, 70_000),
        ] {
            for &register in isa::AAPCS64_PRESERVED_GENERAL.iter().take(count) {
                written.add(PReg::new(usize::from(register), RegClass::Int));
            }
            for &register in isa::AAPCS64_PRESERVED_FLOAT.iter().take(count / 2) {
                written.add(PReg::new(usize::from(register), RegClass::Float));
            }
            let frame = Frame::new(written, slots).expect("it is small enough");
            let mut ops = Assembler::new(0);
            frame.prologue(&mut ops);
            frame.epilogue(&mut ops);
            let code = ops.finalize().expect("there are no labels in it");
            let declared = frame.prologue_bytes() + frame.epilogue_bytes();
            assert_eq!(code.len(), declared as usize);
        }
    }

    #[test]
    fn a_frame_beyond_the_fields_is_refused() {
        assert!(Frame::new(PRegSet::empty(), 4 << 20).is_none());
        assert!(Frame::new(PRegSet::empty(), usize::MAX).is_none());
    }
}
