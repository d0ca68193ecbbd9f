//! The variables that hold for a whole process, taken when the package is imported.

use pyo3::exceptions::PyValueError;
use pyo3::prelude::*;

use crate::runtime::{forced, host, log};

/// Takes ARMJIT_LOG, ARMJIT_DEOPT_EVERY and ARMJIT_PRETEND from the environment. ValueError says what is wrong with one.
#[pyfunction]
pub fn configure() -> PyResult<()> {
    let variable = |name: &str| std::env::var(name).ok().filter(|value| !value.is_empty());
    if let Some(path) = variable("ARMJIT_LOG") {
        log::open(&path).map_err(PyValueError::new_err)?;
    }
    forced::configure(variable("ARMJIT_DEOPT_EVERY").as_deref()).map_err(PyValueError::new_err)?;
    match variable("ARMJIT_PRETEND") {
        Some(what) => host::pretend(&what).map_err(PyValueError::new_err),
        None => Ok(()),
    }
}
