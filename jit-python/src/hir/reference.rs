//! Entries of the operand stack as values: boxed, owned, unboxed, released.

use jit_core::ir::Value;
use pyo3::ffi;

use super::build::Translator;
use super::known::types;
use super::state::{Entry, Fact};
use crate::runtime::object::{Object, read};
use crate::runtime::offsets::*;
use crate::runtime::state::ExitKind;
use crate::specs::ops::Build as _;

/// Bits of the magnitude of an int of one digit.
const COMPACT_BITS: u32 = 30;

impl Translator<'_, '_> {
    /// The entry `depth` below the top.
    pub fn entry(&self, depth: usize) -> Entry {
        self.state.stack[self.state.stack.len() - 1 - depth]
    }

    pub fn set_entry(&mut self, depth: usize, entry: Entry) {
        let index = self.state.stack.len() - 1 - depth;
        self.state.stack[index] = entry;
    }

    pub fn push(&mut self, entry: Entry) {
        self.state.stack.push(entry);
    }

    /// The object that a value always is.
    pub fn constant(&self, value: Value) -> Option<Object> {
        self.b
            .function()
            .constant(value)
            .map(|address| address as Object)
    }

    /// What is known about an object, constants included.
    pub fn fact(&self, value: Value) -> Fact {
        let mut fact = self.state.fact(value);
        if let Some(object) = self.constant(value)
            && !object.is_null()
        {
            // SAFETY: constants are live objects; a type is an object with flags.
            let (ty, flags) = unsafe {
                let ty: usize = read(object, OBJECT_TYPE);
                (ty, read::<u64, _>(ty as Object, TYPE_FLAGS))
            };
            if flags & TYPE_FLAG_HEAP as u64 == 0 {
                fact.ty = Some(ty);
            }
            if ty == types::int() {
                // SAFETY: an int.
                let tag: u64 = unsafe { read(object, LONG_TAG) };
                fact.compact = tag < LONG_COMPACT_LIMIT as u64;
            }
        }
        fact
    }

    /// The entry as an object; boxed if it is not, which may leave with an exception.
    pub fn object(&mut self, depth: usize) -> Value {
        match self.entry(depth) {
            Entry::Object { value, .. } => value,
            Entry::Null => self.b.const_object(0),
            Entry::Bool(condition) => {
                let value = self.b.box_bool(condition);
                self.set_entry(depth, Entry::borrowed(value));
                value
            }
            Entry::Int(number) => {
                let leaving = self.leaving(ExitKind::Exception, "an int could not be allocated");
                let value = self.b.box_int(number, leaving.exit, &leaving.live);
                let compact = self.width(number) <= COMPACT_BITS;
                self.state.note(value, |fact| {
                    fact.ty = Some(types::int());
                    fact.compact = compact;
                    fact.int = Some(number);
                });
                self.set_entry(depth, Entry::owned(value));
                value
            }
            Entry::Float(number) => {
                let leaving = self.leaving(ExitKind::Exception, "a float could not be allocated");
                let value = self.b.box_float(number, leaving.exit, &leaving.live);
                self.state.note(value, |fact| {
                    fact.ty = Some(types::float());
                    fact.float = Some(number);
                });
                self.set_entry(depth, Entry::owned(value));
                value
            }
        }
    }

    /// The entry as an object to which it owns a reference.
    pub fn owned_object(&mut self, depth: usize) -> Value {
        let value = self.object(depth);
        if let Entry::Object {
            owned: false,
            nullable,
            ..
        } = self.entry(depth)
        {
            if nullable {
                self.b.retain_if_any(value);
            } else {
                self.retain(value);
            }
            self.set_entry(
                depth,
                Entry::Object {
                    value,
                    owned: true,
                    nullable,
                },
            );
        }
        value
    }

    /// Takes the top entry off the stack, with its reference.
    pub fn pop_owned(&mut self) -> Value {
        let value = self.owned_object(0);
        self.state.stack.pop();
        value
    }

    fn is_immortal(&self, value: Value) -> bool {
        // SAFETY: constants are live objects.
        self.constant(value)
            .is_some_and(|object| unsafe { read::<i32, _>(object, OBJECT_REFCOUNT) } < 0)
    }

    /// Takes a reference.
    pub fn retain(&mut self, value: Value) {
        if !self.is_immortal(value) {
            self.b.retain(value);
        }
    }

    /// Gives a reference back. Unless the object is of a type that holds no others, any code may run.
    pub fn release(&mut self, value: Value) {
        if self.is_immortal(value) {
            return;
        }
        let plain = [types::int(), types::float(), types::string()];
        if self.fact(value).ty.is_some_and(|ty| plain.contains(&ty)) {
            self.b.release(value);
        } else {
            self.note_line();
            self.b.release(value);
            self.state.other_code_ran();
        }
    }

    /// Notes the present instruction in the frame, unless one of the same line is noted: a finalizer may look.
    fn note_line(&mut self) {
        let line = Some(self.code.line(&self.at));
        if self.state.line != line {
            self.b.note_instruction(i64::from(self.at.index));
            self.state.line = line;
        }
    }

    /// Gives a reference back if there is an object.
    pub fn release_if_any(&mut self, value: Value) {
        self.note_line();
        self.b.release_if_any(value);
        self.state.other_code_ran();
    }

    /// Takes entries off the stack and gives their references back, top first.
    pub fn drop_entries(&mut self, count: usize) {
        let from = self.state.stack.len() - count;
        for entry in self.state.stack.split_off(from).into_iter().rev() {
            match entry {
                Entry::Object {
                    value,
                    owned: true,
                    nullable: false,
                } => self.release(value),
                Entry::Object {
                    value, owned: true, ..
                } => self.release_if_any(value),
                _ => {}
            }
        }
    }

    /// Drops operands and pushes a result.
    pub fn replace(&mut self, count: usize, result: Entry) {
        self.drop_entries(count);
        self.push(result);
    }

    /// Guards the exact type of an object, unless it is known.
    pub fn guard_type(&mut self, value: Value, ty: usize, reason: &'static str) {
        if self.fact(value).ty != Some(ty) {
            let leaving = self.guard(reason);
            self.b
                .guard_type(value, ty as i64, leaving.exit, &leaving.live);
            self.state.note(value, |fact| fact.ty = Some(ty));
        }
    }

    /// Whether the entry is surely an int, without a guard for its type.
    pub fn is_int(&self, depth: usize) -> bool {
        match self.entry(depth) {
            Entry::Int(_) => true,
            Entry::Object { value, .. } => {
                let fact = self.fact(value);
                fact.ty == Some(types::int()) && (fact.compact || self.constant(value).is_none())
            }
            _ => false,
        }
    }

    /// Whether the entry is surely a float.
    pub fn is_float(&self, depth: usize) -> bool {
        match self.entry(depth) {
            Entry::Float(_) => true,
            Entry::Object { value, .. } => self.fact(value).ty == Some(types::float()),
            _ => false,
        }
    }

    /// The number that the entry always is.
    pub fn constant_int(&self, depth: usize) -> Option<i64> {
        match self.entry(depth) {
            Entry::Int(number) => self.b.function().constant(number),
            Entry::Object { value, .. } => {
                let object = self.constant(value)?;
                let fact = self.fact(value);
                // SAFETY: a live int.
                (fact.ty == Some(types::int()) && fact.compact)
                    .then(|| unsafe { ffi::PyLong_AsLong(object) })
            }
            _ => None,
        }
    }

    /// The value of the entry, which has to be an int of one digit, or one computed here.
    pub fn as_int(&mut self, depth: usize) -> Value {
        if let Entry::Int(number) = self.entry(depth) {
            return number;
        }
        let value = self.object(depth);
        let fact = self.fact(value);
        if let Some(number) = fact.int {
            return number;
        }
        if let Some(number) = self.constant_int(depth) {
            return self.b.const_int(number);
        }
        self.guard_type(value, types::int(), "an operand is no int");
        if !fact.compact {
            let leaving = self.guard("an int has more than one digit");
            self.b.guard_compact(value, leaving.exit, &leaving.live);
        }
        let number = self.b.unbox_int(value);
        self.set_width(number, COMPACT_BITS);
        self.state.note(value, |fact| {
            fact.compact = true;
            fact.int = Some(number);
        });
        number
    }

    /// The value of the entry, which has to be a float.
    pub fn as_float(&mut self, depth: usize) -> Value {
        if let Entry::Float(number) = self.entry(depth) {
            return number;
        }
        let value = self.object(depth);
        if let Some(number) = self.fact(value).float {
            return number;
        }
        if let Some(object) = self.constant(value)
            && self.fact(value).ty == Some(types::float())
        {
            // SAFETY: a live float.
            let number = unsafe { ffi::PyFloat_AS_DOUBLE(object) };
            return self.b.const_float(number);
        }
        self.guard_type(value, types::float(), "an operand is no float");
        let number = self.b.unbox_float(value);
        self.state.note(value, |fact| fact.float = Some(number));
        number
    }
}
