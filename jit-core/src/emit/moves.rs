//! Moves that the allocator asks for between instructions: register to register, register to slot and back.
//!
//! Slots too far from the stack pointer for the offset field are reached through x16, which no value ever lives in. The
//! allocator never asks for a move from slot to slot; it resolves those through its own scratch registers.

use regalloc2::{Allocation, AllocationKind, RegClass};

use super::constant::{mov_imm64, mov_imm64_bytes};
use super::{Assembler, SLOT_BYTES};
use crate::specs::calls::sequence;

/// The largest slot offset that the field of a load or store holds.
const NEAR_SLOT: u32 = 4095 * SLOT_BYTES;
/// Holds the offset of a slot that is further away.
const OFFSET_REGISTER: u8 = 16;

/// A move between two allocations, neither both slots nor of two classes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Move {
    pub from: Allocation,
    pub to: Allocation,
}

/// The offset of a spill slot from the stack pointer, in bytes.
pub(crate) fn slot_offset(slot: usize) -> u32 {
    slot as u32 * SLOT_BYTES
}

impl Move {
    /// The slot involved, if any.
    fn slot(self) -> Option<u32> {
        let slot = self.from.as_stack().or_else(|| self.to.as_stack())?;
        Some(slot_offset(slot.index()))
    }

    /// The size of what [`emit`](Self::emit) emits, in bytes.
    pub(crate) fn bytes(self) -> u32 {
        match self.slot() {
            None => sequence::bytes::MOVE_GENERAL,
            Some(offset) if offset <= NEAR_SLOT => sequence::bytes::SPILL_GENERAL,
            Some(offset) => mov_imm64_bytes(i64::from(offset)) + sequence::bytes::SPILL_GENERAL_FAR,
        }
    }

    /// Emits the move. `false`: it is one that the allocator never asks for.
    #[must_use]
    pub(crate) fn emit(self, ops: &mut Assembler) -> bool {
        use AllocationKind::{Reg, Stack};
        let register = |allocation: Allocation| {
            allocation
                .as_reg()
                .map(|register| (register.class(), register.hw_enc() as u8))
        };
        let far = self.slot().filter(|&offset| offset > NEAR_SLOT);
        if let Some(offset) = far {
            mov_imm64(ops, OFFSET_REGISTER, i64::from(offset));
        }
        let offset = self.slot().unwrap_or_default();
        match (self.from.kind(), self.to.kind()) {
            (Reg, Reg) => match (register(self.from), register(self.to)) {
                (Some((RegClass::Int, from)), Some((RegClass::Int, to))) => {
                    sequence::move_general(ops, to, from);
                }
                (Some((RegClass::Float, from)), Some((RegClass::Float, to))) => {
                    sequence::move_float(ops, to, from);
                }
                _ => return false,
            },
            (Reg, Stack) => match (register(self.from), far) {
                (Some((RegClass::Int, from)), None) => sequence::spill_general(ops, from, offset),
                (Some((RegClass::Float, from)), None) => sequence::spill_float(ops, from, offset),
                (Some((RegClass::Int, from)), Some(_)) => sequence::spill_general_far(ops, from),
                (Some((RegClass::Float, from)), Some(_)) => sequence::spill_float_far(ops, from),
                _ => return false,
            },
            (Stack, Reg) => match (register(self.to), far) {
                (Some((RegClass::Int, to)), None) => sequence::reload_general(ops, to, offset),
                (Some((RegClass::Float, to)), None) => sequence::reload_float(ops, to, offset),
                (Some((RegClass::Int, to)), Some(_)) => sequence::reload_general_far(ops, to),
                (Some((RegClass::Float, to)), Some(_)) => sequence::reload_float_far(ops, to),
                _ => return false,
            },
            _ => return false,
        }
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use regalloc2::{PReg, SpillSlot};

    fn measured(movement: Move) -> usize {
        let mut ops = Assembler::new(0);
        assert!(movement.emit(&mut ops));
        ops.finalize().expect("there are no labels in it").len()
    }

    #[test]
    fn declared_sizes_are_real_on_both_sides_of_the_reach() {
        for class in [RegClass::Int, RegClass::Float] {
            let register = Allocation::reg(PReg::new(3, class));
            let other = Allocation::reg(PReg::new(9, class));
            let mut moves = vec![Move {
                from: register,
                to: other,
            }];
            for slot in [0, 1, 4095, 4096, 8192, 100_000] {
                let slot = Allocation::stack(SpillSlot::new(slot));
                moves.push(Move {
                    from: register,
                    to: slot,
                });
                moves.push(Move {
                    from: slot,
                    to: register,
                });
            }
            for movement in moves {
                assert_eq!(
                    measured(movement),
                    movement.bytes() as usize,
                    "{movement:?}"
                );
            }
        }
    }

    #[test]
    fn moves_between_slots_and_between_classes_are_refused() {
        let slot = Allocation::stack(SpillSlot::new(0));
        let general = Allocation::reg(PReg::new(3, RegClass::Int));
        let float = Allocation::reg(PReg::new(3, RegClass::Float));
        for (from, to) in [(slot, slot), (general, float)] {
            assert!(!Move { from, to }.emit(&mut Assembler::new(0)));
        }
    }
}
