//! Taking apart: unpacking, iteration, patterns.

use std::ffi::c_int;

use pyo3::ffi;

use super::context::{Caller, thread};
use crate::runtime::object::{Object, StackRef};

unsafe extern "C" {
    fn _PyEval_MatchKeys(thread: *mut ffi::PyThreadState, subject: Object, keys: Object) -> Object;
    fn _PyEval_MatchClass(
        thread: *mut ffi::PyThreadState,
        subject: Object,
        class: Object,
        positional: isize,
        names: Object,
    ) -> Object;
    fn _PyEval_UnpackIterableStackRef(
        thread: *mut ffi::PyThreadState,
        iterable: Object,
        before: c_int,
        after: c_int,
        end: *mut StackRef,
    ) -> c_int;
}

/// # Safety
/// Called by compiled code: a live object, room for the items before `end`.
pub unsafe extern "C" fn unpack(
    caller: Caller,
    index: u32,
    sequence: Object,
    count: c_int,
    end: *mut StackRef,
) -> i64 {
    // SAFETY: the caller's promise. One is success.
    unsafe {
        caller.at(index);
        i64::from(_PyEval_UnpackIterableStackRef(
            thread(),
            sequence,
            count,
            -1,
            end,
        )) - 1
    }
}

/// # Safety
/// Called by compiled code: a live object, room for the items before `end`.
pub unsafe extern "C" fn unpack_starred(
    caller: Caller,
    index: u32,
    sequence: Object,
    shape: c_int,
    end: *mut StackRef,
) -> i64 {
    // SAFETY: the caller's promise. One is success.
    unsafe {
        caller.at(index);
        let (before, after) = (shape & 0xff, shape >> 8);
        i64::from(_PyEval_UnpackIterableStackRef(
            thread(),
            sequence,
            before,
            after,
            end,
        )) - 1
    }
}

/// # Safety
/// Called by compiled code: a live object.
pub unsafe extern "C" fn iterate(caller: Caller, index: u32, value: Object) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        ffi::PyObject_GetIter(value)
    }
}

/// # Safety
/// Called by compiled code: live objects.
pub unsafe extern "C" fn match_keys(
    caller: Caller,
    index: u32,
    subject: Object,
    keys: Object,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        _PyEval_MatchKeys(thread(), subject, keys)
    }
}

/// # Safety
/// Called by compiled code: live objects.
pub unsafe extern "C" fn match_class(
    caller: Caller,
    index: u32,
    subject: Object,
    class: Object,
    names: Object,
    positional: isize,
) -> Object {
    // SAFETY: the caller's promise. Null without an exception: no match.
    unsafe {
        caller.at(index);
        let found = _PyEval_MatchClass(thread(), subject, class, positional, names);
        if found.is_null() && ffi::PyErr_Occurred().is_null() {
            return ffi::Py_None();
        }
        found
    }
}

/// The address that stands for an exception where null is a result.
pub const RAISED: usize = 1;

/// # Safety
/// Called by compiled code: an iterator.
pub unsafe extern "C" fn next(caller: Caller, index: u32, iterator: Object) -> Object {
    // SAFETY: the caller's promise; what GET_ITER yields has a tp_iternext.
    unsafe {
        caller.at(index);
        let Some(step) = (*ffi::Py_TYPE(iterator)).tp_iternext else {
            ffi::PyErr_SetString(ffi::PyExc_TypeError, c"not an iterator".as_ptr());
            return RAISED as Object;
        };
        let item = step(iterator);
        if item.is_null() && !ffi::PyErr_Occurred().is_null() {
            if ffi::PyErr_ExceptionMatches(ffi::PyExc_StopIteration) == 0 {
                return RAISED as Object;
            }
            ffi::PyErr_Clear();
        }
        item
    }
}
