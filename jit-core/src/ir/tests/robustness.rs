//! Broken input of every kind: nothing panics, and what the verifier lets through makes sense.

use super::toy::{Op, Toy, Type};
use super::{for_functions_of_shape, for_random_functions};
use crate::ir::passes::{eliminate_dead_code, number_values};
use crate::ir::testing::{Random, Shape, WrappingMemory};
use crate::ir::{
    Block, Dialect, Evaluation, Function, Inst, Value, ValueDef, evaluate, parse, verify,
};

/// What has to hold for any function at all.
fn check(function: &Function<Toy>) -> bool {
    let text = function.to_string();
    if verify(function).is_err() {
        return false;
    }
    let parsed: Function<Toy> = parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(parsed.to_string(), text);
    let run = |function| evaluate(function, &[3, 5], &mut WrappingMemory::default(), 500);
    let end = run(function);
    assert!(
        !matches!(end, Evaluation::Unknown { .. }),
        "{end:?}\n{text}"
    );
    let mut changed = parsed;
    number_values(&mut changed);
    eliminate_dead_code(&mut changed);
    if end != Evaluation::OutOfSteps {
        assert_eq!(run(&changed), end, "{text}");
    }
    true
}

#[test]
fn texts_with_errors() {
    let mut parsed = 0;
    for_random_functions(60, |function, random| {
        let text: Vec<char> = function.to_string().chars().collect();
        for _ in 0..10 {
            let mut text = text.clone();
            for _ in 0..1 + random.below(3) {
                let at = random.below(text.len());
                match random.below(4) {
                    0 => drop(text.remove(at)),
                    1 => {
                        text[at] =
                            *random.pick(&['v', '0', '9', ',', '(', '"', '\\', 'λ', '\n', '-'])
                    }
                    2 => text.truncate(at),
                    _ => text.insert(at, text[random.below(text.len())]),
                }
                if text.is_empty() {
                    break;
                }
            }
            let text: String = text.into_iter().collect();
            if let Ok(function) = parse::<Toy>(&text) {
                parsed += 1;
                check(&function);
            }
        }
    });
    assert!(parsed > 20, "only {parsed} texts still parse");
}

/// Changes something somewhere, mostly for the worse.
fn damage(function: &mut Function<Toy>, random: &mut Random) {
    let value = Value(random.below(function.value_count() + 1) as u32);
    let block = Block(random.below(function.block_count()) as u32);
    let inst = Inst(random.below(function.inst_count()) as u32);
    match random.below(11) {
        0 => {
            let uses = function[inst].uses().count();
            let at = random.below(uses);
            if let Some(place) = function[inst].uses_mut().nth(at) {
                *place = value;
            }
        }
        1 => function[inst].op = *random.pick(Toy::ops()),
        2 => function[inst].result = random.one_in(2).then_some(value),
        3 => function[inst].args.push(value),
        4 => drop(function[inst].args.pop()),
        5 => function[inst].attributes.push(1),
        6 => {
            let to = Block(random.below(function.block_count() + 1) as u32);
            if let Some(target) = function[inst].targets.first_mut() {
                target.block = to;
            }
        }
        7 => function[block].params.push(value),
        8 => {
            let inst = Inst(random.below(function.inst_count() + 1) as u32);
            function[block].insts.push(inst);
        }
        9 => drop(function[block].insts.pop()),
        _ if value.index() < function.value_count() => {
            function[value].ty = *random.pick(&[Type::I64, Type::F64]);
            function[value].def = *random.pick(&[
                ValueDef::Removed,
                ValueDef::Inst(inst),
                ValueDef::Param(block, 0),
            ]);
        }
        _ => {}
    }
}

#[test]
fn functions_with_errors() {
    let mut sound = 0;
    for_random_functions(80, |function, random| {
        for _ in 0..10 {
            let mut function = function.clone();
            for _ in 0..1 + random.below(3) {
                damage(&mut function, random);
            }
            sound += u32::from(check(&function));
        }
    });
    assert!(sound > 30, "only {sound} functions are still sound");
}

#[test]
fn values_of_every_type_are_made_where_no_parameter_has_it() {
    let shape = Shape {
        params: vec![Type::F64],
        ..Shape::default()
    };
    let mut made = 0;
    for_functions_of_shape(&shape, 50, |function, _| {
        verify(&function).unwrap_or_else(|errors| panic!("{errors}\n{function}"));
        assert_eq!(function.params().len(), 1);
        made += u32::from(function[Inst(function.block_count() as u32)].op == Op::Iconst);
    });
    assert_eq!(made, 50);
}
