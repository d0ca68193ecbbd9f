//! One compilation: its code, the record it shares with the runtime, and what it relies upon.

use std::cell::RefCell;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use jit_core::Strategy;
use jit_core::compile::{CompiledCode, Options};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::{PyCode, PyFunction};

use super::list::Description;
use super::object::{Object, read};
use super::offsets::*;
use super::state::{CodeRecord, Lessons, Request, Watched, WhyNot};
use super::{engine, forced};
use crate::compiler;

/// A compiled function's code, for every function object with the same code object and globals.
#[derive(Debug)]
pub struct Compiled {
    /// For people.
    pub name: Description,
    /// The machine code.
    pub code: CompiledCode,
    /// How long compilation took.
    pub took: Duration,
    /// The strategy that its calls were emitted by.
    pub strategy: Strategy,
    /// The dictionary of globals it was compiled for, by address.
    pub globals: usize,
    /// Dictionary entries that it relies upon.
    pub watched: Vec<Watched>,
    record: Box<CodeRecord>,
    kept: RefCell<Vec<Py<PyAny>>>,
}

// SAFETY: the record's cells and the raw pointers are used only by threads that hold the interpreter's lock, one at a time.
unsafe impl Send for Compiled {}
// SAFETY: as above.
unsafe impl Sync for Compiled {}

impl Compiled {
    /// Whether no call of the code is under way.
    pub fn is_idle(&self) -> bool {
        self.record.active.get() == 0
    }

    /// The code object, alive or not, by address.
    pub fn code_object(&self) -> usize {
        self.record.code as usize
    }

    /// Whether the code runs with this record.
    pub fn has_record(&self, record: &CodeRecord) -> bool {
        std::ptr::eq(&raw const *self.record, record)
    }

    /// Makes every guard on the code's validity fail from now on. Called before anything changes.
    ///
    /// Activations under way may still have on their operand stacks, without a reference of their own, what the watched
    /// entries hold: it is kept alive until the code is freed.
    pub fn invalidate(&self) {
        self.record.invalid.set(1);
        if self.is_idle() {
            return;
        }
        let mut kept = self.kept.borrow_mut();
        for entry in &self.watched {
            // SAFETY: the dictionary has not been freed before its watcher was told; looking up a string runs no Python.
            unsafe {
                let value = ffi::PyDict_GetItemWithError(entry.dict, entry.key.as_ptr());
                let py = Python::assume_attached();
                kept.extend(Bound::from_borrowed_ptr_or_opt(py, value).map(Bound::unbind));
            }
        }
    }
}

/// What a function is called in lists and logs.
pub fn describe(function: &Bound<'_, PyFunction>) -> Description {
    // SAFETY: a function's module is any object or null; its code object always has a name and a file.
    unsafe {
        let code: Object = read(function.as_ptr(), FUNCTION_CODE);
        Description {
            module: text(read(function.as_ptr(), FUNCTION_MODULE)),
            qualname: text(read(code, CODE_QUALNAME)),
            file: text(read(code, CODE_FILENAME)),
            line: read::<i32, _>(code, CODE_FIRST_LINE) as u32,
        }
    }
}

/// A string's text, empty for anything else.
///
/// # Safety
/// `object` is null or a live object.
unsafe fn text(object: Object) -> String {
    // SAFETY: the caller's promise; the text is copied at once.
    unsafe {
        if object.is_null() || ffi::PyUnicode_Check(object) == 0 {
            return String::new();
        }
        let mut size = 0;
        let start = ffi::PyUnicode_AsUTF8AndSize(object, &raw mut size);
        if start.is_null() {
            // Lone surrogates: such a name cannot be written in a list either.
            ffi::PyErr_Clear();
            return String::new();
        }
        let bytes = std::slice::from_raw_parts(start.cast::<u8>(), size as usize);
        String::from_utf8_lossy(bytes).into_owned()
    }
}

/// Why a function of this kind is never compiled, whatever its bytecode.
pub fn never(function: &Bound<'_, PyFunction>) -> Option<&'static str> {
    // SAFETY: a function's code object.
    let flags = unsafe {
        let code: Object = read(function.as_ptr(), FUNCTION_CODE);
        read::<i32, _>(code, CODE_FLAGS) as usize
    };
    const OWN_LOCALS: usize = CODE_FLAG_OPTIMIZED | CODE_FLAG_NEWLOCALS;
    [
        (
            flags & CODE_FLAG_GENERATOR != 0,
            "a generator's body stays interpreted",
        ),
        (
            flags & CODE_FLAG_COROUTINE != 0,
            "a coroutine's body stays interpreted",
        ),
        (
            flags & CODE_FLAG_ASYNC_GENERATOR != 0,
            "an asynchronous generator's body stays interpreted",
        ),
        (
            flags & OWN_LOCALS != OWN_LOCALS,
            "its code is not that of a function",
        ),
    ]
    .into_iter()
    .find_map(|(is_so, why)| is_so.then_some(why))
}

/// Compiles a function. No hook is set, and no exception left behind.
pub fn compile(
    function: &Bound<'_, PyFunction>,
    strategy: Strategy,
    lessons: &Lessons,
) -> Result<Compiled, WhyNot> {
    let refuse = |reason: String| Err(WhyNot { reason });
    if let Some(why) = never(function) {
        return refuse(why.to_owned());
    }
    let compiler = match engine::start() {
        Ok(compiler) => compiler,
        Err(why) => return refuse(why),
    };
    let begun = Instant::now();
    // SAFETY: a function's code object and globals, which it keeps alive.
    let (code, globals) = unsafe {
        let code: Object = read(function.as_ptr(), FUNCTION_CODE);
        let globals: Object = read(function.as_ptr(), FUNCTION_GLOBALS);
        (
            Bound::from_borrowed_ptr(function.py(), code),
            globals as usize,
        )
    };
    let Ok(code) = code.cast_into::<PyCode>() else {
        return refuse("its code is not a code object".to_owned());
    };
    let record = CodeRecord::new(&code);
    let request = Request {
        function: function.as_ptr(),
        record: &record,
        compiler,
        options: Options {
            strategy,
            tag: record.address(),
        },
        lessons,
        forced_exits: forced::counter(),
    };
    // A defect in the compiler must not end the program: the function stays interpreted, and says so.
    let outcome = catch_unwind(AssertUnwindSafe(|| compiler::compile(&request)));
    // SAFETY: the interpreter's lock is held.
    unsafe { ffi::PyErr_Clear() }
    let Ok(outcome) = outcome else {
        return refuse("the compiler failed; its message is on standard error".to_owned());
    };
    let artefact = outcome?;
    if record.frame_states.set(artefact.frame_states).is_err() {
        return refuse("the compiler set the frame states itself".to_owned());
    }
    Ok(Compiled {
        name: describe(function),
        code: artefact.code,
        took: begun.elapsed(),
        strategy,
        globals,
        watched: artefact.watched,
        record,
        kept: RefCell::default(),
    })
}
