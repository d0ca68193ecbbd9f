//! Subscripts, slices, building containers and adding to them.

use std::ffi::c_int;

use pyo3::ffi;

use super::context::{Caller, new_reference, status, thread};
use crate::runtime::object::Object;

/// # Safety
/// Called by compiled code: live objects.
pub unsafe extern "C" fn contains(
    caller: Caller,
    index: u32,
    container: Object,
    item: Object,
) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        status(ffi::PySequence_Contains(container, item))
    }
}

/// # Safety
/// Called by compiled code: live objects.
pub unsafe extern "C" fn store_subscript(
    caller: Caller,
    index: u32,
    container: Object,
    key: Object,
    value: Object,
) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        status(ffi::PyObject_SetItem(container, key, value))
    }
}

/// # Safety
/// Called by compiled code: live objects.
pub unsafe extern "C" fn delete_subscript(
    caller: Caller,
    index: u32,
    container: Object,
    key: Object,
) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        status(ffi::PyObject_DelItem(container, key))
    }
}

/// # Safety
/// Called by compiled code: live objects.
pub unsafe extern "C" fn load_slice(
    caller: Caller,
    index: u32,
    container: Object,
    start: Object,
    stop: Object,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        let slice = ffi::PySlice_New(start, stop, std::ptr::null_mut());
        if slice.is_null() {
            return slice;
        }
        let result = ffi::PyObject_GetItem(container, slice);
        ffi::Py_DECREF(slice);
        result
    }
}

/// # Safety
/// Called by compiled code: live objects.
pub unsafe extern "C" fn store_slice(
    caller: Caller,
    index: u32,
    container: Object,
    start: Object,
    stop: Object,
    value: Object,
) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        let slice = ffi::PySlice_New(start, stop, std::ptr::null_mut());
        if slice.is_null() {
            return -1;
        }
        let result = ffi::PyObject_SetItem(container, slice, value);
        ffi::Py_DECREF(slice);
        status(result)
    }
}

/// # Safety
/// Called by compiled code: live objects.
pub unsafe extern "C" fn build_slice(
    caller: Caller,
    index: u32,
    start: Object,
    stop: Object,
    step: Object,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        ffi::PySlice_New(start, stop, step)
    }
}

/// # Safety
/// Called by compiled code: `count` live objects.
pub unsafe extern "C" fn build_tuple(
    caller: Caller,
    index: u32,
    items: *const Object,
    count: usize,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        // As the interpreter does it: the garbage collector does not track a tuple whose items it need not track.
        _PyTuple_FromArray(items, count as isize)
    }
}

/// # Safety
/// Called by compiled code: `count` live objects.
pub unsafe extern "C" fn build_list(
    caller: Caller,
    index: u32,
    items: *const Object,
    count: usize,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        let list = ffi::PyList_New(count as isize);
        if !list.is_null() {
            for place in 0..count {
                let item = new_reference(*items.add(place));
                ffi::PyList_SET_ITEM(list, place as isize, item);
            }
        }
        list
    }
}

/// # Safety
/// Called by compiled code: `count` live objects.
pub unsafe extern "C" fn build_set(
    caller: Caller,
    index: u32,
    items: *const Object,
    count: usize,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        let set = ffi::PySet_New(std::ptr::null_mut());
        if set.is_null() {
            return set;
        }
        for place in 0..count {
            if ffi::PySet_Add(set, *items.add(place)) < 0 {
                ffi::Py_DECREF(set);
                return std::ptr::null_mut();
            }
        }
        set
    }
}

unsafe extern "C" {
    fn _PyTuple_FromArray(items: *const Object, count: isize) -> Object;
    fn _PyUnicode_JoinArray(separator: Object, items: *const Object, count: isize) -> Object;
    fn _PyList_Extend(list: Object, iterable: Object) -> Object;
    fn _PySet_Update(set: Object, iterable: Object) -> c_int;
    fn _PyDict_MergeEx(dict: Object, other: Object, overriding: c_int) -> c_int;
    fn _PyEval_FormatKwargsError(thread: *mut ffi::PyThreadState, callable: Object, update: Object);
}

/// # Safety
/// Called by compiled code: `count` live strings.
pub unsafe extern "C" fn build_string(
    caller: Caller,
    index: u32,
    items: *const Object,
    count: usize,
) -> Object {
    // SAFETY: the caller's promise; the empty string is made, or found, on the way.
    unsafe {
        caller.at(index);
        let separator = ffi::PyUnicode_FromStringAndSize(c"".as_ptr(), 0);
        if separator.is_null() {
            return separator;
        }
        let result = _PyUnicode_JoinArray(separator, items, count as isize);
        ffi::Py_DECREF(separator);
        result
    }
}

/// # Safety
/// Called by compiled code: `count` live objects, keys and values in turn.
pub unsafe extern "C" fn build_map(
    caller: Caller,
    index: u32,
    items: *const Object,
    count: usize,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        let dict = ffi::PyDict_New();
        if dict.is_null() {
            return dict;
        }
        for pair in 0..count / 2 {
            let (key, value) = (*items.add(2 * pair), *items.add(2 * pair + 1));
            if ffi::PyDict_SetItem(dict, key, value) < 0 {
                ffi::Py_DECREF(dict);
                return std::ptr::null_mut();
            }
        }
        dict
    }
}

/// # Safety
/// Called by compiled code: a list and a live object.
pub unsafe extern "C" fn list_append(
    caller: Caller,
    index: u32,
    list: Object,
    item: Object,
) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        status(ffi::PyList_Append(list, item))
    }
}

/// # Safety
/// Called by compiled code: a list and a live object.
pub unsafe extern "C" fn list_extend(
    caller: Caller,
    index: u32,
    list: Object,
    iterable: Object,
) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        let none = _PyList_Extend(list, iterable);
        if none.is_null() {
            explain_star(iterable);
            return -1;
        }
        ffi::Py_DECREF(none);
        0
    }
}

/// Says "Value after * must be an iterable" where the interpreter does.
///
/// # Safety
/// An exception is set.
unsafe fn explain_star(iterable: Object) {
    // SAFETY: the type of a live object; texts are static.
    unsafe {
        let class = ffi::Py_TYPE(iterable);
        if ffi::PyErr_ExceptionMatches(ffi::PyExc_TypeError) != 0
            && (*class).tp_iter.is_none()
            && ffi::PySequence_Check(iterable) == 0
        {
            ffi::PyErr_Clear();
            ffi::PyErr_Format(
                ffi::PyExc_TypeError,
                c"Value after * must be an iterable, not %.200s".as_ptr(),
                (*class).tp_name,
            );
        }
    }
}

/// # Safety
/// Called by compiled code: a set and a live object.
pub unsafe extern "C" fn set_add(caller: Caller, index: u32, set: Object, item: Object) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        status(ffi::PySet_Add(set, item))
    }
}

/// # Safety
/// Called by compiled code: a set and a live object.
pub unsafe extern "C" fn set_update(
    caller: Caller,
    index: u32,
    set: Object,
    iterable: Object,
) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        status(_PySet_Update(set, iterable))
    }
}

/// # Safety
/// Called by compiled code: a dict and live objects.
pub unsafe extern "C" fn map_add(
    caller: Caller,
    index: u32,
    dict: Object,
    key: Object,
    value: Object,
) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        status(ffi::PyDict_SetItem(dict, key, value))
    }
}

/// # Safety
/// Called by compiled code: a dict and a live object.
pub unsafe extern "C" fn dict_update(
    caller: Caller,
    index: u32,
    dict: Object,
    update: Object,
) -> i64 {
    // SAFETY: the caller's promise; texts are static.
    unsafe {
        caller.at(index);
        let result = ffi::PyDict_Update(dict, update);
        if result < 0 && ffi::PyErr_ExceptionMatches(ffi::PyExc_AttributeError) != 0 {
            ffi::PyErr_Clear();
            ffi::PyErr_Format(
                ffi::PyExc_TypeError,
                c"'%.200s' object is not a mapping".as_ptr(),
                (*ffi::Py_TYPE(update)).tp_name,
            );
        }
        status(result)
    }
}

/// # Safety
/// Called by compiled code: a dict and live objects.
pub unsafe extern "C" fn dict_merge(
    caller: Caller,
    index: u32,
    dict: Object,
    update: Object,
    callable: Object,
) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        // 2: a key that is there already is an error.
        let result = _PyDict_MergeEx(dict, update, 2);
        if result < 0 {
            _PyEval_FormatKwargsError(thread(), callable, update);
        }
        status(result)
    }
}
