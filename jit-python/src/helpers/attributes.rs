//! Attributes, global names, imports.

use std::ffi::{c_char, c_int};

use pyo3::ffi;

use super::context::{Caller, status, thread};
use crate::runtime::object::{Object, StackRef};
use crate::runtime::offsets::*;

/// # Safety
/// Called by compiled code: live objects.
pub unsafe extern "C" fn load_attribute(
    caller: Caller,
    index: u32,
    object: Object,
    name: Object,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        ffi::PyObject_GetAttr(object, name)
    }
}

/// # Safety
/// Called by compiled code: live objects.
pub unsafe extern "C" fn store_attribute(
    caller: Caller,
    index: u32,
    object: Object,
    name: Object,
    value: Object,
) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        status(ffi::PyObject_SetAttr(object, name, value))
    }
}

/// # Safety
/// Called by compiled code: live objects.
pub unsafe extern "C" fn delete_attribute(
    caller: Caller,
    index: u32,
    object: Object,
    name: Object,
) -> i64 {
    // SAFETY: the caller's promise; setting nothing is deleting.
    unsafe {
        caller.at(index);
        status(ffi::PyObject_SetAttr(object, name, std::ptr::null_mut()))
    }
}

#[repr(C)]
struct SpecialMethod {
    name: Object,
    error: *const c_char,
    error_suggestion: *const c_char,
}

/// The numbers of special methods end before this.
const SPECIAL_METHODS: usize = 4;

unsafe extern "C" {
    static _Py_SpecialMethods: [SpecialMethod; SPECIAL_METHODS];
    fn _PySuper_Lookup(
        class: Object,
        object: Object,
        name: Object,
        is_method: *mut c_int,
    ) -> Object;
    fn _PyObject_LookupSpecialMethod(name: Object, method_and_self: *mut StackRef) -> c_int;
    fn _PyEval_SpecialMethodCanSuggest(object: Object, which: c_int) -> c_int;
    fn _PyEval_LoadGlobalStackRef(
        globals: Object,
        builtins: Object,
        name: Object,
        result: *mut StackRef,
    );
    fn _PyEval_FormatExcCheckArg(
        thread: *mut ffi::PyThreadState,
        class: Object,
        format: *const c_char,
        object: Object,
    );
    fn _PyEval_ImportName(
        thread: *mut ffi::PyThreadState,
        frame: *mut std::ffi::c_void,
        name: Object,
        from: Object,
        level: Object,
    ) -> Object;
    fn _PyEval_ImportFrom(thread: *mut ffi::PyThreadState, module: Object, name: Object) -> Object;
}

/// # Safety
/// Called by compiled code: live objects.
pub unsafe extern "C" fn load_super_attribute(
    caller: Caller,
    index: u32,
    function: Object,
    class: Object,
    object: Object,
    name: Object,
    explicit: usize,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        if function == (&raw mut ffi::PySuper_Type).cast() && ffi::PyType_Check(class) != 0 {
            return _PySuper_Lookup(class, object, name, std::ptr::null_mut());
        }
        let arguments = [std::ptr::null_mut(), class, object];
        let count = if explicit != 0 { 2 } else { 0 };
        let found = ffi::PyObject_Vectorcall(
            function,
            arguments.as_ptr().add(1),
            count | ffi::PY_VECTORCALL_ARGUMENTS_OFFSET,
            std::ptr::null_mut(),
        );
        if found.is_null() {
            return found;
        }
        let attribute = ffi::PyObject_GetAttr(found, name);
        ffi::Py_DECREF(found);
        attribute
    }
}

/// # Safety
/// Called by compiled code: a live object, the operand of `LOAD_SPECIAL`, room for two words.
pub unsafe extern "C" fn load_special(
    caller: Caller,
    index: u32,
    object: Object,
    which: usize,
    method_and_self: *mut StackRef,
) -> i64 {
    // SAFETY: the caller's promise; the words are closed where they are not handed over.
    unsafe {
        caller.at(index);
        *method_and_self = StackRef::NULL;
        *method_and_self.add(1) = StackRef::new(object);
        let special = &_Py_SpecialMethods[which];
        let found = _PyObject_LookupSpecialMethod(special.name, method_and_self);
        if found > 0 {
            return 0;
        }
        if found == 0 {
            let format = if _PyEval_SpecialMethodCanSuggest(object, which as c_int) != 0 {
                special.error_suggestion
            } else {
                special.error
            };
            ffi::PyErr_Format(ffi::PyExc_TypeError, format, object);
        }
        (*method_and_self).close();
        (*method_and_self.add(1)).close();
        -1
    }
}

/// # Safety
/// Called by compiled code: a live string.
pub unsafe extern "C" fn load_global(caller: Caller, index: u32, name: Object) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        let mut result = StackRef::NULL;
        let globals = caller.field(FRAME_GLOBALS);
        let builtins = caller.field(FRAME_BUILTINS);
        _PyEval_LoadGlobalStackRef(globals, builtins, name, &raw mut result);
        result.object()
    }
}

/// # Safety
/// Called by compiled code: live objects.
pub unsafe extern "C" fn store_global(
    caller: Caller,
    index: u32,
    name: Object,
    value: Object,
) -> i64 {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        status(ffi::PyDict_SetItem(
            caller.field(FRAME_GLOBALS),
            name,
            value,
        ))
    }
}

/// # Safety
/// Called by compiled code: a live string.
pub unsafe extern "C" fn delete_global(caller: Caller, index: u32, name: Object) -> i64 {
    // SAFETY: the caller's promise; the text is static.
    unsafe {
        caller.at(index);
        let globals: Object = caller.field(FRAME_GLOBALS);
        let result = ffi::PyDict_DelItem(globals, name);
        if result < 0 && ffi::PyErr_ExceptionMatches(ffi::PyExc_KeyError) != 0 {
            ffi::PyErr_Clear();
            _PyEval_FormatExcCheckArg(
                thread(),
                ffi::PyExc_NameError,
                c"name '%.200s' is not defined".as_ptr(),
                name,
            );
        }
        status(result)
    }
}

/// # Safety
/// Called by compiled code: live objects.
pub unsafe extern "C" fn import_name(
    caller: Caller,
    index: u32,
    name: Object,
    from: Object,
    level: Object,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        _PyEval_ImportName(thread(), caller.as_ptr(), name, from, level)
    }
}

/// # Safety
/// Called by compiled code: live objects.
pub unsafe extern "C" fn import_from(
    caller: Caller,
    index: u32,
    module: Object,
    name: Object,
) -> Object {
    // SAFETY: the caller's promise.
    unsafe {
        caller.at(index);
        _PyEval_ImportFrom(thread(), module, name)
    }
}

/// # Safety
/// Called by compiled code.
pub unsafe extern "C" fn load_build_class(caller: Caller, index: u32) -> Object {
    // SAFETY: the caller's promise; texts are static.
    unsafe {
        caller.at(index);
        let builtins: Object = caller.field(FRAME_BUILTINS);
        let function = ffi::PyMapping_GetItemString(builtins, c"__build_class__".as_ptr());
        if function.is_null() && ffi::PyErr_ExceptionMatches(ffi::PyExc_KeyError) != 0 {
            ffi::PyErr_Clear();
            ffi::PyErr_SetString(ffi::PyExc_NameError, c"__build_class__ not found".as_ptr());
        }
        function
    }
}
