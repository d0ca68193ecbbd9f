//! Selection of small functions as text, and regalloc2's checker over random ones.

use regalloc2::checker::Checker;

use super::{Effort, MachineFunction, SelectError, allocate, environment, select};
use crate::ir::testing::{Random, Shape, random_function};
use crate::ir::{Dialect as _, Function, parse};
use crate::specs::lowering::RULE_SETS;
use crate::specs::ops::{Lir, Op, Type};

fn read(text: &str) -> Function<Lir> {
    parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The names of the rules chosen, in the order of the code.
fn rules(body: &str) -> Vec<&'static str> {
    let function = read(&format!("function \"f\" {{\n{body}\n}}"));
    let machine = select(&function).expect("every operation has a rule");
    names(&machine)
}

fn names(machine: &MachineFunction) -> Vec<&'static str> {
    machine
        .insts()
        .iter()
        .filter_map(|inst| Some(inst.rule?.name))
        .collect()
}

#[test]
fn constants_fold_into_the_narrowest_field() {
    let add = |constant: &str| {
        rules(&format!(
            "block0(v0: I64):\n v1 = Iconst {constant}\n v2 = Add v0, v1\n Return v2"
        ))
    };
    assert_eq!(add("0"), ["with_imm12_add", "return_value"]);
    assert_eq!(add("4095"), ["with_imm12_add", "return_value"]);
    assert_eq!(add("4096"), ["with_imm12_shifted_add", "return_value"]);
    assert_eq!(add("4097"), ["iconst_16", "add", "return_value"]);
    assert_eq!(add("-1"), ["with_negative_add", "return_value"]);
    assert_eq!(add("-8192"), ["with_negative_shifted_add", "return_value"]);
    assert_eq!(
        add("0x123456789abcdef"),
        ["iconst_literal", "add", "return_value"]
    );
}

#[test]
fn constants_are_made_for_each_user() {
    let chosen = rules(
        "block0(v0: I64):\n v1 = Iconst 100000\n v2 = Mul v0, v1\n v3 = Xor v2, v1\n v4 = Mul v3, v3\n Return v4",
    );
    assert_eq!(
        chosen,
        [
            "iconst_32",
            "multiply",
            "iconst_32",
            "bitwise_xor",
            "multiply",
            "return_value"
        ]
    );
}

#[test]
fn an_operation_folds_into_its_only_user() {
    let once = rules(
        "block0(v0: I64, v1: I64):\n v2 = Iconst 3\n v3 = Shl v1, v2\n v4 = Add v0, v3\n Return v4",
    );
    assert_eq!(once, ["add_shifted_shl", "return_value"]);
    let swapped = rules(
        "block0(v0: I64, v1: I64):\n v2 = Iconst 3\n v3 = Shl v1, v2\n v4 = Add v3, v0\n Return v4",
    );
    assert_eq!(swapped, ["add_shifted_shl", "return_value"]);
    let twice = rules(
        "block0(v0: I64, v1: I64):\n v2 = Iconst 3\n v3 = Shl v1, v2\n v4 = Add v0, v3\n v5 = Mul v4, v3\n Return v5",
    );
    assert_eq!(twice, ["shift_by_shl", "add", "multiply", "return_value"]);
    let deep = rules(
        "block0(v0: I64, v1: I64):\n v2 = Iconst 3\n v3 = Shl v1, v2\n v4 = Add v0, v3\n v5 = LoadI64 v4, 0\n Return v5",
    );
    assert_eq!(deep, ["load_element_load_i64", "return_value"]);
}

#[test]
fn a_load_does_not_cross_a_write() {
    let plain = "v1 = LoadI32 v0, 8\n v2 = WidenS v1\n Return v2";
    let crossing = "v1 = LoadI32 v0, 8\n StoreI64 v0, v0, 8\n v2 = WidenS v1\n Return v2";
    assert_eq!(
        rules(&format!("block0(v0: I64):\n {plain}")),
        ["widen_load_signed", "return_value"]
    );
    assert_eq!(
        rules(&format!("block0(v0: I64):\n {crossing}")),
        [
            "load_load_i32",
            "store_store_i64",
            "widen_signed",
            "return_value"
        ]
    );
}

#[test]
fn comparisons_fold_into_branches_and_guards() {
    let branch = |compare: &str| {
        let text = format!(
            "block0(v0: I64, v1: I64):\n v2 = Iconst 0\n v3 = Iconst 8\n {compare}\n Branch v9, block1, block2\n\
             block1:\n Return v0\nblock2:\n Return v1"
        );
        rules(&text)[0]
    };
    assert_eq!(branch("v9 = LtU v0, v1"), "branch_lt_u");
    assert_eq!(branch("v9 = LtU v0, v3"), "branch_imm12_lt_u");
    assert_eq!(branch("v9 = Eq v2, v0"), "branch_zero_eq");
    assert_eq!(branch("v9 = LtS v0, v2"), "branch_sign_lt_s");
    assert_eq!(branch("v9 = And v0, v3"), "branch_value_bit");
    assert_eq!(branch("v8 = And v0, v3\n v9 = Ne v8, v2"), "branch_bit_ne");
    let guard = rules(
        "block0(v0: F64, v1: F64, v2: I64):\n v3 = FLt v0, v1\n GuardTrue v3, exit7, [v2]\n Return v2",
    );
    assert_eq!(guard, ["guard_true_float_flt", "return_value"]);
}

#[test]
fn exits_hold_constants_as_constants() {
    let function = read(
        "function \"f\" {\nblock0(v0: I64):\n v1 = Iconst 5\n v2 = Mul v0, v0\n GuardTrue v0, exit3, [v1, v2, v0]\n Return v2\n}",
    );
    let machine = select(&function).expect("every operation has a rule");
    let text = machine.to_string();
    assert!(text.contains("exit3 [#5, operand 1, operand 2]"), "{text}");
}

#[test]
fn zero_is_stored_from_the_zero_register() {
    let function = read(
        "function \"f\" {\nblock0(v0: I64):\n v1 = Iconst 0\n StoreI64 v1, v0, 16\n Return v0\n}",
    );
    let machine = select(&function).expect("every operation has a rule");
    assert_eq!(names(&machine), ["store_store_i64", "return_value"]);
}

#[test]
fn too_many_arguments_are_an_error() {
    let params: Vec<String> = (0..9).map(|index| format!("v{index}: I64")).collect();
    let function = read(&format!(
        "function \"f\" {{\nblock0({}):\n Return v8\n}}",
        params.join(", ")
    ));
    let error = select(&function).expect_err("nine do not fit");
    assert!(matches!(
        error,
        SelectError::TooManyArguments { count: 9, .. }
    ));
    let arguments = ["v0"; 9].join(", ");
    let function = read(&format!(
        "function \"f\" {{\nblock0(v0: I64):\n v1 = Call 0x1000, [{arguments}]\n Return v1\n}}"
    ));
    let error = select(&function).expect_err("nine do not fit");
    assert!(error.to_string().contains("Call"), "{error}");
}

#[test]
fn rules_are_described() {
    for set in RULE_SETS {
        for rule in set.rules {
            assert!(!rule.doc.is_empty(), "{} has no documentation", rule.name);
            assert!(set.roots.iter().any(|root| root.op == rule.op));
            assert!(rule.max_bytes.is_none_or(|most| most >= rule.min_bytes));
            assert!(rule.file.ends_with(".rs") && rule.line > 0);
        }
    }
}

#[test]
fn the_checker_accepts_what_was_allocated() {
    for seed in 0..300 {
        let mut random = Random::new(seed);
        let shape = Shape {
            blocks: 1 + seed as usize % 14,
            insts: 3 + seed as usize % 40,
            params: vec![Type::I64, Type::I64, Type::F64, Type::I64],
            ops: Lir::ops()
                .iter()
                .copied()
                .filter(|op| *op != Op::CallFloat)
                .collect(),
        };
        let function = random_function(&mut random, &shape);
        let machine = match select(&function) {
            Ok(machine) => machine,
            Err(SelectError::TooManyArguments { .. }) => continue,
            Err(error) => panic!("{error}\n{function}"),
        };
        for effort in [Effort::Full, Effort::Fast] {
            let allocated = allocate(&machine, effort)
                .unwrap_or_else(|error| panic!("{error}\n{function}\n{machine}"));
            let mut checker = Checker::new(&machine, environment());
            checker.prepare(allocated.output());
            if let Err(errors) = checker.run() {
                panic!("seed {seed}, {effort:?}: {errors:?}\n{function}\n{machine}");
            }
        }
    }
}
