//! Functions beyond 1 MiB, where conditional branches and literals do not reach from one end to the other.

use jit_core::calls::Strategy;
use jit_core::ir::testing::Random;
use jit_core::ir::{BlockCall, Builder, Evaluation, Function, evaluate};
use jit_core::specs::ops::{Build, Lir, Type};

use crate::machine::{Callees, callee, compile, execute, parameter_types};

/// What a branch on a condition reaches, in bytes.
const REACH: usize = 1 << 20;

/// A loop around more code than a branch reaches: its exits, its literals, its calls at both ends, and the branch back
/// are all too far away for their short forms.
fn large(pairs: usize) -> Function<Lir> {
    let mut random = Random::new(5);
    let mut function = Function::new("large");
    let mut builder = Builder::<Lir>::new(&mut function);
    let entry = builder.block();
    let count = builder.add_param(entry, Type::I64);
    let condition = builder.add_param(entry, Type::I64);
    let body = builder.create_block();
    let end = builder.create_block();
    let zero = builder.iconst(0);
    builder.jump(BlockCall::new(body, [count, zero]));
    let left = builder.add_param(body, Type::I64);
    let sum = builder.add_param(body, Type::I64);
    builder.switch_to(body);
    builder.guard_true(condition, 1, &[sum, left]);
    let mut value = builder.call(callee(2, 1) as i64, &[sum]);
    for _ in 0..pairs {
        let word = builder.iconst(random.bits() as i64);
        let mixed = builder.xor(value, word);
        value = builder.add(mixed, left);
    }
    let other = builder.call(callee(3, 1) as i64, &[value]);
    let value = builder.add(value, other);
    let one = builder.iconst(1);
    let next = builder.sub(left, one);
    builder.branch(
        next,
        BlockCall::new(body, [next, value]),
        BlockCall::new(end, []),
    );
    builder.switch_to(end);
    builder.return_(value);
    function
}

#[test]
fn everything_reaches_in_functions_over_one_mebibyte() {
    let function = large(62_000);
    let types = parameter_types(&function);
    let steps = 2_000_000;
    let expected = evaluate(&function, &[3, 1], &mut Callees, steps);
    for &strategy in Strategy::ALL {
        let code = compile(&function, strategy);
        assert!(code.size() > REACH + REACH / 8, "{} bytes", code.size());
        let run = execute(&code, &types, &[3, 1]);
        assert_eq!(
            run.returned.map(Evaluation::Returned),
            Some(expected.clone())
        );
        assert_eq!(run.calls.len(), 6);
        let run = execute(&code, &types, &[3, 0]);
        assert_eq!(run.exit, Some((1, vec![0, 3])));
    }
}
