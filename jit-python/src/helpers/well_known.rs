//! Objects of the interpreter that the compiler knows by identity.

use std::ffi::CStr;
use std::sync::OnceLock;

use pyo3::ffi;

use crate::runtime::interpreter::_PyRuntime;
use crate::runtime::object::Object;
use crate::runtime::offsets::*;

/// Addresses of builtins, each kept alive for ever. Zero where a program has removed one before the first compilation.
#[derive(Debug)]
pub struct WellKnown {
    /// `len`
    pub len: usize,
    /// `isinstance`
    pub isinstance: usize,
    /// `list.append`
    pub list_append: usize,
    all: usize,
    any: usize,
}

/// The builtins, looked up once.
pub fn well_known() -> &'static WellKnown {
    static KNOWN: OnceLock<WellKnown> = OnceLock::new();
    KNOWN.get_or_init(|| {
        // SAFETY: compiling happens while holding the interpreter; borrowed.
        let builtins = unsafe { ffi::PyImport_AddModule(c"builtins".as_ptr()) };
        WellKnown {
            len: attribute(builtins, c"len"),
            isinstance: attribute(builtins, c"isinstance"),
            list_append: attribute((&raw mut ffi::PyList_Type).cast(), c"append"),
            all: attribute(builtins, c"all"),
            any: attribute(builtins, c"any"),
        }
    })
}

fn attribute(object: Object, name: &CStr) -> usize {
    // SAFETY: a live object, or null with an exception, which is cleared. The reference is never given back.
    unsafe {
        let found = if object.is_null() {
            object
        } else {
            ffi::PyObject_GetAttrString(object, name.as_ptr())
        };
        if found.is_null() {
            ffi::PyErr_Clear();
        }
        found as usize
    }
}

impl WellKnown {
    /// The interpreter's own object for a number that `LOAD_SMALL_INT` can name.
    pub fn small_int(&self, number: u32) -> Object {
        let place = SMALL_INT_NEGATIVE + number as usize;
        let table = (&raw const _PyRuntime).wrapping_add(RUNTIME_SMALL_INTS);
        table.wrapping_add(place * SMALL_INT_SIZE).cast_mut().cast()
    }

    /// The object that `LOAD_COMMON_CONSTANT` names.
    pub fn common_constant(&self, which: u32) -> Option<Object> {
        // SAFETY: static objects of the interpreter.
        let object = unsafe {
            match which {
                0 => ffi::PyExc_AssertionError,
                1 => ffi::PyExc_NotImplementedError,
                2 => (&raw mut ffi::PyTuple_Type).cast(),
                3 => self.all as Object,
                4 => self.any as Object,
                _ => std::ptr::null_mut(),
            }
        };
        (!object.is_null()).then_some(object)
    }
}
