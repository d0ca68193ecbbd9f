//! Operators, comparisons, truth, formatting.

use std::ffi::{c_int, c_long};

use pyo3::ffi;

use super::context::{Caller, new_reference};
use crate::runtime::object::{Object, read, write};
use crate::runtime::offsets::*;

type BinaryFunction = unsafe extern "C" fn(Object, Object) -> Object;

/// How many operators `BINARY_OP` has, the subscript among them.
const OPERATORS: usize = 27;

unsafe extern "C" {
    static _PyEval_BinaryOps: [BinaryFunction; OPERATORS];
}

/// # Safety
/// Called by compiled code: live objects, an operator of `BINARY_OP`.
pub unsafe extern "C" fn binary_operation(
    caller: Caller,
    index: u32,
    left: Object,
    right: Object,
    operator: usize,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        _PyEval_BinaryOps[operator](left, right)
    }
}

macro_rules! unary {
    ($($name:ident = $function:path;)*) => {
        $(
            /// # Safety
            /// Called by compiled code: a live object.
            pub unsafe extern "C" fn $name(caller: Caller, index: u32, value: Object) -> Object {
                // SAFETY: the caller's promise.
                unsafe {
                    caller.at(index);
                    $function(value)
                }
            }
        )*
    };
}

unary! {
    negative = ffi::PyNumber_Negative;
    invert = ffi::PyNumber_Invert;
    length_object = length_of;
    format_simple = format_plain;
}

unsafe fn length_of(value: Object) -> Object {
    // SAFETY: a live object.
    unsafe {
        match ffi::PyObject_Size(value) {
            -1 => std::ptr::null_mut(),
            size => ffi::PyLong_FromSsize_t(size),
        }
    }
}

unsafe fn format_plain(value: Object) -> Object {
    // SAFETY: a live object.
    unsafe {
        if ffi::PyUnicode_CheckExact(value) != 0 {
            new_reference(value)
        } else {
            ffi::PyObject_Format(value, std::ptr::null_mut())
        }
    }
}

/// # Safety
/// Called by compiled code: live objects.
pub unsafe extern "C" fn format_with_specification(
    caller: Caller,
    index: u32,
    value: Object,
    specification: Object,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        ffi::PyObject_Format(value, specification)
    }
}

/// # Safety
/// Called by compiled code: a live object, an operand of `CONVERT_VALUE`.
pub unsafe extern "C" fn convert(
    caller: Caller,
    index: u32,
    value: Object,
    which: c_int,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        match which {
            1 => ffi::PyObject_Str(value),
            2 => ffi::PyObject_Repr(value),
            _ => ffi::PyObject_ASCII(value),
        }
    }
}

/// # Safety
/// Called by compiled code: live objects, a comparison.
pub unsafe extern "C" fn compare(
    caller: Caller,
    index: u32,
    left: Object,
    right: Object,
    which: c_int,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        ffi::PyObject_RichCompare(left, right, which)
    }
}

/// # Safety
/// Called by compiled code: live objects, a comparison.
pub unsafe extern "C" fn compare_truth(
    caller: Caller,
    index: u32,
    left: Object,
    right: Object,
    which: c_int,
) -> i64 {
    // SAFETY: the caller's promise. PyObject_RichCompareBool would take identical objects for equal.
    unsafe {
        let result = compare(caller, index, left, right, which);
        if result.is_null() {
            return -1;
        }
        let truth = i64::from(ffi::PyObject_IsTrue(result));
        ffi::Py_DECREF(result);
        truth
    }
}

/// # Safety
/// Called by compiled code: a live object.
pub unsafe extern "C" fn truth(caller: Caller, index: u32, value: Object) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        i64::from(ffi::PyObject_IsTrue(value))
    }
}

/// # Safety
/// Called by compiled code: a live object.
pub unsafe extern "C" fn length(caller: Caller, index: u32, value: Object) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        ffi::PyObject_Size(value) as i64
    }
}

/// # Safety
/// Called by compiled code: live objects.
pub unsafe extern "C" fn is_instance(
    caller: Caller,
    index: u32,
    object: Object,
    class: Object,
) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        i64::from(ffi::PyObject_IsInstance(object, class))
    }
}

/// A new int; null if there is no memory. Small ones are the interpreter's own.
///
/// # Safety
/// Called while holding the interpreter.
pub unsafe extern "C" fn box_int(value: i64) -> Object {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyLong_FromLong(value as c_long) }
}

/// A new float; null if there is no memory.
///
/// # Safety
/// Called while holding the interpreter.
pub unsafe extern "C" fn box_float(value: f64) -> Object {
    // SAFETY: the caller's promise.
    unsafe { ffi::PyFloat_FromDouble(value) }
}

/// Adds an attribute that has just been set for the first time to the order of insertion.
///
/// # Safety
/// Called by compiled code: the object has valid inline values, one of them at `offset`, which was null before.
pub unsafe extern "C" fn note_inline_value(owner: Object, offset: usize) {
    // SAFETY: the caller's promise; the order of insertion lies behind the values.
    unsafe {
        let class: Object = read(owner, OBJECT_TYPE);
        let values = owner
            .cast::<u8>()
            .add(read::<usize, _>(class, TYPE_BASIC_SIZE));
        let first = values.add(DICT_VALUES_VALUES);
        let position =
            (owner.cast::<u8>().add(offset) as usize - first as usize) / size_of::<Object>();
        let capacity: u8 = read(values, DICT_VALUES_CAPACITY);
        let count: u8 = read(values, DICT_VALUES_SIZE);
        let order = first.add(usize::from(capacity) * size_of::<Object>());
        write(order, usize::from(count), position as u8);
        write(values, DICT_VALUES_SIZE, count + 1);
    }
}
