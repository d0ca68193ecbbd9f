//! Frames of all sizes: slots beyond the reach of the offset field, and stack pointers moved by pages.

use jit_core::calls::Strategy;
use jit_core::ir::{Builder, Function, Value};
use jit_core::specs::ops::{Build, Lir, Type};

use crate::machine::{callee, compile, execute, interpret, parameter_types};

/// So many values alive over a call.
fn values_over_a_call(count: usize) -> Function<Lir> {
    let mut function = Function::new("spills");
    let mut builder = Builder::<Lir>::new(&mut function);
    let entry = builder.block();
    let seed = builder.add_param(entry, Type::I64);
    let mut values: Vec<Value> = Vec::new();
    let mut last = seed;
    for index in 0..count {
        let shift = builder.iconst(index as i64 % 61 + 1);
        let shifted = builder.shr_u(last, shift);
        last = builder.sub(seed, shifted);
        values.push(last);
        if index % 3 == 0 {
            values.push(builder.int_to_float(last));
        }
    }
    let mut sum = builder.call(callee(1, 2) as i64, &[seed, last]);
    for value in values {
        let word = match builder.function().value_type(value) {
            Type::F64 => builder.float_to_int(value),
            _ => value,
        };
        let mixed = builder.xor(sum, word);
        sum = builder.add(mixed, word);
    }
    builder.return_(sum);
    function
}

#[test]
fn slots_near_and_far_keep_their_values() {
    for count in [3, 20, 100, 700, 3_300] {
        let function = values_over_a_call(count);
        let types = parameter_types(&function);
        for &strategy in &[Strategy::default()] {
            let code = compile(&function, strategy);
            for argument in [1, u64::MAX, 0x1234_5678_9abc_def0] {
                let Some(expected) = interpret_long(&function, argument) else {
                    panic!("it has no loop");
                };
                let run = execute(&code, &types, &[argument]);
                assert_eq!(run.returned, Some(expected), "{count} values");
            }
        }
    }
}

/// The result of a function that takes more steps than usual.
fn interpret_long(function: &Function<Lir>, argument: u64) -> Option<u64> {
    use jit_core::ir::{Evaluation, evaluate};
    match evaluate(function, &[argument], &mut crate::machine::Callees, 100_000) {
        Evaluation::Returned(word) => Some(word),
        _ => None,
    }
}

#[test]
fn small_frames_are_compared_in_full() {
    let function = values_over_a_call(12);
    let types = parameter_types(&function);
    let expected = interpret(&function, &[77]).expect("it ends");
    for &strategy in Strategy::ALL {
        assert_eq!(
            execute(&compile(&function, strategy), &types, &[77]),
            expected
        );
    }
}
