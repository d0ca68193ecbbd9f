//! Counting references: what happens to the count, who is deallocated, and what survives a deallocation.

use jit_core::calls::Strategy;
use jit_core::ir::{Builder, Function, Value};
use jit_core::specs::ops::{Build, Lir, Type};

use crate::machine::{call, compile, parameter_types, read, take_dead};

const IMMORTAL: u32 = 0x8000_0000;

#[test]
fn retain_counts_up_unless_immortal() {
    let function = read("function \"retain\" {\nblock0(v0: I64):\n  Retain v0\n  Return v0\n}");
    let types = parameter_types(&function);
    for &strategy in Strategy::ALL {
        let code = compile(&function, strategy);
        for (before, after) in [
            (1, 2),
            (0x7fff_fffe, 0x7fff_ffff),
            (IMMORTAL, IMMORTAL),
            (u32::MAX, u32::MAX),
        ] {
            let object = [before, 0xabcd_u32];
            call(code.entry(), &types, &[object.as_ptr() as u64]);
            // SAFETY: the object lives; the compiled code wrote to it behind the compiler's back.
            let count = unsafe { object.as_ptr().read_volatile() };
            assert_eq!(count, after);
            // SAFETY: as above.
            assert_eq!(unsafe { object.as_ptr().add(1).read_volatile() }, 0xabcd);
        }
    }
}

#[test]
fn release_counts_down_and_deallocates_at_zero() {
    let function = read("function \"release\" {\nblock0(v0: I64):\n  Release v0\n  Return v0\n}");
    let types = parameter_types(&function);
    for &strategy in Strategy::ALL {
        let code = compile(&function, strategy);
        for (before, after, dies) in [
            (1, 0, true),
            (2, 1, false),
            (0x7fff_ffff, 0x7fff_fffe, false),
            (IMMORTAL, IMMORTAL, false),
            (u32::MAX, u32::MAX, false),
        ] {
            let mut object = [before, 0xabcd_u32];
            let address = object.as_mut_ptr() as u64;
            take_dead();
            call(code.entry(), &types, &[address]);
            // SAFETY: the object lives; the compiled code wrote to it behind the compiler's back.
            let count = unsafe { (address as *const u32).read_volatile() };
            assert_eq!(count, after);
            assert_eq!(take_dead(), if dies { vec![address] } else { vec![] });
        }
    }
}

/// Releases every one of `objects` parameters while floats and integers are alive in every register there is.
fn everything_alive(values: usize) -> Function<Lir> {
    let mut function = Function::new("alive");
    let mut builder = Builder::<Lir>::new(&mut function);
    let entry = builder.block();
    let list = builder.add_param(entry, Type::I64);
    let seed = builder.add_param(entry, Type::I64);
    let mut live: Vec<Value> = Vec::new();
    for index in 0..values {
        let factor = builder.iconst(2 * index as i64 + 3);
        let product = builder.mul(seed, factor);
        live.push(product);
        live.push(builder.int_to_float(product));
    }
    let objects: Vec<Value> = (0..values as i64)
        .map(|index| builder.load_i64(list, 8 * index))
        .collect();
    for &object in &objects {
        builder.release(object);
    }
    let mut sum = builder.iconst(0);
    for (index, value) in live.into_iter().enumerate() {
        let word = match builder.function().value_type(value) {
            Type::F64 => builder.float_to_int(value),
            _ => value,
        };
        let weight = builder.iconst(index as i64 + 1);
        let weighted = builder.mul(word, weight);
        sum = builder.add(sum, weighted);
    }
    builder.return_(sum);
    function
}

#[test]
fn a_deallocation_changes_nothing_that_is_alive() {
    for values in [1, 4, 8, 11, 30] {
        let function = everything_alive(values);
        let types = parameter_types(&function);
        for &strategy in Strategy::ALL {
            let code = compile(&function, strategy);
            let mut objects = vec![[1u32, 0]; values];
            let list: Vec<u64> = objects
                .iter_mut()
                .map(|object| object.as_mut_ptr() as u64)
                .collect();
            let seed = 12_345u64;
            let mut expected = 0u64;
            for index in 0..values as u64 {
                let product = seed * (2 * index + 3);
                expected += product * (2 * index + 1) + product * (2 * index + 2);
            }
            take_dead();
            assert_eq!(
                call(code.entry(), &types, &[list.as_ptr() as u64, seed]),
                expected
            );
            assert_eq!(take_dead(), list);
        }
    }
}
