//! The two sides of a comparison, for the same place in memory.

use std::sync::Arc;

use anyhow::Result;
use armjit_tests::ARENA;
use cranelift_codegen::ir;
use jit_core::code::{ArenaOptions, CodeSpace};
use jit_core::compile::{Compiler, Runtime};
use jit_core::ir::{Function, passes};
use jit_core::machine::{MachineFunction, SelectError, select};
use jit_core::specs::ops::{Lir, Op};

use crate::corpus::Class;
use crate::cranelift::{self, Level};
use crate::translate::{Exits, translate};

/// A compiler whose runtime is never entered, at the place where the callees of the corpus are near.
///
/// # Errors
/// There is no room at that place.
pub fn compiler() -> Result<Compiler> {
    let options = ArenaOptions {
        at: Some(ARENA),
        ..ArenaOptions::default()
    };
    let runtime = Runtime {
        exit_handler: ARENA + 0x400_1000,
        deallocate: ARENA + 0x400_2000,
    };
    Ok(Compiler::new(CodeSpace::new(&options)?, runtime)?)
}

/// Selects as [`Compiler::compile`] does, which has a copy of the function that it may change: critical edges are split in
/// place. Selection alone would first make a copy for that.
///
/// # Errors
/// Something in it has no rule.
pub fn selected(function: &mut Function<Lir>) -> Result<MachineFunction, SelectError> {
    passes::split_critical_edges(function, Op::Jump);
    select(function)
}

/// The functions of a class in Cranelift's IR, where the same callees are near.
///
/// # Errors
/// Cranelift cannot be set up.
pub fn translated(
    compiler: &Compiler,
    class: &Class,
    exits: Exits,
    level: Level,
) -> Result<Vec<ir::Function>> {
    let isa = cranelift::target(level)?;
    let space = Arc::clone(compiler.space());
    let near = |address: u64| space.reaches(address as usize);
    Ok(class
        .functions
        .iter()
        .map(|function| translate(function, exits, near, isa.frontend_config()))
        .collect())
}
