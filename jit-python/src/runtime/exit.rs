//! Leaving compiled code in the middle: the interpreter goes on in the same frame.
//!
//! Two ways out. A guard that failed hands the frame over at the instruction it was compiled for, with the operand stack as
//! the instruction expects it. An exception gets its traceback entry here, then goes to the handler of the exception table
//! in the interpreter, or ends the call. Exits inside generators are not known here: their bodies are not compiled.

use jit_core::exit::{ExitFrame, Location};
use pyo3::ffi;
use smallvec::SmallVec;

use super::frame::{Frame, give_up};
use super::object::{Object, StackRef, read};
use super::offsets::*;
use super::state::{CodeRecord, ExitKind, FrameState, Slot};
use super::thread::Thread;
use super::{compilation, engine, forced, interpreter, monitor};
use crate::bytecode::exception_table::find_handler;
use crate::bytecode::{Instruction, Opcode, decode};

/// After so many failed guards the code is taken for compiled too early, or for a past phase of the program.
const TOO_MANY_FAILURES: u32 = 1000;

type Stack = SmallVec<[StackRef; 8]>;

/// Where the arena's exit routine ends: finishes the call that was left and returns its result, null if it raised.
///
/// # Safety
/// Called by compiled code, with the registers as they were at one of its exits.
pub unsafe extern "C" fn handle(registers: *mut ExitFrame) -> u64 {
    // SAFETY: the exit routine has just written it.
    let registers = unsafe { &*registers };
    let address = registers.return_address as usize;
    let Some((table, index)) = engine::compiler().and_then(|it| it.find_exit(address)) else {
        // Somebody has freed code that is running: nothing sound can follow.
        eprintln!("armjit: {address:#x} is not the address of an exit");
        std::process::abort();
    };
    let site = table.exit(index);
    // SAFETY: the tag is the address of the code's record, which outlives its activations.
    let record = unsafe { &*(table.tag as *const CodeRecord) };
    let states = record.frame_states.get();
    let Some(state) = states.and_then(|states| states.get(site.exit as usize)) else {
        eprintln!(
            "armjit: exit {} of {} has no frame state",
            site.exit, table.name
        );
        std::process::abort();
    };
    forced::rearm();
    if state.kind == ExitKind::Guard && forced::period().is_none() {
        record.failures.set(record.failures.get().saturating_add(1));
        let mut failures_at = record.failures_at.borrow_mut();
        *failures_at.entry(state.bytecode).or_default() += 1;
    }
    // SAFETY: the record's code was left by this thread, so its frame is the innermost, and the values are as the site says.
    let result = unsafe {
        let thread = Thread::current();
        let frame = Frame::current(thread);
        let values = Values {
            registers,
            live: &site.live,
        };
        take(thread, frame, record, state, &values)
    };
    if record.failures.get() == TOO_MANY_FAILURES {
        record.failures.set(0);
        compilation::reconsider(record);
    }
    // Not before now: until here the code is on the stack.
    record.active.set(record.active.get() - 1);
    result as u64
}

/// Finishes a call that was left in `state`.
///
/// # Safety
/// `frame` is the thread's innermost and `values` are those of the exit.
unsafe fn take(
    thread: Thread,
    frame: Frame,
    record: &CodeRecord,
    state: &FrameState,
    values: &Values<'_>,
) -> Object {
    let mut kind = state.kind;
    // SAFETY: the slots are those of the exit's values, each used once.
    let stack: Stack = unsafe {
        state
            .stack
            .iter()
            .map(|&slot| values.take(slot, &mut kind))
            .collect()
    };
    frame.set_stack(record, &stack);
    frame.set_instruction(record.code, state.bytecode);
    if kind == ExitKind::Exception
        && let Some(result) = monitor::kept_result()
    {
        // SAFETY: a call helper has kept the result of this very call, and owned it.
        return unsafe { after_call(thread, frame, record, state.bytecode, &stack, result) };
    }
    // SAFETY: the frame is as the interpreter would have it before, or while raising at, this instruction.
    unsafe {
        match kind {
            ExitKind::Guard => resume(thread, frame, record),
            ExitKind::Exception => raise(thread, frame, record, state.bytecode, &stack),
        }
    }
}

/// Lets the interpreter finish the frame.
///
/// # Safety
/// The frame's instruction and operand stack are set.
unsafe fn resume(thread: Thread, frame: Frame, record: &CodeRecord) -> Object {
    // SAFETY: the frame is complete, and not used again here.
    unsafe {
        let evaluate = interpreter::_PyInterpreterState_GetEvalFrameFunc(thread.interpreter());
        evaluate(thread.as_ptr(), frame.hand_over(thread, record), 0)
    }
}

/// Goes on behind a call, whose operands are on the operand stack.
///
/// # Safety
/// The instruction at `index` is a call, `stack` the operand stack before it, and `result` an owned reference.
unsafe fn after_call(
    thread: Thread,
    frame: Frame,
    record: &CodeRecord,
    index: u32,
    stack: &[StackRef],
    result: Object,
) -> Object {
    // SAFETY: the frame is valid and linked, and owns the words of its stack.
    unsafe {
        let Some(call) = instruction_at(record.code, index) else {
            eprintln!("armjit: there is no instruction at code unit {index}");
            std::process::abort();
        };
        let operands = match call.opcode {
            Opcode::Call => call.oparg + 2,
            Opcode::CallKw => call.oparg + 3,
            Opcode::CallFunctionEx => 4,
            other => {
                eprintln!("armjit: {} is no call", other.name());
                std::process::abort();
            }
        };
        let depth = stack.len() - operands as usize;
        frame.cut_stack(record, stack, depth);
        let mut stack: Stack = stack[..depth].into();
        stack.push(StackRef::owned(result));
        frame.set_stack(record, &stack);
        frame.set_instruction(record.code, call.next);
        resume(thread, frame, record)
    }
}

/// The instruction of a code object that a code unit belongs to.
///
/// # Safety
/// `code` is a live code object.
unsafe fn instruction_at(code: Object, index: u32) -> Option<Instruction> {
    // SAFETY: the base code is a new bytes object.
    unsafe {
        let units = interpreter::PyCode_GetCode(code);
        if units.is_null() {
            return None;
        }
        let length: usize = read(units, VAR_SIZE);
        let bytes = std::slice::from_raw_parts(units.cast::<u8>().add(BYTES_VALUES), length);
        let instructions = decode(bytes).ok();
        ffi::Py_DECREF(units);
        instructions?
            .into_iter()
            .find(|it| (it.start..it.next).contains(&index))
    }
}

/// Goes on with the exception that is set, as the interpreter does after an instruction has failed.
///
/// # Safety
/// The frame's instruction is the one that raised, at `index`, and its operand stack is `stack`.
unsafe fn raise(
    thread: Thread,
    frame: Frame,
    record: &CodeRecord,
    index: u32,
    stack: &[StackRef],
) -> Object {
    let code = record.code;
    // SAFETY: the frame is valid and linked; what is closed or pushed is accounted for word by word.
    unsafe {
        if !frame.is_incomplete() {
            let object = ffi::PyThreadState_GetFrame(thread.as_ptr());
            if !object.is_null() {
                ffi::PyTraceBack_Here(object);
                ffi::Py_DECREF(object.cast());
            }
        }
        monitor::raised(thread, frame.as_ptr(), code, index);
        let handler = find_handler(exception_table(code), index);
        let Some(handler) = handler else {
            frame.cut_stack(record, stack, 0);
            monitor::caught(thread, code, index, None);
            give_up(thread, frame, record);
            return std::ptr::null_mut();
        };
        let depth = handler.depth as usize;
        frame.cut_stack(record, stack, depth);
        monitor::caught(thread, code, index, Some(handler.target));
        let mut stack: Stack = stack[..depth].into();
        if handler.push_lasti {
            stack.push(StackRef::integer(index));
        }
        stack.push(StackRef::owned(ffi::PyErr_GetRaisedException()));
        frame.set_stack(record, &stack);
        frame.set_instruction(code, handler.target);
        resume(thread, frame, record)
    }
}

/// The bytes of a code object's exception table.
///
/// # Safety
/// `code` is a code object, which outlives the result.
unsafe fn exception_table<'a>(code: Object) -> &'a [u8] {
    // SAFETY: the table is a bytes object of the code's, whose contents never change.
    unsafe {
        let table: Object = read(code, CODE_EXCEPTION_TABLE);
        let length: usize = read(table, VAR_SIZE);
        std::slice::from_raw_parts(table.cast::<u8>().add(BYTES_VALUES), length)
    }
}

/// The values that live at an exit, in registers or in the left function's stack frame.
struct Values<'a> {
    registers: &'a ExitFrame,
    live: &'a [Location],
}

impl Values<'_> {
    /// The word for a slot. If a number cannot be boxed for lack of memory, the exit becomes an exception.
    ///
    /// # Safety
    /// The slot belongs to this exit, and an owned one is taken once.
    unsafe fn take(&self, slot: Slot, kind: &mut ExitKind) -> StackRef {
        // SAFETY: the left function's frame is still on the stack; objects are live, those called owned are owned.
        unsafe {
            let word = |index: u32| self.registers.read(self.live[index as usize]);
            let boxed = match slot {
                Slot::Null => return StackRef::NULL,
                Slot::Owned(index) if word(index) == 0 => return StackRef::NULL,
                Slot::Owned(index) => return StackRef::owned(word(index) as Object),
                Slot::Borrowed(index) => return StackRef::new(word(index) as Object),
                Slot::Float(index) => ffi::PyFloat_FromDouble(f64::from_bits(word(index))),
                Slot::Int(index) => ffi::PyLong_FromLong(word(index) as i64),
            };
            if boxed.is_null() {
                *kind = ExitKind::Exception;
                return StackRef::borrowed(ffi::Py_None());
            }
            StackRef::owned(boxed)
        }
    }
}
