//! Whether code does what the evaluator says: results, exits with their live values, calls, dead objects, and memory.

use std::cell::RefCell;

use jit_core::ir::testing::Random;
use jit_core::ir::{Evaluation, evaluate};
use jit_core::specs::ops::{Op, Type};

use super::function::Case;
use super::values::INTEGERS;
use super::world::{BUFFER, STEPS, World, aim, mixed};
use crate::machine::{Run, same, take_calls, take_dead};

/// Runs a case, as `run` does, and the evaluator on the same words. `false`: some access would not be to the buffer.
pub fn compare(
    case: &Case,
    mut words: Vec<u64>,
    random: &mut Random,
    run: impl FnOnce(&[u64]) -> Run,
    context: impl Fn() -> String,
) -> bool {
    thread_local! {
        static BUFFERS: RefCell<Vec<u64>> = RefCell::new(vec![0; BUFFER / 8]);
    }
    let function = &case.function;
    if let Some(callee) = case.callee {
        words[callee] = mixed as *const () as u64;
    }
    BUFFERS.with_borrow_mut(|buffer| {
        buffer.fill_with(|| random.bits());
        let middle = BUFFER / 16;
        // Words, counts of references among them.
        buffer[middle] = *random.pick(&INTEGERS) as u64;
        let address = buffer.as_ptr() as u64;
        words[0] = address;
        aim(function, &mut words, address + 8 * middle as u64);
        let bytes = buffer.iter().flat_map(|word| word.to_le_bytes()).collect();
        let mut world = World::new(address, bytes);
        take_calls();
        let expected = match evaluate(function, &words, &mut world, STEPS) {
            Evaluation::Returned(word) => (Some(word), None),
            Evaluation::Exited { exit, live } => (None, Some((exit as u32, live))),
            Evaluation::Faulted { .. } => return false,
            other => panic!("{other:?}\n{function}"),
        };
        let expected = Run {
            returned: expected.0,
            exit: expected.1,
            calls: take_calls(),
        };
        take_dead();
        let actual = run(&words);
        let context = || format!("{}: {words:x?}\n{function}", context());
        assert_eq!(actual, expected, "{}", context());
        assert_eq!(take_dead(), world.dead, "{}", context());
        let actual: Vec<u8> = buffer.iter().flat_map(|word| word.to_le_bytes()).collect();
        if actual != world.bytes {
            let is_rounded = is_rounded(function[case.root].op);
            assert!(
                is_rounded && is_same_float(&actual, &world.bytes),
                "{:x?} instead of {:x?}: {}",
                &actual[..8],
                &world.bytes[..8],
                context()
            );
        }
        true
    })
}

/// Operations that round: any NaN of theirs is as good as another.
fn is_rounded(op: Op) -> bool {
    matches!(op, Op::FAdd | Op::FSub | Op::FMul | Op::FDiv | Op::FSqrt)
}

/// Whether nothing but the result differs, and that is not a number in both.
fn is_same_float(actual: &[u8], expected: &[u8]) -> bool {
    let word = |bytes: &[u8]| {
        bytes[..8]
            .try_into()
            .map(u64::from_le_bytes)
            .unwrap_or_default()
    };
    actual[8..] == expected[8..] && same(Type::F64, word(actual), word(expected))
}
