//! Objects in memory: homes of locals, references that may be null, elements, attributes, iterators.

use jit_core::ir::{Block, InstData, Value};
use jit_core::specs::ops::{Build as _, Type};

use super::Lowering;
use crate::helpers::{Helper, RAISED, note_inline_value};
use crate::hir::Hir;
use crate::runtime::offsets::*;

/// How far an index is shifted to become an offset in an array of references.
const REFERENCE_SHIFT: i64 = 3;

impl Lowering<'_> {
    /// The object in a tagged word of the frame.
    pub fn untagged(&mut self, index: i64) -> Value {
        let word = self.b.load_i64(self.frame, Self::slot(index));
        let mask = self.b.iconst(!(STACKREF_BORROWED as i64));
        self.b.and(word, mask)
    }

    pub fn store_local(&mut self, value: Value, index: i64) {
        let tag = self.b.iconst(STACKREF_BORROWED as i64);
        let word = self.b.or(value, tag);
        self.b.store_i64(word, self.frame, Self::slot(index));
    }

    pub fn class_of(&mut self, object: Value) -> Value {
        self.b.load_i64(object, OBJECT_TYPE as i64)
    }

    /// Does something to an object unless it is null.
    pub fn if_any(&mut self, object: Value, act: impl FnOnce(&mut Self)) {
        let (some, on) = (self.b.create_block(), self.b.create_block());
        self.b.branch(object, some, on);
        self.b.switch_to(some);
        act(self);
        self.b.jump(on);
        self.b.switch_to(on);
    }

    /// Where an element of an array of references lies.
    pub fn element(&mut self, array: Value, index: Value) -> Value {
        let shift = self.b.iconst(REFERENCE_SHIFT);
        let offset = self.b.shl(index, shift);
        self.b.add(array, offset)
    }

    pub fn list_element(&mut self, list: Value, index: Value) -> Value {
        let items = self.b.load_i64(list, LIST_ITEMS as i64);
        self.element(items, index)
    }

    pub fn store_inline_value(&mut self, owner: Value, value: Value, offset: i64) -> Value {
        let old = self.b.load_i64(owner, offset);
        self.b.store_i64(value, owner, offset);
        let (first, on) = (self.b.create_cold_block(), self.b.create_block());
        self.b.branch(old, on, first);
        self.b.switch_to(first);
        let offset = self.b.iconst(offset);
        self.b
            .call(note_inline_value as *const () as i64, &[owner, offset]);
        self.b.jump(on);
        self.b.switch_to(on);
        old
    }

    /// The value of an int of at most one digit: the digit, times one, zero or minus one.
    pub fn unbox_int(&mut self, object: Value) -> Value {
        let tag = self.b.load_i64(object, LONG_TAG as i64);
        let mask = self.b.iconst(LONG_SIGN_MASK as i64);
        let sign = self.b.and(tag, mask);
        let one = self.b.iconst(1);
        let factor = self.b.sub(one, sign);
        let digit = self.b.load_u32(object, LONG_DIGITS as i64);
        self.b.mul(digit, factor)
    }

    /// The next element of a list or tuple iterator. What is not plain sailing is the iterator's own business.
    pub fn next_of(&mut self, data: &InstData<Hir>, is_list: bool) -> Value {
        let exit = self.exit(data, 0);
        let iterator = self.argument(data, 0);
        let (sequence_at, index_at) = if is_list {
            (LIST_ITERATOR_SEQUENCE, LIST_ITERATOR_INDEX)
        } else {
            (TUPLE_ITERATOR_SEQUENCE, TUPLE_ITERATOR_INDEX)
        };
        let (has, fast) = (self.b.create_block(), self.b.create_block());
        let (slow, on) = (self.b.create_cold_block(), self.b.create_block());
        let result = self.b.add_param(on, Type::I64);
        let sequence = self.b.load_i64(iterator, sequence_at as i64);
        self.b.branch(sequence, has, slow);

        self.b.switch_to(has);
        let index = self.b.load_i64(iterator, index_at as i64);
        let size = self.b.load_i64(sequence, VAR_SIZE as i64);
        let inside = self.b.lt_u(index, size);
        self.b.branch(inside, fast, slow);

        self.b.switch_to(fast);
        let item = if is_list {
            let element = self.list_element(sequence, index);
            self.b.load_i64(element, 0)
        } else {
            let element = self.element(sequence, index);
            self.b.load_i64(element, TUPLE_ITEMS as i64)
        };
        self.b.retain(item);
        let one = self.b.iconst(1);
        let next = self.b.add(index, one);
        self.b.store_i64(next, iterator, index_at as i64);
        self.jump_with(on, item);

        self.b.switch_to(slow);
        let index = self.index();
        let target = Helper::Next.address() as i64;
        let item = self.b.call(target, &[self.frame, index, iterator]);
        self.check_not_raised(item, &exit);
        self.jump_with(on, item);

        self.b.switch_to(on);
        result
    }

    fn jump_with(&mut self, block: Block, value: Value) {
        self.b.jump(jit_core::ir::BlockCall::new(block, [value]));
    }

    /// Leaves with the exception that is set if an optional result stands for one.
    pub fn check_not_raised(&mut self, result: Value, exit: &super::guards::Exit) {
        let raised = self.b.iconst(RAISED as i64);
        let fine = self.b.ne(result, raised);
        self.b.guard_true(fine, exit.number, &exit.live);
    }
}
