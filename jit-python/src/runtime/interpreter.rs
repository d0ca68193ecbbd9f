//! The interpreter's functions that pyo3-ffi does not declare.
//!
//! All of them are exported by the executable. Undefined symbols of an extension resolve when it is loaded, so an interpreter
//! without one of them refuses to import the module.

#![allow(
    missing_docs,
    reason = "they are CPython's, and documented there if at all"
)]

use std::ffi::{c_char, c_int, c_uint, c_void};

use pyo3::ffi::{PyInterpreterState, PyObject, PyThreadState, PyTypeObject, vectorcallfunc};

/// A function event's number, as a function watcher gets it.
pub type FunctionEvent = c_int;
/// A function watcher.
pub type FunctionWatcher =
    unsafe extern "C" fn(FunctionEvent, *mut PyObject, *mut PyObject) -> c_int;
/// A code watcher.
pub type CodeWatcher = unsafe extern "C" fn(c_int, *mut PyObject) -> c_int;
/// A dict watcher: event, dictionary, key, new value.
pub type DictWatcher =
    unsafe extern "C" fn(c_int, *mut PyObject, *mut PyObject, *mut PyObject) -> c_int;
/// Visits one object; 0 ends the walk.
pub type ObjectVisitor = unsafe extern "C" fn(*mut PyObject, *mut c_void) -> c_int;
/// Evaluates a frame, which it consumes; the last argument is non-zero to begin by raising what is set.
pub type EvalFrame = unsafe extern "C" fn(*mut PyThreadState, *mut c_void, c_int) -> *mut PyObject;

/// Which tools are to hear of an event.
#[repr(C)]
#[derive(Clone, Copy, Debug)]
pub struct MonitoringState {
    pub active: u8,
    pub opaque: u8,
}

unsafe extern "C" {
    pub safe static _PyRuntime: u8;
    pub safe static PyMethod_Type: PyTypeObject;
    pub safe static Py_Version: std::ffi::c_ulong;

    pub fn PyFunction_SetVectorcall(function: *mut PyObject, entry: vectorcallfunc);
    pub fn _PyFunction_SetVersion(function: *mut PyObject, version: c_uint);
    pub fn PyFunction_AddWatcher(callback: FunctionWatcher) -> c_int;
    pub fn PyCode_AddWatcher(callback: CodeWatcher) -> c_int;
    pub fn PyCode_GetCode(code: *mut PyObject) -> *mut PyObject;
    pub fn PyDict_AddWatcher(callback: DictWatcher) -> c_int;
    pub fn PyUnstable_GC_VisitObjects(visitor: ObjectVisitor, argument: *mut c_void);

    pub fn _PyEvalFramePushAndInit(
        thread: *mut PyThreadState,
        function: u64,
        locals: *mut PyObject,
        arguments: *const u64,
        positional: usize,
        names: *mut PyObject,
        previous: *mut c_void,
    ) -> *mut c_void;
    pub fn _PyEval_FrameClearAndPop(thread: *mut PyThreadState, frame: *mut c_void);
    pub fn _PyThreadState_PopFrame(thread: *mut PyThreadState, frame: *mut c_void);
    pub fn _PyInterpreterState_GetEvalFrameFunc(interpreter: *mut PyInterpreterState) -> EvalFrame;
    pub fn _Py_CheckRecursiveCall(thread: *mut PyThreadState, place: *const c_char) -> c_int;
    pub fn _PyEval_MonitorRaise(
        thread: *mut PyThreadState,
        frame: *mut c_void,
        instruction: *mut c_void,
    );
    pub fn _PyMonitoring_FirePyUnwindEvent(
        state: *mut MonitoringState,
        code: *mut PyObject,
        offset: i32,
    ) -> c_int;
    pub fn _PyMonitoring_FireExceptionHandledEvent(
        state: *mut MonitoringState,
        code: *mut PyObject,
        offset: i32,
    ) -> c_int;
    pub fn _Py_HandlePending(thread: *mut PyThreadState) -> c_int;

    pub fn _Py_Dealloc(object: *mut PyObject);
}
