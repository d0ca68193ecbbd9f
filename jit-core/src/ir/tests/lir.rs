//! The container over LIR, whose operations are declared elsewhere: random functions of all of them.

use crate::ir::passes::{
    eliminate_dead_code, number_values, remove_unreachable_blocks, split_critical_edges,
};
use crate::ir::testing::{Random, Shape, WrappingMemory, random_function};
use crate::ir::{Evaluation, Function, evaluate, parse, verify};
use crate::specs::ops::{Lir, Op};

fn run(function: &Function<Lir>, arguments: &[u64]) -> (Evaluation, WrappingMemory) {
    let mut memory = WrappingMemory::default();
    let end = evaluate(function, arguments, &mut memory, 1000);
    (end, memory)
}

#[test]
fn random_functions_of_lir_verify_print_parse_and_survive_the_passes() {
    let mut ends = [0; 3];
    for seed in 0..80 {
        let mut random = Random::new(seed);
        let before = random_function::<Lir>(&mut random, &Shape::default());
        verify(&before).unwrap_or_else(|errors| panic!("{errors}\n{before}"));
        let text = before.to_string();
        let parsed: Function<Lir> = parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
        assert_eq!(parsed.to_string(), text);

        let mut after = parsed;
        remove_unreachable_blocks(&mut after);
        number_values(&mut after);
        eliminate_dead_code(&mut after);
        split_critical_edges(&mut after, Op::Jump);
        verify(&after).unwrap_or_else(|errors| panic!("{errors}\n{before}\n{after}"));
        for _ in 0..8 {
            let arguments = [
                random.integer() as u64,
                random.bits(),
                random.float().to_bits(),
            ];
            let expected = run(&before, &arguments);
            match expected.0 {
                Evaluation::Returned(_) => ends[0] += 1,
                Evaluation::Exited { .. } => ends[1] += 1,
                Evaluation::OutOfSteps => {
                    ends[2] += 1;
                    continue;
                }
                ref end => panic!("{end:?} for {arguments:?}\n{before}"),
            }
            assert_eq!(
                run(&after, &arguments),
                expected,
                "{arguments:?}\n{before}\n{after}"
            );
        }
    }
    assert!(ends.iter().all(|&count| count > 20), "{ends:?}");
}
