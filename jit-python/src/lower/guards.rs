//! Guards, checks of results, and safepoints.

use jit_core::ir::{InstData, Value};
use jit_core::specs::ops::Build as _;

use super::Lowering;
use crate::hir::Hir;
use crate::runtime::monitor::{Next, expected_address, safepoint};
use crate::runtime::offsets::*;
use crate::runtime::state::CodeRecord;

/// An exit with what lives there.
pub(super) struct Exit {
    pub number: i64,
    pub live: Vec<Value>,
}

impl Lowering<'_> {
    /// The exit of an operation whose list is what lives there, and whose exit is attribute `index`.
    pub fn exit(&self, data: &InstData<Hir>, index: usize) -> Exit {
        Exit {
            number: data.attributes[index],
            live: self.list(data),
        }
    }

    /// Leaves unless the condition holds; tests may force it.
    pub fn guard(&mut self, condition: Value, exit: &Exit) {
        self.force(exit);
        self.b.guard_true(condition, exit.number, &exit.live);
    }

    /// Leaves if the condition holds; tests may force it.
    pub fn guard_not(&mut self, condition: Value, exit: &Exit) {
        self.force(exit);
        self.b.guard_false(condition, exit.number, &exit.live);
    }

    /// With forced exits: counts down, and leaves at zero.
    pub fn force(&mut self, exit: &Exit) {
        if let Some(counter) = self.target.forced_exits {
            let address = self.b.iconst(counter as i64);
            let before = self.b.load_i64(address, 0);
            let one = self.b.iconst(1);
            let left = self.b.sub(before, one);
            self.b.store_i64(left, address, 0);
            self.b.guard_true(left, exit.number, &exit.live);
        }
    }

    /// Leaves with the exception that is set if a helper's result is null.
    pub fn check_object(&mut self, result: Value, exit: &Exit) {
        self.b.guard_true(result, exit.number, &exit.live);
    }

    /// Leaves with the exception that is set if a helper's result is below zero.
    pub fn check_number(&mut self, result: Value, exit: &Exit) {
        let zero = self.b.iconst(0);
        let failed = self.b.lt_s(result, zero);
        self.b.guard_false(failed, exit.number, &exit.live);
    }

    /// Guards that a 32-bit number at an offset is `expected`.
    pub fn guard_half(&mut self, base: Value, offset: usize, expected: i64, exit: &Exit) {
        let found = self.b.load_u32(base, offset as i64);
        let expected = self.b.iconst(expected);
        let same = self.b.eq(found, expected);
        self.guard(same, exit);
    }

    pub fn guard_valid(&mut self, exit: &Exit) {
        let record = self.b.iconst(self.target.record.address() as i64);
        let invalid = self.b.load_i64(record, CodeRecord::INVALID);
        self.guard_not(invalid, exit);
    }

    /// Guards that the inline values at an offset hold the object's attributes.
    pub fn guard_inline_values(&mut self, object: Value, offset: i64, exit: &Exit) {
        let valid = self.b.load_u8(object, offset + DICT_VALUES_VALID as i64);
        self.guard(valid, exit);
    }

    /// Compares the eval breaker with what it is while nothing is pending and nobody watches.
    pub fn poll(&mut self, exit: &Exit) {
        let words = self.target.record.frame_words;
        let thread = self
            .b
            .load_i64(self.frame, (words * size_of::<u64>()) as i64);
        let found = self.b.load_i64(thread, THREAD_EVAL_BREAKER as i64);
        let cell = self.b.iconst(expected_address() as i64);
        let expected = self.b.load_i64(cell, 0);
        let pending = self.b.ne(found, expected);
        let (slow, on) = (self.b.create_cold_block(), self.b.create_block());
        self.b.branch(pending, slow, on);

        self.b.switch_to(slow);
        let index = self.b.origin().0;
        self.note_instruction(i64::from(index));
        let next = self.b.call(safepoint as *const () as i64, &[thread]);
        let raised = self.b.iconst(Next::Raised as i64);
        let raised = self.b.eq(next, raised);
        self.b.guard_false(raised, exit.number + 1, &exit.live);
        self.b.guard_false(next, exit.number, &exit.live);
        self.b.jump(on);

        self.b.switch_to(on);
    }

    /// Makes the frame say that the instruction with an index is being carried out.
    pub fn note_instruction(&mut self, index: i64) {
        let code = self.target.record.code as usize + CODE_ADAPTIVE;
        let instruction = self.b.iconst(code as i64 + index * CODE_UNIT_SIZE as i64);
        self.b
            .store_i64(instruction, self.frame, FRAME_INSTRUCTION as i64);
    }
}
