//! What `import armjit` shows: thin functions over the runtime that check their arguments and explain themselves.

pub mod control;
pub mod disassembly;
pub mod functions;
pub mod lists;
pub mod settings;
pub mod strategies;
pub mod tracing;

use pyo3::exceptions::{PyRuntimeError, PyTypeError};
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyFunction;

use crate::runtime::object::read;
use crate::runtime::offsets::METHOD_FUNCTION;
use crate::runtime::{engine, function, host, interpreter, watch};

/// The function meant by an argument: a Python function, or the one that a bound method calls.
fn function_of<'py>(object: &Bound<'py, PyAny>) -> PyResult<Bound<'py, PyFunction>> {
    // SAFETY: a bound method's function is a live object.
    let inner = unsafe {
        if ffi::Py_TYPE(object.as_ptr()).cast_const() == &raw const interpreter::PyMethod_Type {
            Bound::from_borrowed_ptr(object.py(), read(object.as_ptr(), METHOD_FUNCTION))
        } else {
            object.clone()
        }
    };
    inner.cast_into::<PyFunction>().map_err(|_| {
        let class = object.get_type();
        let name = class
            .name()
            .map_or_else(|_| "?".to_owned(), |name| name.to_string());
        PyTypeError::new_err(format!("expected a Python function or method, not {name}"))
    })
}

/// Prepares the process for compiled code, once; RuntimeError if it cannot run it.
fn prepare(py: Python<'_>) -> PyResult<()> {
    host::check().map_err(PyRuntimeError::new_err)?;
    function::learn(py)?;
    engine::start().map_err(PyRuntimeError::new_err)?;
    watch::start(py)
}
