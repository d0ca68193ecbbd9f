//! Standing between the program and the functions that turn tracing, profiling and monitoring on and off.
//!
//! Compiled code notices by itself, at its safepoints, that somebody watches. But an interpreted caller takes a function with a
//! replaced entry for one written in C and reports its calls accordingly, and events of single code objects change no version that
//! compiled code could see. So while armjit is in force, the few functions of `sys` and `sys.monitoring` that change who
//! watches are wrapped: afterwards the entries are put back, or replaced again.

use std::ffi::CString;
use std::sync::{Mutex, MutexGuard, PoisonError};

use pyo3::prelude::*;
use pyo3::types::{PyCFunction, PyDict, PyTuple};

use crate::runtime::monitor;
use crate::runtime::thread::Thread;

/// The functions wrapped, by module and name.
const WRAPPED: [(&str, &str); 5] = [
    ("sys", "settrace"),
    ("sys", "setprofile"),
    ("sys.monitoring", "set_events"),
    ("sys.monitoring", "set_local_events"),
    ("sys.monitoring", "free_tool_id"),
];

/// Where something has been wrapped, under which name, and what was there.
type Wrapped = (Py<PyAny>, &'static str, Py<PyAny>);

static ORIGINALS: Mutex<Vec<Wrapped>> = Mutex::new(Vec::new());

/// Wraps them, unless they are.
pub fn install(py: Python<'_>) -> PyResult<()> {
    if !wrapped().is_empty() {
        return Ok(());
    }
    let mut done = Vec::new();
    for (module, name) in WRAPPED {
        let module = match module.split_once('.') {
            Some((package, inner)) => py.import(package)?.getattr(inner)?,
            None => py.import(module)?.into_any(),
        };
        let original = module.getattr(name)?;
        module.setattr(name, wrapper(py, name, &original)?)?;
        done.push((module.unbind(), name, original.unbind()));
    }
    *wrapped() = done;
    settle(py);
    Ok(())
}

/// Puts the originals back, where nobody else has put something since.
pub fn uninstall(py: Python<'_>) -> PyResult<()> {
    let done = std::mem::take(&mut *wrapped());
    for (module, name, original) in done {
        let module = module.bind(py);
        let present = module.getattr(name)?;
        let is_ours = present.is_instance_of::<PyCFunction>()
            && present.getattr("__self__").is_ok_and(|it| is_capsule(&it));
        if is_ours {
            module.setattr(name, original)?;
        }
    }
    Ok(())
}

/// Whether an object is what the built-in functions made of closures are bound to.
fn is_capsule(object: &Bound<'_, PyAny>) -> bool {
    object.is_instance_of::<pyo3::types::PyCapsule>()
}

fn wrapped() -> MutexGuard<'static, Vec<Wrapped>> {
    ORIGINALS.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A built-in function of the same name that calls the original and then looks who watches.
fn wrapper<'py>(
    py: Python<'py>,
    name: &'static str,
    original: &Bound<'py, PyAny>,
) -> PyResult<Bound<'py, PyCFunction>> {
    let text = |attribute: &str| original.getattr(attribute)?.extract::<Option<String>>();
    let mut doc = text("__doc__")?.unwrap_or_default();
    if let Some(signature) = text("__text_signature__")? {
        // Where `inspect` looks for the signature of a built-in function.
        doc = format!("{name}{signature}\n--\n\n{doc}");
    }
    let (name_text, doc) = (CString::new(name)?, CString::new(doc)?);
    let original = original.clone().unbind();
    let call = move |arguments: &Bound<'_, PyTuple>, keywords: Option<&Bound<'_, PyDict>>| {
        let py = arguments.py();
        let result = original.bind(py).call(arguments, keywords)?;
        match name {
            "set_local_events" => note_local(arguments),
            "free_tool_id" => note_freed(arguments),
            _ => (),
        }
        settle(py);
        Ok::<_, PyErr>(result.unbind())
    };
    PyCFunction::new_closure(py, Some(leak(name_text)), Some(leak(doc)), call)
}

/// A text for a built-in function's definition, which is never freed.
fn leak(text: CString) -> &'static std::ffi::CStr {
    Box::leak(text.into_boxed_c_str())
}

/// Takes down whether a tool has events of a code object switched on.
fn note_local(arguments: &Bound<'_, PyTuple>) {
    let parts = arguments.extract::<(i64, Bound<'_, PyAny>, i64)>();
    if let Ok((tool, code, events)) = parts {
        monitor::note_local(tool, code.as_ptr() as usize, events != 0);
    }
}

fn note_freed(arguments: &Bound<'_, PyTuple>) {
    if let Ok((tool,)) = arguments.extract::<(i64,)>() {
        monitor::forget_tool(tool);
    }
}

/// Puts the interpreter's entries back if somebody watches, ours if nobody does.
fn settle(_py: Python<'_>) {
    // SAFETY: the token shows that the thread holds the interpreter.
    monitor::settle(unsafe { Thread::current() });
}
