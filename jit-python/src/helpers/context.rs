//! The frame that a helper is called from.

use pyo3::ffi;

use crate::runtime::object::{Object, StackRef, read, write};
use crate::runtime::offsets::*;

/// The frame of the compiled function that calls a helper.
#[repr(transparent)]
#[derive(Clone, Copy, Debug)]
pub struct Caller(*mut u8);

impl Caller {
    /// Notes which instruction is being carried out, for whoever looks at the frame.
    ///
    /// # Safety
    /// The frame is live, and `index` one of its code's instructions.
    pub unsafe fn at(self, index: u32) {
        // SAFETY: the frame refers to its code, which the code array is part of.
        unsafe {
            let code: StackRef = read(self.0, FRAME_EXECUTABLE);
            let instruction = code
                .object()
                .cast::<u8>()
                .add(CODE_ADAPTIVE + index as usize * CODE_UNIT_SIZE);
            write(self.0, FRAME_INSTRUCTION, instruction);
        }
    }

    /// A field of the frame.
    ///
    /// # Safety
    /// The frame has a field of this type at `offset`.
    pub unsafe fn field<T: Copy>(self, offset: usize) -> T {
        // SAFETY: the caller's promise.
        unsafe { read(self.0, offset) }
    }

    /// The function that runs in the frame.
    ///
    /// # Safety
    /// The frame is live.
    pub unsafe fn function(self) -> Object {
        // SAFETY: a field of the frame.
        unsafe { self.field::<StackRef>(FRAME_FUNCTION).object() }
    }

    /// What the home of a local holds.
    ///
    /// # Safety
    /// The frame has such a local.
    pub unsafe fn local(self, local: usize) -> Object {
        // SAFETY: the caller's promise.
        unsafe { self.field::<StackRef>(home(local)).object() }
    }

    /// Sets the home of a local; the reference that it stands for is compiled code's.
    ///
    /// # Safety
    /// The frame has such a local, whose old reference somebody else takes care of.
    pub unsafe fn set_local(self, local: usize, object: Object) {
        // SAFETY: the caller's promise.
        unsafe { write(self.0, home(local), StackRef::borrowed(object)) }
    }

    /// The frame, for functions of the interpreter.
    pub fn as_ptr(self) -> *mut std::ffi::c_void {
        self.0.cast()
    }
}

fn home(local: usize) -> usize {
    FRAME_LOCALSPLUS + local * size_of::<StackRef>()
}

/// The calling thread.
pub fn thread() -> *mut ffi::PyThreadState {
    // SAFETY: helpers are called by threads that hold the interpreter.
    unsafe { ffi::PyThreadState_GetUnchecked() }
}

/// A new reference.
///
/// # Safety
/// A live object.
pub unsafe fn new_reference(object: Object) -> Object {
    // SAFETY: the caller's promise.
    unsafe { ffi::Py_NewRef(object) }
}

/// A result of the interpreter's: zero is success.
pub fn status(result: std::ffi::c_int) -> i64 {
    i64::from(result)
}
