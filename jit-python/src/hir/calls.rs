//! Calls: of anything through its vectorcall, and a few builtins that are known when the code is compiled.

use jit_core::ir::Value;
use pyo3::ffi;

use super::build::Translator;
use super::known::{objects, types};
use super::state::Entry;
use crate::bytecode::Specialised;
use crate::helpers::{Helper, well_known};
use crate::runtime::object::Object;
use crate::runtime::offsets::*;
use crate::specs::ops::Build as _;

/// Calls with up to so many arguments pass them in registers to the helper.
const REGISTER_HELPERS: [Helper; 5] = [
    Helper::Call0,
    Helper::Call1,
    Helper::Call2,
    Helper::Call3,
    Helper::Call4,
];

impl Translator<'_, '_> {
    /// `CALL`: the callable, its self or nothing, then the arguments.
    pub fn call(&mut self) {
        let written = self.at.oparg as usize;
        let has_self = match self.entry(written) {
            Entry::Null => false,
            Entry::Object { nullable: true, .. } => return self.call_maybe_method(written),
            _ => true,
        };
        let count = written + usize::from(has_self);
        if self.call_known(count, has_self) {
            return;
        }
        let result = if let Some(&helper) = REGISTER_HELPERS.get(count) {
            let mut values = vec![self.object(written + 1)];
            for depth in (0..count).rev() {
                values.push(self.object(depth));
            }
            self.invoke(helper, &values)
        } else {
            let arguments = self.spill_operands(count);
            let callable = self.object(written + 1);
            let number = self.b.const_int(count as i64);
            self.invoke(Helper::CallArray, &[callable, arguments, number])
        };
        self.replace(written + 2, Entry::owned(result));
    }

    /// A call where only run time tells whether there is a self.
    fn call_maybe_method(&mut self, written: usize) {
        let address = self.spill_operands(written + 1);
        let callable = self.object(written + 1);
        let number = self.b.const_int(written as i64);
        let result = self.invoke(Helper::CallMaybeMethod, &[callable, address, number]);
        self.replace(written + 2, Entry::owned(result));
    }

    /// A builtin that is known by its identity and needs no call, or a cheaper one.
    fn call_known(&mut self, count: usize, has_self: bool) -> bool {
        let written = count - usize::from(has_self);
        let Entry::Object { value, .. } = self.entry(written + 1) else {
            return false;
        };
        let Some(callable) = self.constant(value) else {
            return false;
        };
        let seen = self.code.seen(&self.at);
        match (has_self, count) {
            (false, 1) if callable == type_object() => {
                let object = self.object(0);
                let class = self.b.load_field(object, OBJECT_TYPE as i64);
                self.retain(class);
                self.replace(3, Entry::owned(class));
            }
            (false, 1) if callable as usize == well_known().len => {
                let object = self.object(0);
                let size = self.invoke_int(Helper::Length, &[object]);
                self.set_width(size, 62);
                self.replace(3, Entry::Int(size));
            }
            (false, 2) if callable as usize == well_known().isinstance => {
                let (object, class) = (self.object(1), self.object(0));
                let result = self.invoke_bool(Helper::IsInstance, &[object, class]);
                self.replace(4, Entry::Bool(result));
            }
            (true, 2)
                if callable as usize == well_known().list_append
                    && (seen == Some(Specialised::CallListAppend) || self.is_list(1)) =>
            {
                let (list, item) = (self.object(1), self.object(0));
                self.guard_type(list, types::list(), "not a list");
                self.invoke_status(Helper::ListAppend, &[list, item]);
                self.drop_entries(3);
                self.push_constant(objects::none());
            }
            _ => return false,
        }
        true
    }

    /// `CALL_KW`: as `CALL`, and the names of the last arguments.
    pub fn call_keywords(&mut self) {
        let written = self.at.oparg as usize;
        let names = self.object(0);
        // Operands are taken from below the names.
        let has_self = self.entry(written + 1) != Entry::Null;
        let nullable = matches!(
            self.entry(written + 1),
            Entry::Object { nullable: true, .. }
        );
        let count = written + usize::from(has_self);
        let address = self.spill_operands(count + 1);
        let callable = self.object(written + 2);
        let number = self.b.const_int(count as i64);
        let result: Value = if nullable {
            let number = self.b.const_int(written as i64);
            self.invoke(
                Helper::CallMaybeMethodKeywords,
                &[callable, address, number, names],
            )
        } else {
            self.invoke(Helper::CallKeywords, &[callable, address, number, names])
        };
        self.replace(written + 3, Entry::owned(result));
    }

    /// `CALL_FUNCTION_EX`: callable, nothing, positional arguments, keyword arguments or nothing.
    pub fn call_function_ex(&mut self) {
        let (callable, positional, keywords) = (self.object(3), self.object(1), self.object(0));
        let result = self.invoke(Helper::CallUnpacked, &[callable, positional, keywords]);
        self.replace(4, Entry::owned(result));
    }

    /// `MAKE_FUNCTION`
    pub fn make_function(&mut self) {
        self.combine(Helper::MakeFunction, &[0]);
    }

    /// `SET_FUNCTION_ATTRIBUTE`: the attribute lies below the function.
    pub fn set_function_attribute(&mut self) {
        let (attribute, function) = (self.object(1), self.object(0));
        let which = self.b.const_int(i64::from(self.at.oparg));
        self.invoke_status(Helper::SetFunctionAttribute, &[function, attribute, which]);
        let function = self.owned_object(0);
        self.state.stack.pop();
        self.replace(1, Entry::owned(function));
    }

    /// `LOAD_SPECIAL`: a method looked up on the type, and its self or nothing.
    pub fn load_special(&mut self) {
        let owner = self.object(0);
        let which = self.b.const_int(i64::from(self.at.oparg));
        let first = (self.code.locals + self.state.stack.len() - 1) as i64;
        let address = self.b.operand_address(first);
        self.invoke_status(Helper::LoadSpecial, &[owner, which, address]);
        let callable = self.b.load_operand(first);
        let this = self.b.load_operand(first + 1);
        self.drop_entries(1);
        self.push(Entry::owned(callable));
        self.push(Entry::Object {
            value: this,
            owned: true,
            nullable: true,
        });
    }
}

fn type_object() -> Object {
    (&raw mut ffi::PyType_Type).cast()
}
