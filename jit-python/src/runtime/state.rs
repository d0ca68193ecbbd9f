//! What the compiler hands to the runtime: code, and what leaving it takes.
//!
//! Compiled code can be left at many places, for the interpreter to go on at the same bytecode. This module holds the
//! description of those places ([`FrameState`]), the record that compiled code and the runtime share while it runs
//! ([`CodeRecord`]), and the two sides of the compiler's one entry point ([`Request`], [`Artefact`] or [`WhyNot`]).

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::{HashMap, HashSet};

use jit_core::compile::{CompiledCode, Compiler, Options};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyCode;

use super::object::read;
use super::offsets::*;

/// Index into the list of live values that a guard names.
pub type LiveIndex = u32;

/// One word of the operand stack or one local, as the interpreter is to find it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Slot {
    /// An object, or null for nothing; compiled code owned the reference and the frame takes it over.
    Owned(LiveIndex),
    /// An object that somebody else keeps alive; the frame takes a reference of its own.
    Borrowed(LiveIndex),
    /// Nothing: the NULL below a callable, an unbound local.
    Null,
    /// A number in floating-point form, boxed on the way out.
    Float(LiveIndex),
    /// A 64-bit integer, boxed on the way out.
    Int(LiveIndex),
}

/// Why compiled code is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ExitKind {
    /// Something assumed does not hold: the interpreter executes the instruction at `bytecode` itself.
    Guard,
    /// The instruction at `bytecode` raised: the exception is set, and its handler, or nobody, goes on.
    Exception,
}

/// What the interpreter needs to go on where compiled code was left.
#[derive(Clone, Debug)]
pub struct FrameState {
    /// Index, in code units, of the instruction.
    pub bytecode: u32,
    /// Why the code is left.
    pub kind: ExitKind,
    /// The operand stack before the instruction, bottom first.
    pub stack: Vec<Slot>,
    /// For people: what was assumed or attempted.
    pub reason: &'static str,
}

/// So many failures of one instruction's guards are no accident.
const TOO_MANY_AT_ONE: u32 = 100;

/// The record shared by compiled code and the runtime. It does not move, and outlives every activation of the code.
#[repr(C)]
#[derive(Debug)]
pub struct CodeRecord {
    /// Non-zero once something that the code was compiled for has changed. Compiled code loads it.
    pub invalid: Cell<u64>,
    /// Activations under way: the code must not be freed before this is zero.
    pub active: Cell<u64>,
    /// Guards that have failed so far.
    pub failures: Cell<u32>,
    /// The same for each instruction, by its code unit.
    pub failures_at: RefCell<HashMap<u32, u32>>,
    /// The code object. Frames own references to it and the record none, so that compiled code dies with its code object.
    pub code: *mut ffi::PyObject,
    /// The size of its frames, in words.
    pub frame_words: usize,
    /// The number of its locals, cells and free variables included.
    pub locals: usize,
    /// The number of arguments that can simply be copied; no call has the number stored for code that takes other than positional ones.
    pub exact_arguments: usize,
    /// The exits, by the number that the LIR gives them. Set when compilation has succeeded.
    pub frame_states: OnceCell<Vec<FrameState>>,
}

impl CodeRecord {
    /// Offset of [`CodeRecord::invalid`], for compiled code.
    pub const INVALID: i64 = std::mem::offset_of!(Self, invalid) as i64;

    /// A record for code compiled from a code object.
    pub fn new(code: &Bound<'_, PyCode>) -> Box<Self> {
        let object = code.as_ptr();
        // SAFETY: `code` is a code object, and the offsets are of fields that never change.
        let field = |offset| unsafe { read::<i32, _>(object, offset) } as usize;
        let others = field(CODE_FLAGS) & (CODE_FLAG_VARARGS | CODE_FLAG_VARKEYWORDS);
        let positional_only = others == 0 && field(CODE_KEYWORD_ONLY_COUNT) == 0;
        Box::new(Self {
            invalid: Cell::new(0),
            active: Cell::new(0),
            failures: Cell::new(0),
            failures_at: RefCell::default(),
            frame_words: field(CODE_FRAME_SIZE),
            locals: field(CODE_LOCALSPLUS_COUNT),
            exact_arguments: if positional_only {
                field(CODE_ARGUMENT_COUNT)
            } else {
                usize::MAX
            },
            code: object,
            frame_states: OnceCell::new(),
        })
    }

    /// The instructions whose guards have failed so often that it cannot go on.
    pub fn failing(&self) -> Vec<u32> {
        let failures = self.failures_at.take();
        failures
            .into_iter()
            .filter(|&(_, count)| count >= TOO_MANY_AT_ONE)
            .map(|(instruction, _)| instruction)
            .collect()
    }

    /// The address that compiled code, `enter` and `leave` know the record by; also the tag of its side table.
    pub fn address(&self) -> u64 {
        std::ptr::from_ref(self) as u64
    }
}

/// What has gone wrong with earlier code of a code object.
#[derive(Clone, Debug, Default)]
pub struct Lessons {
    /// Names of globals that have changed since code was compiled for their values: not to be taken as constants again.
    pub changing: HashSet<String>,
    /// Instructions whose guards have failed too often, by code unit: what the interpreter has seen there is no guide.
    pub failing: HashSet<u32>,
}

/// What is to be compiled and how.
#[derive(Debug)]
pub struct Request<'a> {
    /// The function; its reference is borrowed and lasts as long as the request.
    pub function: *mut ffi::PyObject,
    /// Where the code will find its validity; pass its address to `enter` and `leave`.
    pub record: &'a CodeRecord,
    /// The code generator.
    pub compiler: &'a Compiler,
    /// The strategy, and the record's address as tag.
    pub options: Options,
    /// What earlier code has taught.
    pub lessons: &'a Lessons,
    /// Address of a counter that every guard decrements, leaving when it has become zero; the runtime sets it again.
    pub forced_exits: Option<u64>,
}

/// An entry of a dictionary that the code takes for granted, present or absent.
#[derive(Debug)]
pub struct Watched {
    /// The dictionary: the function's globals or builtins, which the function keeps alive.
    pub dict: *mut ffi::PyObject,
    /// The key, a string.
    pub key: Py<PyAny>,
}

/// A compiled function.
pub struct Artefact {
    /// The machine code.
    pub code: CompiledCode,
    /// The exits, by number.
    pub frame_states: Vec<FrameState>,
    /// Dictionary entries that the code relies upon.
    pub watched: Vec<Watched>,
}

/// Why a function stays interpreted.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WhyNot {
    /// A sentence without a full stop: the opcode and the line, for instance.
    pub reason: String,
}
