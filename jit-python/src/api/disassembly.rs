//! A compiled function as text: each instruction, and why it is there.

use std::fmt::Write as _;

use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi;
use pyo3::prelude::*;

use super::function_of;
use super::functions::compiled;
use crate::bytecode::Opcode;
use crate::runtime::interpreter;
use crate::runtime::object::{Object, read};
use crate::runtime::offsets::*;

/// The machine code of a compiled function as text. A line for each instruction: address, word, instruction, lowering rule,
/// operation, bytecode, source line. RuntimeError if the function is not compiled.
#[pyfunction]
pub fn disassemble(function: &Bound<'_, PyAny>) -> PyResult<String> {
    let function = function_of(function)?;
    let Some(compiled) = compiled(&function) else {
        return Err(PyRuntimeError::new_err("the function is not compiled"));
    };
    // SAFETY: a function's code object.
    let code: Object = unsafe { read(function.as_ptr(), FUNCTION_CODE) };
    let places = Places::of(function.py(), code)?;
    let mut text = format!("{}: {} bytes\n", compiled.name, compiled.code.size());
    for line in compiled.code.listing() {
        let place = if line.origin.is_some() {
            places.at(line.origin.0)
        } else {
            String::new()
        };
        // Writing to a string does not fail.
        let _ = writeln!(
            text,
            "{:#x}  {:08x}  {:<40}  {:<24}  {:<18}  {place}",
            line.address,
            line.word,
            line.text,
            line.rule,
            line.op.unwrap_or_default(),
        );
    }
    Ok(text)
}

/// Where the instructions of a code object come from.
struct Places<'py> {
    code: Object,
    units: Bound<'py, PyAny>,
}

impl<'py> Places<'py> {
    fn of(py: Python<'py>, code: Object) -> PyResult<Self> {
        // SAFETY: a live code object. Its base code is a new bytes object.
        let units = unsafe { Bound::from_owned_ptr_or_err(py, interpreter::PyCode_GetCode(code))? };
        Ok(Self { code, units })
    }

    /// `index OPCODE, line n` of a code unit.
    fn at(&self, unit: u32) -> String {
        let bytes = unit as usize * CODE_UNIT_SIZE;
        let units: &[u8] = self.units.extract().unwrap_or_default();
        let opcode = units
            .get(bytes)
            .and_then(|&number| Opcode::from_number(number));
        // SAFETY: a live code object; any offset is answered, with -1 if it is none of its.
        let line = unsafe { ffi::PyCode_Addr2Line(self.code.cast(), bytes as i32) };
        format!("{unit} {}, line {line}", opcode.map_or("?", Opcode::name))
    }
}
