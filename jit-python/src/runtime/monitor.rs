//! Tracing, profiling and monitoring: noticing that somebody watches, and the safepoints of compiled code.
//!
//! Compiled code raises no events. At function entry and on back edges it compares the thread's eval breaker, which is the
//! version of the instrumentation and the pending events in one word, with the one expected. When they differ it calls
//! [`safepoint`], which handles what is pending, and has the code left if somebody watches.

use std::ffi::c_void;
use std::sync::atomic::{AtomicPtr, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::ffi;

use super::frame::Frame;
use super::interpreter::MonitoringState;
use super::object::Object;
use super::offsets::*;
use super::thread::Thread;
use super::{hooks, interpreter};

const EVENTS: u64 = EVAL_BREAKER_EVENTS_MASK as u64;

/// The version of the instrumentation that compiled code may run under, with no events pending.
static EXPECTED: AtomicU64 = AtomicU64::new(0);

/// No thread's version of the instrumentation.
const NEVER: u64 = u64::MAX;

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

/// The result of a call whose caller is being left, until the exit handler takes it.
static KEPT: AtomicPtr<ffi::PyObject> = AtomicPtr::new(std::ptr::null_mut());

/// A call's result, as compiled code is to see it.
///
/// If somebody watches by now, or has assigned to the caller's locals, that is null with no exception set: compiled code
/// takes the exit of a failed call, and the handler, finding the result here, has the interpreter go on behind the call.
/// So a function that switches tracing on is traced from there, and compiled code checks nothing more after a call than
/// it does anyway.
pub fn after_call(result: Object) -> Object {
    if result.is_null() {
        return result;
    }
    // SAFETY: compiled code calls with the interpreter held, and its frame is the innermost again.
    let (thread, frame) = unsafe {
        let thread = Thread::current();
        (thread, Frame::current(thread))
    };
    if (is_quiet(thread) || settle(thread)) && !frame.is_overwritten() {
        return result;
    }
    KEPT.store(result, Ordering::Relaxed);
    std::ptr::null_mut()
}

/// The result kept by [`after_call`], if the exit being taken is not really an exception's.
pub fn kept_result() -> Option<Object> {
    let result = KEPT.swap(std::ptr::null_mut(), Ordering::Relaxed);
    (!result.is_null()).then_some(result)
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

/// The tools that watch each event of the interpreter's, a bit for each.
fn monitors(thread: Thread) -> &'static [u8] {
    // SAFETY: the interpreter's state outlives the thread's use of it and has an array of bytes there, one per event.
    unsafe {
        let first = thread.interpreter().cast::<u8>().add(INTERPRETER_MONITORS);
        std::slice::from_raw_parts(first, INTERPRETER_MONITORS_SIZE)
    }
}

/// Whether events of this thread or of the interpreter are watched.
pub fn is_active(thread: Thread) -> bool {
    thread.is_traced() || !local().is_empty() || monitors(thread).iter().any(|&tools| tools != 0)
}

/// Whether a thread has no reason to stop at a safepoint.
pub fn is_quiet(thread: Thread) -> bool {
    thread.eval_breaker() & !EVENTS == EXPECTED.load(Ordering::Relaxed)
}

/// Finds out whether somebody watches, and takes the hooks out or puts them back accordingly. True if nobody does.
pub fn settle(thread: Thread) -> bool {
    let is_active = is_active(thread);
    // While somebody watches no version is the expected one: every safepoint and every call comes by here.
    let version = thread.eval_breaker() & !EVENTS;
    EXPECTED.store(if is_active { NEVER } else { version }, Ordering::Relaxed);
    if is_active {
        hooks::suspend();
    } else {
        hooks::resume();
    }
    !is_active
}

/// Tells whoever watches that the instruction at `index` of the frame has raised.
///
/// # Safety
/// The frame is the thread's innermost, and its exception is set.
pub unsafe fn raised(thread: Thread, frame: *mut c_void, code: Object, index: u32) {
    let instruction = code
        .cast::<u8>()
        .wrapping_add(CODE_ADAPTIVE + index as usize * CODE_UNIT_SIZE);
    // SAFETY: the caller's promise; it does nothing for an event that nobody watches.
    unsafe { interpreter::_PyEval_MonitorRaise(thread.as_ptr(), frame, instruction.cast()) }
}

/// Tells whoever watches that an exception has reached its handler, at code unit `target`, or, without one, leaves the
/// frame. What a callback raises takes the exception's place.
///
/// # Safety
/// The frame is the thread's innermost, its exception is set, and `code` its code.
pub unsafe fn caught(thread: Thread, code: Object, index: u32, target: Option<u32>) {
    let (event, fire): (usize, Fire) = match target {
        Some(_) => (
            MONITORING_EVENT_EXCEPTION_HANDLED,
            interpreter::_PyMonitoring_FireExceptionHandledEvent,
        ),
        None => (
            MONITORING_EVENT_PY_UNWIND,
            interpreter::_PyMonitoring_FirePyUnwindEvent,
        ),
    };
    let active = monitors(thread)[event];
    if active != 0 {
        let mut state = MonitoringState { active, opaque: 0 };
        let offset = target.unwrap_or(index) as usize * CODE_UNIT_SIZE;
        // SAFETY: the caller's promise.
        unsafe { fire(&raw mut state, code, offset as i32) };
    }
}

type Fire = unsafe extern "C" fn(*mut MonitoringState, Object, i32) -> i32;

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
    if is_quiet(thread) || settle(thread) {
        Next::GoOn
    } else {
        Next::Leave
    }
}
