//! Calls through the vectorcall of the callable.

use pyo3::ffi;

use super::context::{Caller, new_reference, thread};
use crate::runtime::monitor;
use crate::runtime::object::{Object, read};
use crate::runtime::offsets::FUNCTION_VECTORCALL;

/// Calls an object as `PyObject_Vectorcall` does. A Python function, interpreted or compiled, is called at once: what
/// the interpreter would ask about its type and check about its result is known.
///
/// # Safety
/// The arguments are those of a vectorcall of `callable`.
unsafe fn vectorcall(
    callable: Object,
    arguments: *const Object,
    count: usize,
    names: Object,
) -> Object {
    // SAFETY: the caller's promise; an exact function has its entry in that field.
    unsafe {
        if ffi::Py_TYPE(callable) == &raw mut ffi::PyFunction_Type {
            let entry: ffi::vectorcallfunc = read(callable, FUNCTION_VECTORCALL);
            entry(callable, arguments, count, names)
        } else {
            ffi::PyObject_Vectorcall(callable, arguments, count, names)
        }
    }
}

macro_rules! calls {
    ($($name:ident($($argument:ident),*);)*) => {
        $(
            /// # Safety
            /// Called by compiled code: live objects.
            pub unsafe extern "C" fn $name(
                caller: Caller,
                index: u32,
                callable: Object,
                $($argument: Object,)*
            ) -> Object {
                // The first word is the callee's to use.
                let arguments: [Object; _] = [std::ptr::null_mut(), $($argument),*];
                let count = arguments.len() - 1;
                // SAFETY: the caller's promise.
                unsafe {
                    caller.at(index);
                    monitor::after_call(vectorcall(
                        callable,
                        arguments.as_ptr().add(1),
                        count | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET,
                        std::ptr::null_mut(),
                    ))
                }
            }
        )*
    };
}

calls! {
    call_0();
    call_1(a);
    call_2(a, b);
    call_3(a, b, c);
    call_4(a, b, c, d);
}

/// # Safety
/// Called by compiled code: `count` live objects, and a word before them that may be used.
pub unsafe extern "C" fn call_array(
    caller: Caller,
    index: u32,
    callable: Object,
    arguments: *const Object,
    count: usize,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        call_keywords(
            caller,
            index,
            callable,
            arguments,
            count,
            std::ptr::null_mut(),
        )
    }
}

/// # Safety
/// Called by compiled code: as [`call_array`], the last arguments belonging to `names`, a tuple or null.
pub unsafe extern "C" fn call_keywords(
    caller: Caller,
    index: u32,
    callable: Object,
    arguments: *const Object,
    count: usize,
    names: Object,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        let keywords = if names.is_null() {
            0
        } else {
            ffi::PyTuple_GET_SIZE(names) as usize
        };
        monitor::after_call(vectorcall(
            callable,
            arguments,
            (count - keywords) | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET,
            names,
        ))
    }
}

/// # Safety
/// Called by compiled code: a word that is a live object or null, and `count` live objects behind it.
pub unsafe extern "C" fn call_maybe_method(
    caller: Caller,
    index: u32,
    callable: Object,
    arguments: *const Object,
    count: usize,
) -> Object {
    let none = std::ptr::null_mut();
    // SAFETY: the caller's promise.
    unsafe { call_maybe_method_keywords(caller, index, callable, arguments, count, none) }
}

/// # Safety
/// Called by compiled code: as [`call_maybe_method`], the last arguments belonging to `names`.
pub unsafe extern "C" fn call_maybe_method_keywords(
    caller: Caller,
    index: u32,
    callable: Object,
    arguments: *const Object,
    count: usize,
    names: Object,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        if (*arguments).is_null() {
            call_keywords(caller, index, callable, arguments.add(1), count, names)
        } else {
            call_keywords(caller, index, callable, arguments, count + 1, names)
        }
    }
}

unsafe extern "C" {
    fn _Py_Check_ArgsIterable(
        thread: *mut ffi::PyThreadState,
        callable: Object,
        arguments: Object,
    ) -> i32;
}

/// # Safety
/// Called by compiled code: live objects; `keywords` a dict or null.
pub unsafe extern "C" fn call_unpacked(
    caller: Caller,
    index: u32,
    callable: Object,
    positional: Object,
    keywords: Object,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        let tuple = if ffi::PyTuple_CheckExact(positional) != 0 {
            new_reference(positional)
        } else {
            if _Py_Check_ArgsIterable(thread(), callable, positional) < 0 {
                return std::ptr::null_mut();
            }
            ffi::PySequence_Tuple(positional)
        };
        if tuple.is_null() {
            return tuple;
        }
        let result = ffi::PyObject_Call(callable, tuple, keywords);
        ffi::Py_DECREF(tuple);
        monitor::after_call(result)
    }
}

#[repr(C)]
struct Intrinsic<F> {
    function: F,
    name: *const std::ffi::c_char,
}

type Unary = unsafe extern "C" fn(*mut ffi::PyThreadState, Object) -> Object;
type Binary = unsafe extern "C" fn(*mut ffi::PyThreadState, Object, Object) -> Object;

/// The numbers of intrinsics, of which 0 is none, end before these.
const UNARY_INTRINSICS: usize = 12;
const BINARY_INTRINSICS: usize = 6;

unsafe extern "C" {
    static _PyIntrinsics_UnaryFunctions: [Intrinsic<Unary>; UNARY_INTRINSICS];
    static _PyIntrinsics_BinaryFunctions: [Intrinsic<Binary>; BINARY_INTRINSICS];
}

/// # Safety
/// Called by compiled code: a live object, an operand of `CALL_INTRINSIC_1`.
pub unsafe extern "C" fn intrinsic_1(
    caller: Caller,
    index: u32,
    value: Object,
    which: usize,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        (_PyIntrinsics_UnaryFunctions[which].function)(thread(), value)
    }
}

/// # Safety
/// Called by compiled code: live objects, an operand of `CALL_INTRINSIC_2`.
pub unsafe extern "C" fn intrinsic_2(
    caller: Caller,
    index: u32,
    first: Object,
    second: Object,
    which: usize,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        (_PyIntrinsics_BinaryFunctions[which].function)(thread(), first, second)
    }
}
