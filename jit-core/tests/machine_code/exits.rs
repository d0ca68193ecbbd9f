//! Leaving in the middle: every kind of location reads back what the evaluator says, whatever lies around it.

use jit_core::calls::Strategy;
use jit_core::exit::Location;
use jit_core::ir::{Builder, Function, Value};
use jit_core::specs::ops::{Build, Lir, Type};

use crate::machine::{LEFT, call, compile, compiler, execute, interpret, parameter_types, read};

#[test]
fn a_guard_leaves_with_its_values_and_otherwise_goes_on() {
    let function = read(
        r#"function "guarded" {
block0(v0: I64, v1: F64):
  v2 = Iconst 42
  GuardTrue v0, exit3, [v0, v1, v2]
  Return v2
}"#,
    );
    let types = parameter_types(&function);
    for &strategy in Strategy::ALL {
        let code = compile(&function, strategy);
        assert_eq!(call(code.entry(), &types, &[1, 0]), 42);
        let run = execute(&code, &types, &[0, 2.5f64.to_bits()]);
        assert_eq!(run.exit, Some((3, vec![0, 2.5f64.to_bits(), 42])));
        let site = &code.table().exits()[0];
        assert!(
            site.live.contains(&Location::Constant(42)),
            "{:?}",
            site.live
        );
        assert_eq!(site.op, "GuardTrue");
    }
}

/// Many values of both kinds, all alive at one exit, with calls in front of it so that some are in callee-saved
/// registers and the others in slots.
fn crowded(values: usize, calls: usize) -> Function<Lir> {
    let mut function = Function::new("crowded");
    let mut builder = Builder::<Lir>::new(&mut function);
    let entry = builder.block();
    let seed = builder.add_param(entry, Type::I64);
    let condition = builder.add_param(entry, Type::I64);
    let mut live: Vec<Value> = Vec::new();
    for index in 0..values {
        let factor = builder.iconst(2 * index as i64 + 3);
        let product = builder.mul(seed, factor);
        live.push(product);
        live.push(builder.int_to_float(product));
    }
    let callee = crate::machine::callee(0, 1);
    for _ in 0..calls {
        let word = builder.call(callee as i64, &[seed]);
        live.push(word);
    }
    builder.guard_true(condition, 11, &live);
    let mut sum = builder.iconst(0);
    for value in live {
        let word = match builder.function().value_type(value) {
            Type::F64 => builder.float_to_int(value),
            _ => value,
        };
        sum = builder.add(sum, word);
    }
    builder.return_(sum);
    function
}

#[test]
fn values_in_registers_slots_and_constants_all_read_back() {
    let (mut general, mut float, mut slots) = (0, 0, 0);
    for (values, calls) in [(2, 0), (9, 0), (30, 0), (40, 2), (5, 1), (300, 1)] {
        let function = crowded(values, calls);
        let types = parameter_types(&function);
        for &strategy in Strategy::ALL {
            let code = compile(&function, strategy);
            for location in code.table().exits().iter().flat_map(|exit| &exit.live) {
                match location {
                    Location::X(_) => general += 1,
                    Location::D(_) => float += 1,
                    Location::Slot(_) => slots += 1,
                    Location::Constant(_) => {}
                }
            }
            for arguments in [[5, 0], [5, 1], [u64::MAX, 0], [0x1234_5678, 1]] {
                let expected = interpret(&function, &arguments).expect("it ends");
                assert_eq!(execute(&code, &types, &arguments), expected);
            }
        }
    }
    assert!(
        general > 0 && float > 0 && slots > 0,
        "{general} {float} {slots}"
    );
}

#[test]
fn the_exit_that_was_taken_is_found_among_many() {
    let mut text = String::from("function \"many\" {\nblock0(v0: I64):\n");
    for index in 0..200 {
        text.push_str(&format!("  v{} = Iconst {index}\n", 2 * index + 1));
        text.push_str(&format!(
            "  v{} = Ne v0, v{}\n",
            2 * index + 2,
            2 * index + 1
        ));
        text.push_str(&format!(
            "  GuardTrue v{}, exit{index}, [v0] @{}\n",
            2 * index + 2,
            index + 1000
        ));
    }
    text.push_str("  Return v0\n}\n");
    let function = read(&text);
    let types = parameter_types(&function);
    for &strategy in Strategy::ALL {
        let code = compile(&function, strategy);
        assert_eq!(code.table().exits().len(), 200);
        for taken in [0, 1, 77, 199] {
            let run = execute(&code, &types, &[taken]);
            assert_eq!(run.exit, Some((taken as u32, vec![taken])));
        }
        let exit = code.table().exits().iter().find(|exit| exit.exit == 77);
        assert_eq!(exit.expect("there is one").origin.0, 1077);
        assert_eq!(call(code.entry(), &types, &[200]), 200);
    }
}

#[test]
fn leaving_unconditionally_returns_what_the_handler_says() {
    let function = read(
        r#"function "gone" {
block0(v0: I64):
  Exit exit9, [v0]
}"#,
    );
    let types = parameter_types(&function);
    for &strategy in Strategy::ALL {
        let code = compile(&function, strategy);
        assert_eq!(call(code.entry(), &types, &[5]), LEFT);
        assert_eq!(execute(&code, &types, &[6]).exit, Some((9, vec![6])));
    }
}

#[test]
fn overflow_leaves_with_the_operands_intact() {
    for (op, a, b) in [
        ("AddOrExit", i64::MAX, 1),
        ("SubOrExit", i64::MIN, 1),
        ("MulOrExit", i64::MAX, 2),
    ] {
        let function = read(&format!(
            "function \"{op}\" {{\nblock0(v0: I64, v1: I64):\n  v2 = {op} v0, v1, exit1, [v0, v1]\n  Return v2\n}}"
        ));
        let types = parameter_types(&function);
        for &strategy in Strategy::ALL {
            let code = compile(&function, strategy);
            for (a, b) in [(a, b), (20, 3), (-7, 6), (0, i64::MIN), (i64::MIN, -1)] {
                let arguments = [a as u64, b as u64];
                let expected = interpret(&function, &arguments).expect("it ends");
                assert_eq!(execute(&code, &types, &arguments), expected, "{op} {a} {b}");
            }
        }
    }
}

#[test]
fn dead_code_is_no_longer_found() {
    let function =
        read("function \"f\" {\nblock0(v0: I64):\n  GuardTrue v0, exit0, []\n  Return v0\n}");
    let code = compile(&function, Strategy::default());
    let address = code.entry() + code.table().exits()[0].return_offset as usize;
    assert!(compiler().find_exit(address).is_some());
    assert!(compiler().find_exit(address - 1).is_none());
    drop(code);
    // The place may be in use again, but not by an exit of that function.
    let found = compiler().find_exit(address);
    assert!(found.is_none_or(|(table, _)| table.name != "f"));
}
