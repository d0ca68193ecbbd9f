//! Tracing, profiling and monitoring: noticing that somebody watches, and the safepoints of compiled code.
//!
//! Compiled code raises no events. At function entry and on back edges it compares the thread's eval breaker, which is the
//! version of the instrumentation and the pending events in one word, with [`EXPECTED`]. When they differ it calls
//! [`safepoint`], which handles what is pending, and has the code left if somebody watches.

use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::ffi;

use super::offsets::*;
use super::thread::Thread;
use super::{hooks, interpreter};

const EVENTS: u64 = EVAL_BREAKER_EVENTS_MASK as u64;

/// The version of the instrumentation that compiled code may run under, with no events pending.
static EXPECTED: AtomicU64 = AtomicU64::new(0);

/// Where compiled code finds the word to compare with.
pub fn expected_address() -> u64 {
    EXPECTED.as_ptr() as u64
}

/// Tools with events of single code objects switched on, and which. These change no version.
static LOCAL: Mutex<Vec<(i64, usize)>> = Mutex::new(Vec::new());

fn local() -> MutexGuard<'static, Vec<(i64, usize)>> {
    LOCAL.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Takes down whether a tool has events of a code object, by address, switched on.
pub fn note_local(tool: i64, code: usize, is_on: bool) {
    let mut local = local();
    local.retain(|&it| it != (tool, code));
    if is_on {
        local.push((tool, code));
    }
}

/// Forgets a tool whose number has been given back.
pub fn forget_tool(tool: i64) {
    local().retain(|&(it, _)| it != tool);
}

/// Forgets a code object that is being destroyed.
pub fn forget_code(code: usize) {
    local().retain(|&(_, it)| it != code);
}

/// What compiled code does next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[repr(u64)]
pub enum Next {
    /// Nothing special.
    GoOn = 0,
    /// Leave: the interpreter has to execute this instruction.
    Leave = 1,
    /// An exception is set.
    Raised = 2,
}

/// Whether events of this thread or of the interpreter are watched.
pub fn is_active(thread: Thread) -> bool {
    // SAFETY: the interpreter's state is valid and has an array of bytes there, one per event.
    let monitors = unsafe {
        let first = thread.interpreter().cast::<u8>().add(INTERPRETER_MONITORS);
        std::slice::from_raw_parts(first, INTERPRETER_MONITORS_SIZE)
    };
    thread.is_traced() || !local().is_empty() || monitors.iter().any(|&tools| tools != 0)
}

/// Whether a thread has no reason to stop at a safepoint.
pub fn is_quiet(thread: Thread) -> bool {
    thread.eval_breaker() & !EVENTS == EXPECTED.load(Ordering::Relaxed)
}

/// Accepts the present version of the instrumentation; false if somebody watches.
pub fn accept(thread: Thread) -> bool {
    if is_active(thread) {
        return false;
    }
    EXPECTED.store(thread.eval_breaker() & !EVENTS, Ordering::Relaxed);
    true
}

/// The slow path of a safepoint.
///
/// # Safety
/// Called by compiled code with its thread's state, while its frame is complete.
pub unsafe extern "C" fn safepoint(thread: *mut ffi::PyThreadState) -> Next {
    // SAFETY: the caller's promise.
    let thread = unsafe { Thread::from_raw(thread) };
    if thread.eval_breaker() & EVENTS != 0 {
        // SAFETY: compiled code holds the interpreter, and its frame may be looked at.
        let failed = unsafe { interpreter::_Py_HandlePending(thread.as_ptr()) };
        if failed != 0 {
            return Next::Raised;
        }
    }
    if is_quiet(thread) || accept(thread) {
        Next::GoOn
    } else {
        hooks::suspend();
        Next::Leave
    }
}
