//! Making functions, and the cells that they close over.

use std::ffi::c_uint;

use pyo3::ffi;

use super::context::{Caller, new_reference};
use crate::runtime::interpreter::_PyFunction_SetVersion;
use crate::runtime::object::{Object, read, write};
use crate::runtime::offsets::*;

/// # Safety
/// Called by compiled code: a code object.
pub unsafe extern "C" fn make_function(caller: Caller, index: u32, code: Object) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        let function = ffi::PyFunction_New(code, caller.field(FRAME_GLOBALS));
        if !function.is_null() {
            _PyFunction_SetVersion(function, read::<c_uint, _>(code, CODE_VERSION));
        }
        function
    }
}

/// The operands of `SET_FUNCTION_ATTRIBUTE` end before this.
const ATTRIBUTES: usize = 17;

unsafe extern "C" {
    static _Py_FunctionAttributeOffsets: [usize; ATTRIBUTES];
}

/// # Safety
/// Called by compiled code: a function without that attribute, a live object, an operand of `SET_FUNCTION_ATTRIBUTE`.
pub unsafe extern "C" fn set_function_attribute(
    caller: Caller,
    index: u32,
    function: Object,
    attribute: Object,
    which: usize,
) -> i64 {
    // SAFETY: the caller's promise; the offset is that of a field of a function, null so far.
    unsafe {
        caller.at(index);
        let offset = _Py_FunctionAttributeOffsets[which];
        write(function, offset, new_reference(attribute));
        0
    }
}

/// # Safety
/// Called by compiled code: one of its locals.
pub unsafe extern "C" fn make_cell(caller: Caller, index: u32, local: usize) -> i64 {
    // SAFETY: the caller's promise; the reference of the local moves into the cell.
    unsafe {
        caller.at(index);
        let value = caller.local(local);
        let cell = ffi::PyCell_New(value);
        if cell.is_null() {
            return -1;
        }
        caller.set_local(local, cell);
        ffi::Py_XDECREF(value);
        0
    }
}

/// # Safety
/// Called by compiled code: its free variables, whose homes are empty.
pub unsafe extern "C" fn copy_free_variables(
    caller: Caller,
    index: u32,
    first: usize,
    count: usize,
) -> i64 {
    // SAFETY: the caller's promise; the closure has as many cells as the code has free variables.
    unsafe {
        caller.at(index);
        let closure: Object = read(caller.function(), FUNCTION_CLOSURE);
        for place in 0..count {
            let cell = ffi::PyTuple_GET_ITEM(closure, place as isize);
            caller.set_local(first + place, new_reference(cell));
        }
        0
    }
}
