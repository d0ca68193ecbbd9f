//! The interpreter's state of one thread: current frame, data stack, recursion limits, eval breaker.

use std::ffi::c_void;
use std::sync::atomic::{AtomicU64, Ordering};

use pyo3::ffi;

use super::interpreter;
use super::object::{read, write};
use super::offsets::*;

/// The calling thread's state. Valid while the thread holds the interpreter.
#[derive(Clone, Copy, Debug)]
pub struct Thread(*mut ffi::PyThreadState);

impl Thread {
    /// The calling thread.
    ///
    /// # Safety
    /// The thread holds the interpreter, for as long as the result is used.
    pub unsafe fn current() -> Self {
        // SAFETY: holding the interpreter means to have a thread state.
        Self(unsafe { ffi::PyThreadState_GetUnchecked() })
    }

    /// What compiled code knows as the thread.
    ///
    /// # Safety
    /// `state` is the calling thread's state, and the thread holds the interpreter.
    pub unsafe fn from_raw(state: *mut ffi::PyThreadState) -> Self {
        Self(state)
    }

    /// The state itself.
    pub fn as_ptr(self) -> *mut ffi::PyThreadState {
        self.0
    }

    fn get<T: Copy>(self, offset: usize) -> T {
        // SAFETY: the state is valid, and the offset one of its fields'.
        unsafe { read(self.0, offset) }
    }

    fn set<T: Copy>(self, offset: usize, value: T) {
        // SAFETY: the state is valid, and the offset one of its fields'; none of those written here owns anything.
        unsafe { write(self.0, offset, value) }
    }

    /// The innermost frame.
    pub fn current_frame(self) -> *mut c_void {
        self.get(THREAD_CURRENT_FRAME)
    }

    /// Makes a frame the innermost one.
    pub fn set_current_frame(self, frame: *mut c_void) {
        self.set(THREAD_CURRENT_FRAME, frame);
    }

    /// The interpreter that the thread belongs to.
    pub fn interpreter(self) -> *mut ffi::PyInterpreterState {
        self.get(THREAD_INTERPRETER)
    }

    /// Version of the instrumentation in the upper bits, pending events in the lowest eight.
    pub fn eval_breaker(self) -> u64 {
        // SAFETY: other threads set bits in it, atomically; the field is a valid, aligned 64-bit word.
        unsafe { AtomicU64::from_ptr(self.0.cast::<u8>().add(THREAD_EVAL_BREAKER).cast()) }
            .load(Ordering::Relaxed)
    }

    /// Whether `sys.settrace` or `sys.setprofile` is in force.
    pub fn is_traced(self) -> bool {
        self.get::<usize>(THREAD_TRACE_FUNCTION) != 0
            || self.get::<usize>(THREAD_PROFILE_FUNCTION) != 0
    }

    /// Takes memory for a frame of `words` from the current chunk of the data stack, if it has more than that left.
    pub fn bump(self, words: usize) -> Option<*mut c_void> {
        let top: *mut u64 = self.get(THREAD_DATASTACK_TOP);
        let limit: *mut u64 = self.get(THREAD_DATASTACK_LIMIT);
        if top.is_null() || (limit as usize - top as usize) / size_of::<u64>() <= words {
            return None;
        }
        self.set(THREAD_DATASTACK_TOP, top.wrapping_add(words));
        Some(top.cast())
    }

    /// Takes one more word above the topmost frame.
    ///
    /// Every way to push a frame leaves at least one: the chunk has to have *more* room than the frame needs.
    pub fn extend_by_a_word(self) {
        let top: *mut u64 = self.get(THREAD_DATASTACK_TOP);
        self.set(THREAD_DATASTACK_TOP, top.wrapping_add(1));
    }

    /// Gives back the topmost frame's memory.
    ///
    /// # Safety
    /// `frame` is the topmost frame of the data stack, unlinked, and nothing in it owns a reference any more.
    pub unsafe fn pop(self, frame: *mut c_void) {
        let chunk: *mut u8 = self.get(THREAD_DATASTACK_CHUNK);
        if frame == chunk.wrapping_add(CHUNK_DATA).cast() {
            // The chunk goes with its only frame.
            // SAFETY: the caller's promise.
            unsafe { interpreter::_PyThreadState_PopFrame(self.0, frame) }
        } else {
            self.set(THREAD_DATASTACK_TOP, frame);
        }
    }

    /// Counts one more Python frame against both recursion limits; false, with RecursionError set, if there is no room.
    ///
    /// # Safety
    /// No exception is set.
    pub unsafe fn enter_recursion(self) -> bool {
        let marker = 0u8;
        let here = &raw const marker as usize;
        let limit: usize = self.get(THREAD_C_STACK_SOFT_LIMIT);
        // Further below than the margin it is no overflow but another stack than the one the limits are of.
        if here < limit && here >= limit - 2 * C_STACK_MARGIN {
            // SAFETY: it reads the thread state and sets an exception.
            if unsafe { interpreter::_Py_CheckRecursiveCall(self.0, c"".as_ptr()) } != 0 {
                return false;
            }
        }
        let remaining: i32 = self.get(THREAD_RECURSION_REMAINING);
        if remaining <= 0 && self.get::<i32>(THREAD_RECURSION_HEADROOM) == 0 {
            self.set(THREAD_RECURSION_HEADROOM, 1);
            // SAFETY: the class and the text are static.
            unsafe {
                ffi::PyErr_SetString(
                    ffi::PyExc_RecursionError,
                    c"maximum recursion depth exceeded".as_ptr(),
                );
            }
            self.set(THREAD_RECURSION_HEADROOM, 0);
            return false;
        }
        self.set(THREAD_RECURSION_REMAINING, remaining - 1);
        true
    }

    /// Gives back what [`Thread::enter_recursion`] took.
    pub fn leave_recursion(self) {
        self.set(
            THREAD_RECURSION_REMAINING,
            self.get::<i32>(THREAD_RECURSION_REMAINING) + 1,
        );
    }
}
