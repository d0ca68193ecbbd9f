//! The declared operations, seen through the container: shapes, meanings, builder methods.

mod disassembly;
mod encoder;
#[cfg(target_arch = "aarch64")]
mod execution;
mod forms;
mod rules;

use super::isa;
use super::ops::{Build, Lir, Op, Type};
use crate::ir::{Builder, Dialect, Effects, Function, NoMemory, Outcome, evaluate, parse};

fn meaning(op: Op, operands: &[u64], attributes: &[i64]) -> Option<Outcome> {
    Lir::evaluate(op, operands, attributes, &mut NoMemory::default())
}

fn value(op: Op, operands: &[i64]) -> i64 {
    let operands: Vec<u64> = operands.iter().map(|operand| *operand as u64).collect();
    match meaning(op, &operands, &[]) {
        Some(Outcome::Value(word)) => word as i64,
        other => panic!("{op:?} gives {other:?}"),
    }
}

#[test]
fn integers_wrap_and_shifts_are_modulo_64() {
    assert_eq!(value(Op::Add, &[i64::MAX, 1]), i64::MIN);
    assert_eq!(value(Op::Sub, &[i64::MIN, 1]), i64::MAX);
    assert_eq!(value(Op::Shl, &[1, 65]), 2);
    assert_eq!(value(Op::ShrU, &[-1, 63]), 1);
    assert_eq!(value(Op::ShrS, &[-8, 66]), -2);
    assert_eq!(value(Op::Add32, &[i64::from(i32::MAX), 1]), 0x8000_0000);
    assert_eq!(value(Op::WidenS, &[0x8000_0000]), i64::from(i32::MIN));
    assert_eq!(value(Op::WidenU, &[-1]), 0xffff_ffff);
}

#[test]
fn comparisons_tell_signed_from_unsigned_and_unordered() {
    assert_eq!(value(Op::LtS, &[-1, 1]), 1);
    assert_eq!(value(Op::LtU, &[-1, 1]), 0);
    let (nan, one) = (f64::NAN.to_bits() as i64, 1f64.to_bits() as i64);
    for (op, expected) in [
        (Op::FEq, 0),
        (Op::FNe, 1),
        (Op::FLt, 0),
        (Op::FLe, 0),
        (Op::FGt, 0),
        (Op::FGe, 0),
    ] {
        assert_eq!(value(op, &[nan, one]), expected, "{op:?}");
    }
    assert_eq!(value(Op::FloatToInt, &[nan]), 0);
    assert_eq!(
        value(Op::FloatToInt, &[1e300f64.to_bits() as i64]),
        i64::MAX
    );
}

#[test]
fn overflow_takes_the_exit() {
    assert_eq!(
        meaning(Op::AddOrExit, &[1, 2], &[0]),
        Some(Outcome::Value(3))
    );
    assert_eq!(
        meaning(Op::AddOrExit, &[i64::MAX as u64, 1], &[0]),
        Some(Outcome::Exit)
    );
    assert_eq!(
        meaning(Op::MulOrExit, &[1 << 32, 1 << 32, 7, 8], &[0]),
        Some(Outcome::Exit)
    );
    assert_eq!(meaning(Op::Exit, &[1, 2, 3], &[0]), Some(Outcome::Exit));
}

#[test]
fn wrong_counts_have_no_meaning() {
    assert_eq!(meaning(Op::Add, &[1], &[]), None);
    assert_eq!(meaning(Op::Iconst, &[], &[]), None);
}

#[test]
fn attributes_are_read_by_their_type() {
    assert_eq!(
        meaning(Op::Iconst32, &[], &[-1]),
        Some(Outcome::Value(0xffff_ffff))
    );
    let bits = 1.5f64.to_bits();
    assert_eq!(
        meaning(Op::Fconst, &[], &[bits as i64]),
        Some(Outcome::Value(bits))
    );
}

#[test]
fn what_was_declared_is_known() {
    let info = Lir::info(Op::AddOrExit);
    assert_eq!((info.name, info.result), ("AddOrExit", Some(Type::I64)));
    assert_eq!(info.effects, Effects::GUARD);
    assert!(info.has_list());
    assert_eq!(info.exit_attribute(), Some(0));
    assert_eq!(info.means, "a.checked_add(b)");
    assert!(info.file.ends_with("specs/ops.rs"), "{}", info.file);
    assert!(info.line > 10);
    assert!(Lir::info(Op::Iconst).is_constant());
    assert!(Lir::ops().iter().all(|op| !Lir::info(*op).doc.is_empty()));
}

/// |a - b| * 2, once written and once built.
#[test]
fn the_builder_writes_what_the_parser_reads() {
    let text = "function \"distance\" {
block0(v0: I64, v1: I64):
  v2 = LtS v0, v1
  Branch v2, block1(v1, v0), block1(v0, v1)
block1(v3: I64, v4: I64):
  v5 = SubOrExit v3, v4, exit3, [v3, v4]
  v6 = Iconst 1
  v7 = Shl v5, v6
  Return v7
}
";
    let parsed: Function<Lir> = parse(text).expect("it is a function");

    let mut built = Function::new("distance");
    let entry = crate::ir::Block::ENTRY;
    let (a, b) = (
        built.add_param(entry, Type::I64),
        built.add_param(entry, Type::I64),
    );
    let mut builder = Builder::new(&mut built);
    let less = builder.lt_s(a, b);
    let join = builder.create_block();
    let (high, low) = (
        builder.add_param(join, Type::I64),
        builder.add_param(join, Type::I64),
    );
    builder.branch(
        less,
        crate::ir::BlockCall::new(join, [b, a]),
        crate::ir::BlockCall::new(join, [a, b]),
    );
    builder.switch_to(join);
    let difference = builder.sub_or_exit(high, low, 3, &[high, low]);
    let one = builder.iconst(1);
    let twice = builder.shl(difference, one);
    builder.return_(twice);

    for function in [&parsed, &built] {
        let run = |a: i64, b: i64| {
            evaluate(
                function,
                &[a as u64, b as u64],
                &mut NoMemory::default(),
                100,
            )
        };
        assert_eq!(run(3, 10), crate::ir::Evaluation::Returned(14));
        assert_eq!(
            run(i64::MIN, 1),
            crate::ir::Evaluation::Exited {
                exit: 3,
                live: vec![1, i64::MIN as u64]
            }
        );
    }
}

#[test]
fn register_lists_follow_the_procedure_call_standard() {
    assert_eq!(isa::AAPCS64_ARGUMENTS_GENERAL, [0, 1, 2, 3, 4, 5, 6, 7]);
    assert_eq!(isa::AAPCS64_RESULTS_FLOAT, [0]);
    assert!(isa::AAPCS64_CLOBBERED_GENERAL.contains(&30));
    assert!(!isa::AAPCS64_CLOBBERED_GENERAL.contains(&19));
    assert_eq!(isa::SCRATCH_GENERAL, [16, 17]);
    for code in isa::GPR {
        assert!(![16, 17, 18, 29, 30].contains(code));
    }
    assert!(isa::BRANCH19.contains(&1_048_572) && !isa::BRANCH19.contains(&1_048_576));
}
