//! Tests of the container over a small dialect written by hand, which has one operation of every shape.

mod analyses;
mod evaluation;
mod lir;
mod passes;
mod robustness;
mod text;
mod toy;
mod verification;

use super::testing::{Random, Shape, random_function};
use super::{Function, parse, verify};
use toy::Toy;

/// The function in the text, which has to verify.
fn function(text: &str) -> Function<Toy> {
    let function = parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    verify(&function).unwrap_or_else(|errors| panic!("{errors}\n{function}"));
    function
}

/// The function with the given instructions in a single block that takes `v0: I64, v1: F64`.
fn block(insts: &str) -> Function<Toy> {
    function(&format!(
        "function \"f\" {{\nblock0(v0: I64, v1: F64):\n{insts}\n}}"
    ))
}

/// Runs a check on many random functions, each with its own randomness left over.
fn for_random_functions(count: u64, check: impl FnMut(Function<Toy>, &mut Random)) {
    for_functions_of_shape(&Shape::default(), count, check);
}

fn for_functions_of_shape(
    shape: &Shape<Toy>,
    count: u64,
    mut check: impl FnMut(Function<Toy>, &mut Random),
) {
    for seed in 0..count {
        let mut random = Random::new(seed);
        let function = random_function(&mut random, shape);
        check(function, &mut random);
    }
}
