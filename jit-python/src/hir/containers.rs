//! Subscripts, slices, building and taking apart.
//!
//! What the interpreter has seen to be a list or a tuple indexed by a small int is read in place; everything else is a
//! helper's work. Operands that a helper wants as an array go into the frame's own operand stack.

use jit_core::ir::Value;

use super::build::Translator;
use super::known::types;
use super::state::Entry;
use crate::bytecode::Specialised;
use crate::helpers::Helper;
use crate::runtime::offsets::*;
use crate::specs::ops::Build as _;

impl Translator<'_, '_> {
    /// A subscript that can be read in place; false if a helper has to.
    pub fn subscript(&mut self, seen: Option<Specialised>) -> bool {
        use Specialised::*;
        let (ty, reason) = match seen {
            Some(BinaryOpSubscrListInt) => (types::list(), "not a list"),
            Some(BinaryOpSubscrTupleInt) => (types::tuple(), "not a tuple"),
            _ => return false,
        };
        let container = self.object(1);
        self.guard_type(container, ty, reason);
        let index = self.as_int(0);
        self.guard_index(container, index);
        let item = if ty == types::list() {
            self.b.load_list_item(container, index)
        } else {
            self.b.load_tuple_item(container, index)
        };
        self.retain(item);
        self.replace(2, Entry::owned(item));
        true
    }

    fn guard_index(&mut self, container: Value, index: Value) {
        let size = self.b.load_word(container, VAR_SIZE as i64);
        let inside = self.b.int_below(index, size);
        let leaving = self.guard("an index is negative or out of range");
        self.b.guard_true(inside, leaving.exit, &leaving.live);
    }

    /// `STORE_SUBSCR`
    pub fn store_subscript(&mut self) {
        if self.code.seen(&self.at) == Some(Specialised::StoreSubscrListInt) {
            self.object(2);
            let container = self.object(1);
            self.guard_type(container, types::list(), "not a list");
            let index = self.as_int(0);
            self.guard_index(container, index);
            let value = self.owned_object(2);
            let old = self.b.load_list_item(container, index);
            self.b.store_list_item(container, value, index);
            let position = self.state.stack.len() - 3;
            self.state.stack.remove(position);
            // The list may be gone when what was in it goes: its reference is given back last.
            self.release(old);
            self.drop_entries(2);
        } else {
            let (value, container, key) = (self.object(2), self.object(1), self.object(0));
            self.invoke_status(Helper::StoreSubscript, &[container, key, value]);
            self.drop_entries(3);
        }
    }

    /// Operands for a helper that yields nothing; all are dropped. `order` says which entries, counted from the top.
    pub fn effect(&mut self, helper: Helper, order: &[usize]) {
        let values: Vec<Value> = order.iter().map(|&depth| self.object(depth)).collect();
        self.invoke_status(helper, &values);
        self.drop_entries(order.len());
    }

    /// Operands for a helper that yields an object, which replaces them. `order` as in [`Self::effect`].
    pub fn combine(&mut self, helper: Helper, order: &[usize]) {
        let values: Vec<Value> = order.iter().map(|&depth| self.object(depth)).collect();
        let result = self.invoke(helper, &values);
        self.replace(order.len(), Entry::owned(result));
    }

    /// Puts entries into the frame's operand stack, where they would be in the interpreter; yields the address of the
    /// first, which is `count - 1` below the top.
    pub fn spill_operands(&mut self, count: usize) -> Value {
        let first = self.state.stack.len() - count;
        for depth in (0..count).rev() {
            let value = self.object(depth);
            let index = first + count - 1 - depth;
            self.b
                .store_operand(value, (self.code.locals + index) as i64);
        }
        self.b.operand_address((self.code.locals + first) as i64)
    }

    /// `BUILD_TUPLE` and its like: `count` entries become one object.
    pub fn build(&mut self, helper: Helper, count: usize) {
        let address = self.spill_operands(count);
        let number = self.b.const_int(count as i64);
        let result = self.invoke(helper, &[address, number]);
        self.replace(count, Entry::owned(result));
    }

    /// `BUILD_SLICE`
    pub fn build_slice(&mut self) {
        if self.at.oparg == 2 {
            let (start, stop) = (self.object(1), self.object(0));
            let none = self.b.const_object(super::known::objects::none() as i64);
            let result = self.invoke(Helper::BuildSlice, &[start, stop, none]);
            self.replace(2, Entry::owned(result));
        } else {
            self.combine(Helper::BuildSlice, &[2, 1, 0]);
        }
    }

    /// `LIST_APPEND` and its like: entries on top go into a container `oparg` below them.
    pub fn add_to_container(&mut self, helper: Helper, count: usize) {
        let container = self.object(self.at.oparg as usize + count - 1);
        let mut values = vec![container];
        for depth in (0..count).rev() {
            values.push(self.object(depth));
        }
        self.invoke_status(helper, &values);
        self.drop_entries(count);
    }

    /// `DICT_MERGE`: as [`Self::add_to_container`], with the callable for the message of an error.
    pub fn dict_merge(&mut self) {
        let dict = self.object(self.at.oparg as usize);
        let callable = self.object(self.at.oparg as usize + 3);
        let update = self.object(0);
        self.invoke_status(Helper::DictMerge, &[dict, update, callable]);
        self.drop_entries(1);
    }

    /// `UNPACK_SEQUENCE`
    pub fn unpack_sequence(&mut self) {
        use Specialised::*;
        let count = self.at.oparg as usize;
        let sequence = self.object(0);
        let seen = self.code.seen(&self.at);
        let ty = match seen {
            Some(UnpackSequenceTwoTuple | UnpackSequenceTuple) => types::tuple(),
            Some(UnpackSequenceList) => types::list(),
            _ => return self.unpack(Helper::Unpack, count, count as i64),
        };
        self.guard_type(sequence, ty, "what is unpacked is of another type");
        let size = self.b.load_word(sequence, VAR_SIZE as i64);
        let expected = self.b.const_int(count as i64);
        let fits = self.b.int_equal(size, expected);
        let leaving = self.guard("what is unpacked is of another length");
        self.b.guard_true(fits, leaving.exit, &leaving.live);
        let items: Vec<Value> = (0..count)
            .map(|index| {
                let index = self.b.const_int(index as i64);
                let item = if ty == types::list() {
                    self.b.load_list_item(sequence, index)
                } else {
                    self.b.load_tuple_item(sequence, index)
                };
                self.retain(item);
                item
            })
            .collect();
        self.drop_entries(1);
        for &item in items.iter().rev() {
            self.push(Entry::owned(item));
        }
    }

    /// Unpacks the top entry into `count` ones through a helper, which puts them into the frame's operand stack, the
    /// last one first, as the interpreter's stack has them.
    pub fn unpack(&mut self, helper: Helper, count: usize, shape: i64) {
        let sequence = self.object(0);
        let first = self.code.locals + self.state.stack.len() - 1;
        let end = self.b.operand_address((first + count) as i64);
        let shape = self.b.const_int(shape);
        self.invoke_status(helper, &[sequence, shape, end]);
        let items: Vec<Value> = (first..first + count)
            .map(|index| self.b.load_operand(index as i64))
            .collect();
        self.drop_entries(1);
        for item in items {
            self.push(Entry::owned(item));
        }
    }
}
