//! Function objects: the fields that decide what a call of one enters, and setting them.
//!
//! The functions here take live function objects, which their callers have from the interpreter.

use std::sync::OnceLock;

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyFunction;

use super::interpreter;
use super::object::{Object, read};
use super::offsets::*;

/// The signature of a function's entry.
pub(super) type Entry = ffi::vectorcallfunc;

/// The interpreter's own entry of functions, which is not exported: read from a function that nobody has touched.
static ORIGINAL: OnceLock<usize> = OnceLock::new();

/// Learns the interpreter's own entry.
pub fn learn(py: Python<'_>) -> PyResult<()> {
    let fresh = py.eval(c"lambda: None", None, None)?;
    // SAFETY: a lambda is a function.
    ORIGINAL.get_or_init(|| unsafe { read(fresh.as_ptr(), FUNCTION_VECTORCALL) });
    Ok(())
}

/// The interpreter's own entry; nobody's before [`learn`].
pub(super) fn original() -> usize {
    // Nothing is hooked before the entry has been learnt, and 0 is nobody's entry.
    ORIGINAL.get().copied().unwrap_or(0)
}

/// A function's entry.
pub(super) fn entry_of(function: Object) -> usize {
    // SAFETY: the callers have a live function.
    unsafe { read(function, FUNCTION_VECTORCALL) }
}

/// What callers specialised by the interpreter compare.
pub(super) fn version_of(function: Object) -> u32 {
    // SAFETY: as above.
    unsafe { read(function, FUNCTION_VERSION) }
}

/// A function's code object, by address.
pub(super) fn code_of(function: Object) -> usize {
    // SAFETY: as above.
    unsafe { read(function, FUNCTION_CODE) }
}

/// A function's dictionary of globals, by address.
pub(super) fn globals_of(function: Object) -> usize {
    // SAFETY: as above.
    unsafe { read(function, FUNCTION_GLOBALS) }
}

/// Sets a function's entry and clears its version.
pub(super) fn set_entry(function: Object, entry: usize) {
    // SAFETY: `function` is a live function; `entry` is the interpreter's entry, `count` or the code of this very function,
    // all of which have the signature. No Python code runs in it.
    unsafe {
        interpreter::PyFunction_SetVectorcall(function, std::mem::transmute::<usize, Entry>(entry))
    }
}

/// Puts the interpreter's entry back, and the version if it still stands for what the function is.
pub(super) fn restore(function: Object, version: Option<u32>) {
    set_entry(function, original());
    if let Some(version) = version.filter(|&version| version > FUNCTION_VERSION_CLEARED as u32) {
        // SAFETY: a live function, unmodified since it had this version.
        unsafe { interpreter::_PyFunction_SetVersion(function, version) }
    }
}

/// Every function object of the process.
pub(super) fn every_function(py: Python<'_>) -> Vec<Bound<'_, PyFunction>> {
    unsafe extern "C" fn visit(object: Object, found: *mut std::ffi::c_void) -> i32 {
        // SAFETY: the walk passes live objects and the vector below.
        unsafe {
            if ffi::PyFunction_Check(object) != 0 {
                (*found.cast::<Vec<Object>>()).push(object);
            }
        }
        1
    }
    let mut found: Vec<Object> = Vec::new();
    // SAFETY: the visitor creates and destroys no objects; those found are alive, for nothing has run since.
    unsafe {
        interpreter::PyUnstable_GC_VisitObjects(visit, (&raw mut found).cast());
        let owned = found.into_iter().map(|it| Bound::from_borrowed_ptr(py, it));
        owned.filter_map(|it| it.cast_into().ok()).collect()
    }
}
