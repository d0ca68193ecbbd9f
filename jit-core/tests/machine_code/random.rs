//! Random functions, compiled with every strategy, against the evaluator.

use jit_core::calls::Strategy;
use jit_core::ir::testing::{Random, Shape, random_function};
use jit_core::ir::{BlockCall, Dialect, Function, Value};
use jit_core::specs::ops::{Lir, Op, Type};

use crate::machine::{KINDS, callee, compile, execute, interpret, parameter_types, same};

/// How many functions are tried.
const FUNCTIONS: u64 = 250;
/// How often each is run.
const RUNS: usize = 6;

/// Operations that need nothing but registers and callees. Bits of floats are left out: which NaN comes of two is for
/// the processor to say.
fn operations() -> Vec<Op> {
    let touches_memory = |op: &Op| {
        let effects = Lir::info(*op).effects;
        !effects.has(jit_core::ir::Effects::CALL) && (effects.may_read() || effects.may_write())
    };
    Lir::ops()
        .iter()
        .copied()
        .filter(|op| !touches_memory(op))
        .filter(|op| {
            !matches!(
                op,
                Op::FloatToBits | Op::CallIndirect | Op::CallFloat | Op::Release
            )
        })
        .collect()
}

/// Makes every call one of a callee that takes what it is given.
fn call_real_functions(random: &mut Random, function: &mut Function<Lir>) {
    let insts: Vec<_> = function
        .blocks()
        .flat_map(|block| function[block].insts.clone())
        .filter(|&inst| function[inst].op == Op::Call)
        .collect();
    for inst in insts {
        let words: Vec<Value> = function[inst]
            .args
            .iter()
            .copied()
            .filter(|&value| function.value_type(value) == Type::I64)
            .collect();
        let address = callee(random.below(KINDS), words.len());
        let data = &mut function[inst];
        data.args = words.into_iter().collect();
        data.attributes[0] = address as i64;
    }
}

/// The types of the values that the exit with this number needs.
fn exit_types(function: &Function<Lir>, exit: u32) -> Vec<Type> {
    let insts = function
        .blocks()
        .flat_map(|block| function[block].insts.clone());
    let mut guards = insts.filter(|&inst| {
        let data = &function[inst];
        let attribute = data.info().exit_attribute();
        attribute.is_some_and(|index| data.attributes[index] == i64::from(exit))
    });
    let guard = guards.next().expect("the exit belongs to a guard");
    let (_, live) = function[guard].split_args();
    live.iter()
        .map(|&value| function.value_type(value))
        .collect()
}

#[test]
fn compiled_functions_do_what_is_declared() {
    let (mut runs, mut exits, mut calls) = (0, 0, 0);
    for seed in 0..FUNCTIONS {
        let mut random = Random::new(seed);
        let shape = Shape {
            blocks: 1 + seed as usize % 12,
            insts: 4 + seed as usize % 30,
            params: vec![Type::I64, Type::F64, Type::I64, Type::I64, Type::F64],
            ops: operations(),
        };
        let mut function = random_function(&mut random, &shape);
        call_real_functions(&mut random, &mut function);
        let types = parameter_types(&function);
        let codes: Vec<_> = Strategy::ALL
            .iter()
            .map(|&strategy| compile(&function, strategy))
            .collect();
        for _ in 0..RUNS {
            let arguments: Vec<u64> = types
                .iter()
                .map(|&ty| match ty {
                    Type::F64 => random.float().to_bits(),
                    _ => random.integer() as u64,
                })
                .collect();
            let Some(expected) = interpret(&function, &arguments) else {
                continue;
            };
            runs += 1;
            exits += usize::from(expected.exit.is_some());
            calls += expected.calls.len();
            for code in &codes {
                let run = execute(code, &types, &arguments);
                let context = || {
                    format!(
                        "seed {seed}, {}, {arguments:?}\n{function}",
                        code.strategy()
                    )
                };
                assert_eq!(run.returned, expected.returned, "{}", context());
                assert_eq!(run.calls, expected.calls, "{}", context());
                match (&run.exit, &expected.exit) {
                    (None, None) => {}
                    (Some((exit, live)), Some((expected_exit, expected_live))) => {
                        assert_eq!(exit, expected_exit, "{}", context());
                        let types = exit_types(&function, *exit);
                        assert_eq!(live.len(), types.len());
                        for (index, &ty) in types.iter().enumerate() {
                            let (a, b) = (live[index], expected_live[index]);
                            assert!(
                                same(ty, a, b),
                                "value {index}: {a:#x}, {b:#x}; {}",
                                context()
                            );
                        }
                    }
                    other => panic!("{other:?}; {}", context()),
                }
            }
        }
    }
    assert!(
        runs > 500 && exits > 50 && calls > 50,
        "{runs} runs, {exits} exits, {calls} calls"
    );
}

#[test]
fn loops_with_many_parameters_shuffle_them_right() {
    use jit_core::ir::Builder;
    use jit_core::specs::ops::Build;
    // A loop that rotates 24 values and adds to one of them: parallel moves with cycles, at the limit of the registers.
    const VALUES: usize = 24;
    let mut function = Function::new("rotate");
    let mut builder = Builder::<Lir>::new(&mut function);
    let entry = builder.block();
    let count = builder.add_param(entry, Type::I64);
    let seed = builder.add_param(entry, Type::I64);
    let header = builder.create_block();
    let end = builder.create_block();
    let mut start = vec![count];
    for index in 0..VALUES {
        let constant = builder.iconst(index as i64 * 17);
        start.push(builder.add(seed, constant));
    }
    builder.jump(BlockCall::new(header, start));
    let left = builder.add_param(header, Type::I64);
    let values: Vec<Value> = (0..VALUES)
        .map(|_| builder.add_param(header, Type::I64))
        .collect();
    builder.switch_to(header);
    let one = builder.iconst(1);
    let next = builder.sub(left, one);
    let changed = builder.add(values[0], left);
    let mut rotated = vec![next];
    rotated.extend(&values[1..]);
    rotated.push(changed);
    builder.branch(next, BlockCall::new(header, rotated), BlockCall::from(end));
    builder.switch_to(end);
    let mut sum = builder.iconst(0);
    for (index, &value) in values.iter().enumerate() {
        let weight = builder.iconst(2 * index as i64 + 1);
        let weighted = builder.mul(value, weight);
        sum = builder.add(sum, weighted);
    }
    builder.return_(sum);
    let types = parameter_types(&function);
    for count in [1, 2, 23, 24, 25, 57] {
        let arguments = [count, 0x1234_5678_9abc];
        let expected = interpret(&function, &arguments).expect("it ends");
        for &strategy in Strategy::ALL {
            let code = compile(&function, strategy);
            assert_eq!(execute(&code, &types, &arguments), expected, "{function}");
        }
    }
}
