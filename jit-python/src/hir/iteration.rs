//! `FOR_ITER`: lists, tuples and ranges in place, everything else through the iterator's own function.
//!
//! When the iteration is over the iterator stays on the stack, for the `POP_ITER` where control goes on.

use jit_core::ir::{Block, Builder};

use super::build::Translator;
use super::known::types;
use super::state::Entry;
use crate::bytecode::Specialised;
use crate::helpers::Helper;
use crate::runtime::offsets::*;
use crate::runtime::state::ExitKind;
use crate::specs::ops::{Build as _, Hir};

impl Translator<'_, '_> {
    /// `FOR_ITER`
    pub fn for_iter(&mut self, block: usize) {
        let iterator = self.object(0);
        let seen = self.code.seen(&self.at);
        if seen == Some(Specialised::ForIterRange) {
            return self.next_of_range(block);
        }
        let value = match seen {
            Some(Specialised::ForIterList | Specialised::ForIterTuple) => {
                let is_list = seen == Some(Specialised::ForIterList);
                let ty = if is_list {
                    types::list_iterator()
                } else {
                    types::tuple_iterator()
                };
                self.guard_type(iterator, ty, "the iterator is of another type");
                let leaving = self.leaving(ExitKind::Exception, "iteration raised");
                // At its end an iterator gives up what it iterates over.
                self.state.other_code_ran();
                self.state.line = None;
                if is_list {
                    self.b.next_of_list(iterator, leaving.exit, &leaving.live)
                } else {
                    self.b.next_of_tuple(iterator, leaving.exit, &leaving.live)
                }
            }
            _ => self.invoke_optional(Helper::Next, &[iterator]),
        };
        let over = self.b.absent(value);
        let body = self.divide(block, |b, edge, exhausted| b.branch(over, exhausted, edge));
        self.push(Entry::owned(value));
        self.continue_in(body);
    }

    fn next_of_range(&mut self, block: usize) {
        let iterator = self.object(0);
        self.guard_type(
            iterator,
            types::range_iterator(),
            "the iterator is of another type",
        );
        let left = self.b.load_word(iterator, RANGE_ITERATOR_LENGTH as i64);
        let zero = self.b.const_int(0);
        let more = self.b.int_greater(left, zero);
        let body = self.divide(block, |b, edge, exhausted| b.branch(more, edge, exhausted));
        let value = self.b.load_word(iterator, RANGE_ITERATOR_START as i64);
        let step = self.b.load_word(iterator, RANGE_ITERATOR_STEP as i64);
        let next = self.b.int_add(value, step);
        self.b
            .store_word(iterator, next, RANGE_ITERATOR_START as i64);
        let one = self.b.const_int(1);
        let fewer = self.b.int_subtract(left, one);
        self.b
            .store_word(iterator, fewer, RANGE_ITERATOR_LENGTH as i64);
        self.push(Entry::Int(value));
        self.continue_in(body);
    }

    /// Ends a block with `branch`, which is given where to go if there is another item and where if there is none. What
    /// follows is written on the edge to the body, which is returned.
    fn divide(
        &mut self,
        block: usize,
        branch: impl FnOnce(&mut Builder<'_, Hir>, Block, Block),
    ) -> usize {
        self.end_block(block);
        let successors = &self.code.blocks.blocks[block].successors;
        let (body, end) = (successors[0], successors[1]);
        let state = self.state.clone();
        let edge = self.b.create_block();
        let exhausted = self.b.create_block();
        branch(&mut self.b, edge, exhausted);
        self.b.switch_to(exhausted);
        self.goto(end);
        self.b.switch_to(edge);
        self.state = state;
        body
    }

    /// Goes on in a block. If this is the only way there, the block simply begins here.
    fn continue_in(&mut self, target: usize) {
        if self.code.blocks.blocks[target].predecessors == 1 {
            self.begun(target);
        } else {
            self.goto(target);
        }
    }
}
