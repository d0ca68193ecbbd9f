//! The compiler: a Python function in, machine code out, or the reason why not.

use jit_core::ir::passes::{eliminate_dead_code, remove_unreachable_blocks, rewrite};
use jit_core::ir::verify;
use jit_core::specs::rewriting::simplify;
use pyo3::prelude::*;

use crate::hir::{Code, build, why};
use crate::lower::{Target, lower};
use crate::runtime::state::{Artefact, Request, WhyNot};

/// Compiles a function.
///
/// # Errors
/// The instruction that is not supported and its line, or what the code generator refuses.
pub fn compile(request: &Request<'_>) -> Result<Artefact, WhyNot> {
    // SAFETY: the request holds a live function, and was made by a thread that holds the interpreter.
    let code = unsafe {
        let py = Python::assume_attached();
        Code::read(py, request.function, request.lessons)?
    };
    let mut built = build(&code)?;
    remove_unreachable_blocks(&mut built.function);
    eliminate_dead_code(&mut built.function);
    verify(&built.function).map_err(|errors| why(errors.to_string()))?;
    let target = Target {
        record: request.record,
        forced_exits: request.forced_exits,
    };
    let mut function = lower(&built.function, target)?;
    rewrite(&mut function, &simplify::REWRITE_SET);
    let code = request
        .compiler
        .compile(&function, &request.options)
        .map_err(|error| why(error.to_string()))?;
    Ok(Artefact {
        code,
        frame_states: built.frame_states,
        watched: built.watched,
    })
}
