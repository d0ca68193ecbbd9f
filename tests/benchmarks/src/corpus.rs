//! The functions that are compiled: the programs of `tests/golden`, functions of Python programs as `jit-python` hands
//! them to `jit-core`, and random ones of several sizes.
//!
//! All have been through the passes that `jit-core` runs anyhow, so that no side is measured by what it throws away.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, anyhow};
use jit_core::ir::testing::{Random, Shape, random_function};
use jit_core::ir::{Dialect, Function, parse, passes};
use jit_core::specs::ops::{Lir, Type};

use crate::translate::inst_count;

/// Functions that are measured together.
#[derive(Debug)]
pub struct Class {
    /// What they are called in tables.
    pub name: String,
    /// The functions.
    pub functions: Vec<Function<Lir>>,
}

impl Class {
    fn new(name: &str, mut functions: Vec<Function<Lir>>) -> Class {
        for function in &mut functions {
            passes::remove_unreachable_blocks(function);
            passes::number_values(function);
            passes::eliminate_dead_code(function);
        }
        Class {
            name: name.to_owned(),
            functions,
        }
    }

    /// How many instructions the functions have together.
    pub fn insts(&self) -> usize {
        self.functions.iter().map(inst_count).sum()
    }
}

/// Every class.
///
/// # Errors
/// A file that cannot be read, or is no LIR.
pub fn all() -> Result<Vec<Class>> {
    let golden = armjit_tests::all()
        .iter()
        .map(|program| program.function(|callee| callee.address))
        .collect();
    let mut classes = vec![Class::new("golden", golden)];
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("functions");
    for name in ["richards", "raytrace", "nbody", "fannkuch", "sre"] {
        let path = folder.join(format!("{name}.lir"));
        let text =
            fs::read_to_string(&path).with_context(|| format!("cannot read {}", path.display()))?;
        let functions = text.split("\n\n").map(|function| {
            parse(function).map_err(|error| anyhow!("{}: {error}", path.display()))
        });
        classes.push(Class::new(name, functions.collect::<Result<_>>()?));
    }
    for (name, count, blocks, insts) in [
        ("random small", 40, 4, 12),
        ("random medium", 10, 24, 24),
        ("random large", 2, 120, 48),
    ] {
        let mut random = Random::new(blocks as u64);
        let shape = Shape {
            blocks,
            insts,
            params: vec![Type::I64, Type::I64, Type::F64],
            ops: Lir::ops().to_vec(),
        };
        let functions = (0..count)
            .map(|_| random_function(&mut random, &shape))
            .collect();
        classes.push(Class::new(name, functions));
    }
    Ok(classes)
}
