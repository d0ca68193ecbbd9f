//! Locals and cells: their homes in the frame are the truth, values read from them are reused within straight-line code.
//!
//! A home is written before the old value is released, since releasing can run code that looks at the frame. The old
//! value is what the home held. Reading an unbound local, or an empty cell, leaves: the interpreter raises.
//!
//! What a program writes to `frame.f_locals` of a running frame goes to the homes, and is seen by whatever reads them next.
//! Values read before stay what they were, in parameters that are never rebound for the whole call; a debugger's writes
//! are not concerned, for a traced function is left.

use jit_core::ir::Value;
use pyo3::ffi;

use super::build::Translator;
use super::state::Entry;
use crate::helpers::Helper;
use crate::runtime::offsets::*;
use crate::specs::ops::Build as _;

impl Translator<'_, '_> {
    fn local(&mut self, local: usize) -> Value {
        if let Some(value) = self.state.locals[local] {
            return value;
        }
        let value = self.b.load_local(local as i64);
        self.state.locals[local] = Some(value);
        value
    }

    /// `LOAD_FAST_BORROW`
    pub fn load_fast_borrow(&mut self, local: u32) {
        let local = local as usize;
        let value = self.local(local);
        // The bytecode compiler uses the checking form wherever a local may be unbound.
        self.state.bound[local] = true;
        self.push(Entry::borrowed(value));
    }

    /// `LOAD_FAST`
    pub fn load_fast(&mut self, local: u32) {
        self.load_fast_borrow(local);
        self.owned_object(0);
    }

    /// `LOAD_FAST_CHECK`
    pub fn load_fast_check(&mut self, local: u32) {
        let index = local as usize;
        if !self.state.bound[index] {
            let value = self.local(index);
            let leaving = self.guard("a local is unbound");
            self.b.guard_present(value, leaving.exit, &leaving.live);
        }
        self.load_fast(local);
    }

    /// `LOAD_FAST_AND_CLEAR`
    pub fn load_fast_and_clear(&mut self, local: u32) {
        let local = local as usize;
        if self.state.maybe_bound[local] {
            let value = self.local(local);
            self.b.clear_local(local as i64);
            self.push(Entry::Object {
                value,
                owned: true,
                nullable: !self.state.bound[local],
            });
        } else {
            let nothing = self.b.const_object(0);
            self.push(Entry::Object {
                value: nothing,
                owned: true,
                nullable: true,
            });
        }
        self.state.locals[local] = None;
        self.state.bound[local] = false;
        self.state.maybe_bound[local] = false;
    }

    /// `STORE_FAST`
    pub fn store_fast(&mut self, local: u32) {
        let local = local as usize;
        let (bound, maybe_bound) = (self.state.bound[local], self.state.maybe_bound[local]);
        let old = maybe_bound.then(|| self.local(local));
        let nullable = matches!(self.entry(0), Entry::Object { nullable: true, .. });
        let value = self.pop_owned();
        self.b.store_local(value, local as i64);
        self.state.locals[local] = Some(value);
        self.state.bound[local] = !nullable;
        self.state.maybe_bound[local] = true;
        match old {
            Some(old) if bound => self.release(old),
            Some(old) => self.release_if_any(old),
            None => {}
        }
    }

    /// `DELETE_FAST`
    pub fn delete_fast(&mut self, local: u32) {
        let index = local as usize;
        let value = self.local(index);
        if !self.state.bound[index] {
            let leaving = self.guard("a local is unbound");
            self.b.guard_present(value, leaving.exit, &leaving.live);
        }
        self.b.clear_local(i64::from(local));
        self.state.locals[index] = None;
        self.state.bound[index] = false;
        self.state.maybe_bound[index] = false;
        self.release(value);
    }

    /// `MAKE_CELL`
    pub fn make_cell(&mut self, local: u32) {
        let index = self.b.const_int(i64::from(local));
        self.invoke_status(Helper::MakeCell, &[index]);
        self.state.locals[local as usize] = None;
        self.state.bound[local as usize] = true;
        self.state.maybe_bound[local as usize] = true;
    }

    /// `COPY_FREE_VARS`
    pub fn copy_free_variables(&mut self) {
        let count = self.code.free;
        let first = self.code.locals - count;
        let values = [
            self.b.const_int(first as i64),
            self.b.const_int(count as i64),
        ];
        self.invoke_status(Helper::CopyFreeVariables, &values);
        for local in first..self.code.locals {
            if self.code.blocks.constant_locals[local] {
                self.state.locals[local] = Some(self.b.load_local(local as i64));
            }
        }
    }

    /// `LOAD_DEREF`
    pub fn load_deref(&mut self, local: u32) {
        let cell = self.local(local as usize);
        let value = self.b.load_field(cell, CELL_VALUE as i64);
        let leaving = self.guard("a cell is empty");
        self.b.guard_present(value, leaving.exit, &leaving.live);
        self.retain(value);
        self.push(Entry::owned(value));
    }

    /// `STORE_DEREF`
    pub fn store_deref(&mut self, local: u32) {
        let cell = self.local(local as usize);
        let value = self.pop_owned();
        let old = self.b.load_field(cell, CELL_VALUE as i64);
        self.b.store_field(cell, value, CELL_VALUE as i64);
        self.release_if_any(old);
    }

    /// `DELETE_DEREF`
    pub fn delete_deref(&mut self, local: u32) {
        let cell = self.local(local as usize);
        let old = self.b.load_field(cell, CELL_VALUE as i64);
        let leaving = self.guard("a cell is empty");
        self.b.guard_present(old, leaving.exit, &leaving.live);
        let nothing = self.b.const_object(0);
        self.b.store_field(cell, nothing, CELL_VALUE as i64);
        self.release(old);
    }

    /// Pushes an object that lives as long as the code object, or for ever.
    pub fn push_constant(&mut self, object: *mut ffi::PyObject) {
        let value = self.b.const_object(object as i64);
        self.push(Entry::borrowed(value));
    }
}
