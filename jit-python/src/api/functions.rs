//! Single functions: compiling them by hand, and asking about them.

use std::sync::Arc;

use pyo3::exceptions::PyRuntimeError;
use pyo3::prelude::*;
use pyo3::types::PyFunction;

use super::{function_of, prepare, tracing};
use crate::runtime::compiled::{Compiled, never};
use crate::runtime::host;
use crate::runtime::registry::lock;
use crate::runtime::{compilation, hooks};

const FOREIGN: &str = "another extension has replaced its entry";
const SUPPRESSED: &str = "jit_suppress() was called on it";

/// The code that a function enters, if it is compiled.
pub(super) fn compiled(function: &Bound<'_, PyFunction>) -> Option<Arc<Compiled>> {
    let registry = lock();
    let hooked = registry.functions.get(&(function.as_ptr() as usize))?;
    hooked.compiled.clone()
}

/// Compile a function now. True if that was done, False if it was compiled already.
///
/// RuntimeError says why, if it cannot be compiled.
#[pyfunction]
pub fn force_compile(py: Python<'_>, function: &Bound<'_, PyAny>) -> PyResult<bool> {
    let function = function_of(function)?;
    prepare(py)?;
    tracing::install(py)?;
    if compiled(&function).is_some() {
        return Ok(false);
    }
    let key = function.as_ptr() as usize;
    let refuse = |why: &str| Err(PyRuntimeError::new_err(why.to_owned()));
    if lock().suppressed.contains(&key) {
        return refuse(SUPPRESSED);
    }
    if hooks::is_foreign(&function) {
        return refuse(FOREIGN);
    }
    match compilation::compile_and_enter(&function) {
        Ok(_) => Ok(true),
        Err(why) => refuse(&why.reason),
    }
}

/// Have a compiled function interpreted again and free its code. False if it was not compiled.
#[pyfunction]
pub fn force_uncompile(function: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(compilation::uncompile(&function_of(function)?))
}

/// Whether calls of a function enter compiled code.
#[pyfunction]
pub fn is_jit_compiled(function: &Bound<'_, PyAny>) -> PyResult<bool> {
    Ok(compiled(&function_of(function)?).is_some())
}

/// The functions that are compiled, in no particular order.
#[pyfunction]
pub fn get_compiled_functions(py: Python<'_>) -> Vec<Bound<'_, PyAny>> {
    let registry = lock();
    let hooked = registry.functions.iter();
    let keys = hooked.filter_map(|(&key, it)| it.compiled.is_some().then_some(key));
    // SAFETY: a function that is destroyed is taken out of the registry first, so these are alive. Taking references
    // runs nothing.
    keys.map(|key| unsafe { Bound::from_borrowed_ptr(py, key as *mut pyo3::ffi::PyObject) })
        .collect()
}

/// The bytes of a function's machine code, its literal pools and stubs included; -1 if it is not compiled.
#[pyfunction]
pub fn get_compiled_size(function: &Bound<'_, PyAny>) -> PyResult<i64> {
    let compiled = compiled(&function_of(function)?);
    Ok(compiled.map_or(-1, |it| it.code.size() as i64))
}

/// The milliseconds it took to compile a function; -1.0 if it is not compiled.
#[pyfunction]
pub fn get_function_compilation_time(function: &Bound<'_, PyAny>) -> PyResult<f64> {
    let compiled = compiled(&function_of(function)?);
    Ok(compiled.map_or(-1.0, |it| it.took.as_secs_f64() * 1e3))
}

/// The milliseconds spent in compiling so far.
#[pyfunction]
pub fn get_compilation_time() -> f64 {
    lock().spent.as_secs_f64() * 1e3
}

/// Never compile a function, and have it interpreted if it is compiled. Returns the function, so that this is a
/// decorator, too.
#[pyfunction]
pub fn jit_suppress<'py>(function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let inner = function_of(function)?;
    let key = inner.as_ptr() as usize;
    if host::check().is_ok() {
        lock().suppressed.insert(key);
        compilation::uncompile(&inner);
        hooks::detach(|it, _| it == key);
    }
    Ok(function.clone())
}

/// Undo jit_suppress(). Returns the function.
#[pyfunction]
pub fn jit_unsuppress<'py>(function: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyAny>> {
    let inner = function_of(function)?;
    let was_suppressed = lock().suppressed.remove(&(inner.as_ptr() as usize));
    if was_suppressed {
        hooks::attach(&inner);
    }
    Ok(function.clone())
}

/// Why a function stays interpreted: the opcode that cannot be compiled and its line, or whatever else stands against it.
/// None if it is compiled, or if nothing is known against it.
#[pyfunction]
pub fn why_not_compiled(function: &Bound<'_, PyAny>) -> PyResult<Option<String>> {
    let function = function_of(function)?;
    if let Err(why) = host::check() {
        return Ok(Some(why));
    }
    if compiled(&function).is_some() {
        return Ok(None);
    }
    if let Some(why) = never(&function) {
        return Ok(Some(why.to_owned()));
    }
    if lock().suppressed.contains(&(function.as_ptr() as usize)) {
        return Ok(Some(SUPPRESSED.to_owned()));
    }
    prepare(function.py())?;
    if hooks::is_foreign(&function) {
        return Ok(Some(FOREIGN.to_owned()));
    }
    Ok(compilation::refusal(&function))
}
