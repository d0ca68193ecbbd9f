//! Turning compilation on and off.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use super::{lists, prepare, tracing};
use crate::runtime::registry::lock;
use crate::runtime::{compilation, hooks};

/// Calls after which `auto()` compiles a function: by then the interpreter has specialised it.
const AUTO_CALLS: u64 = 50;

/// Let functions be compiled by themselves: those of the JIT list if there is one, else those called often enough if
/// compile_after_n_calls() or auto() said how often. Functions compiled before enter their code again.
///
/// RuntimeError if this process cannot run compiled code; nothing is changed then.
#[pyfunction]
pub fn enable(py: Python<'_>) -> PyResult<()> {
    prepare(py)?;
    tracing::install(py)?;
    lock().policy.enabled = true;
    hooks::attach_all(py);
    Ok(())
}

/// Stop compiling functions by themselves. With deopt_all, have those already compiled interpreted, too, until enable().
#[pyfunction]
#[pyo3(signature = (deopt_all = false))]
pub fn disable(py: Python<'_>, deopt_all: bool) -> PyResult<()> {
    lock().policy.enabled = false;
    hooks::detach(|_, hooked| deopt_all || hooked.compiled.is_none());
    if deopt_all {
        tracing::uninstall(py)?;
    }
    Ok(())
}

/// Whether functions are compiled by themselves.
#[pyfunction]
pub fn is_enabled() -> bool {
    lock().policy.enabled
}

/// Compile every function after so many interpreted calls: enable() and compile_after_n_calls(calls) in one.
#[pyfunction]
#[pyo3(signature = (calls = AUTO_CALLS as i64))]
pub fn auto(py: Python<'_>, calls: i64) -> PyResult<()> {
    let threshold = threshold(calls)?;
    prepare(py)?;
    lock().policy.threshold = Some(threshold);
    forget_counting();
    enable(py)
}

/// Compile a function after exactly so many interpreted calls; 0 compiles it on its first call. With a JIT list this
/// concerns the functions on it. Takes effect while enabled.
#[pyfunction]
pub fn compile_after_n_calls(py: Python<'_>, calls: i64) -> PyResult<()> {
    let threshold = threshold(calls)?;
    let enabled = {
        let mut registry = lock();
        registry.policy.threshold = Some(threshold);
        registry.policy.enabled
    };
    if enabled {
        forget_counting();
        hooks::attach_all(py);
    }
    Ok(())
}

/// After how many interpreted calls a function is compiled; None if calls do not matter.
#[pyfunction]
pub fn get_compile_after_n_calls() -> Option<u64> {
    lock().policy.threshold
}

fn threshold(calls: i64) -> PyResult<u64> {
    u64::try_from(calls)
        .map_err(|_| PyValueError::new_err(format!("calls must not be negative, and {calls} is")))
}

/// Unhooks functions whose calls are counted, so that they are looked at anew.
pub(super) fn forget_counting() {
    hooks::detach(|_, hooked| hooked.compiled.is_none());
}

/// A context in which nothing is compiled by itself; made by pause().
#[pyclass(module = "armjit", frozen)]
#[derive(Debug)]
pub struct Pause {
    deopt_all: bool,
    was_enabled: std::sync::Mutex<Vec<bool>>,
}

/// A context manager: within it nothing is compiled by itself and, with deopt_all, everything is interpreted. Afterwards
/// all is as before.
#[pyfunction]
#[pyo3(signature = (deopt_all = false))]
pub fn pause(deopt_all: bool) -> Pause {
    Pause {
        deopt_all,
        was_enabled: std::sync::Mutex::default(),
    }
}

#[pymethods]
impl Pause {
    fn __enter__(&self, py: Python<'_>) -> PyResult<()> {
        let mut outer = self.was_enabled.lock().unwrap_or_else(|it| it.into_inner());
        outer.push(is_enabled());
        drop(outer);
        disable(py, self.deopt_all)
    }

    fn __exit__(
        &self,
        py: Python<'_>,
        _class: &Bound<'_, PyAny>,
        _error: &Bound<'_, PyAny>,
        _traceback: &Bound<'_, PyAny>,
    ) -> PyResult<bool> {
        let mut outer = self.was_enabled.lock().unwrap_or_else(|it| it.into_inner());
        let was_enabled = outer.pop();
        drop(outer);
        if was_enabled == Some(true) {
            enable(py)?;
        }
        Ok(false)
    }
}

/// Does what the variable ARMJIT says: `auto`, `auto:CALLS`, `first`, `list:FILE`, or `off`.
#[pyfunction]
pub fn start(py: Python<'_>, how: &str) -> PyResult<()> {
    let (mode, argument) = match how.trim().split_once(':') {
        Some((mode, argument)) => (mode, Some(argument)),
        None => (how.trim(), None),
    };
    match (mode, argument) {
        ("" | "off", None) => Ok(()),
        ("first", None) => auto(py, 0),
        ("auto", None) => auto(py, AUTO_CALLS as i64),
        ("auto", Some(calls)) => {
            let calls = calls.parse().map_err(|_| {
                PyValueError::new_err(format!("ARMJIT={how}: `{calls}` is not a number of calls"))
            })?;
            auto(py, calls)
        }
        ("list", Some(file)) if !file.is_empty() => {
            lists::read_jit_list(py, file.into())?;
            enable(py)
        }
        _ => Err(PyValueError::new_err(format!(
            "ARMJIT={how}: wanted auto, auto:CALLS, first, list:FILE or off"
        ))),
    }
}

/// Ends everything before the interpreter takes itself apart: from here on all is interpreted.
#[pyfunction]
pub fn shut_down(py: Python<'_>) -> PyResult<()> {
    disable(py, true)?;
    lock().forget_all();
    compilation::sweep();
    Ok(())
}
