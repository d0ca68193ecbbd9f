//! The JIT list.

use std::path::PathBuf;

use pyo3::exceptions::{PyOSError, PyValueError};
use pyo3::prelude::*;

use super::control::forget_counting;
use crate::runtime::hooks;
use crate::runtime::list::{Entry, parse_file, parse_line};
use crate::runtime::registry::lock;

/// Add one entry to the JIT list: `module:qualname`, `module:*` or `qualname@file.py:line`. From then on only functions on
/// the list are compiled by themselves. ValueError says what is wrong with the entry.
#[pyfunction]
pub fn append_jit_list(py: Python<'_>, entry: &str) -> PyResult<()> {
    match parse_line(entry).map_err(PyValueError::new_err)? {
        Some(entry) => extend(py, vec![entry]),
        None => {
            return Err(PyValueError::new_err(format!(
                "`{entry}`: there is no entry in it"
            )));
        }
    }
    Ok(())
}

/// Add the entries of a file to the JIT list, one a line; `#` begins a comment. OSError if the file cannot be read,
/// ValueError with its name and the line if there is a mistake in it; then nothing is added.
#[pyfunction]
pub fn read_jit_list(py: Python<'_>, file: PathBuf) -> PyResult<()> {
    let name = file.display().to_string();
    let text = std::fs::read_to_string(&file).map_err(|error| {
        let code = error.raw_os_error();
        PyOSError::new_err((
            code,
            format!("the JIT list cannot be read: {error}"),
            name.clone(),
        ))
    })?;
    let entries = parse_file(&name, &text).map_err(PyValueError::new_err)?;
    extend(py, entries);
    Ok(())
}

fn extend(py: Python<'_>, entries: Vec<Entry>) {
    let enabled = {
        let mut registry = lock();
        registry.policy.list.get_or_insert_default().extend(entries);
        registry.policy.enabled
    };
    if enabled {
        forget_counting();
        hooks::attach_all(py);
    }
}

/// The entries of the JIT list, as text.
#[pyfunction]
pub fn get_jit_list() -> Vec<String> {
    let registry = lock();
    let entries = registry.policy.list.iter().flatten();
    entries.map(Entry::to_string).collect()
}
