//! Every rewriting rule, alone, on functions made from its pattern: rewritten or not, they do the same.
//!
//! A pattern is turned into a function of its own: its values become parameters, its constants are chosen at the ends of
//! their sets, just outside of them, and at random. If the rule accepts the function, the function and what the rule made
//! of it are evaluated on many arguments by the declared meanings, memory and exits included. Nobody writes a test for a
//! rule, and a rule that is never accepted fails. So does a boundary of a rule that the set, applied as ever, never meets,
//! unless it is out of reach by the declarations.

mod patterns;
mod unreachable;

use std::collections::BTreeSet;
use std::path::Path;

use jit_core::coverage::{Point, Rules, hits};
use jit_core::ir::passes::{eliminate_dead_code, remove_unreachable_blocks, rewrite, rewrite_by};
use jit_core::ir::rewriting::{Applied, RewriteSet};
use jit_core::ir::testing::{Random, Shape, WrappingMemory, random_function};
use jit_core::ir::{Block, Builder, Dialect, Evaluation, Function, Inst, Value, evaluate, verify};
use jit_core::specs::ops::{Build as _, Lir, Type};
use jit_core::specs::rewriting::REWRITE_SETS;
use jit_language::source::{self, Specs};

/// How many functions are made from each pattern.
const FUNCTIONS: usize = 150;
/// How many there are at least for each end of a range.
const FUNCTIONS_AT_ENDS: usize = 20;
/// On how many arguments each is evaluated.
const ARGUMENTS: usize = 12;

fn specs() -> Specs {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    source::read(&folder, "specs/").unwrap_or_else(|error| panic!("{error}"))
}

fn set_of(name: &str) -> &'static RewriteSet<Lir> {
    let set = REWRITE_SETS.iter().find(|set| set.name == name);
    set.unwrap_or_else(|| panic!("{name} is not among the sets that are compiled in"))
}

impl patterns::Ends for Lir {
    fn return_value(builder: &mut Builder<'_, Lir>, value: Value) {
        let word = match builder.function().value_type(value) {
            Type::I64 => value,
            Type::I32 => builder.widen_s(value),
            Type::F64 => builder.float_to_bits(value),
        };
        builder.return_(word);
    }

    fn return_number(builder: &mut Builder<'_, Lir>, number: i64) {
        let number = builder.iconst(number);
        builder.return_(number);
    }
}

fn arguments(function: &Function<Lir>, random: &mut Random) -> Vec<u64> {
    let params = function.params().iter();
    let word = |&param: &Value| match function.value_type(param) {
        Type::F64 => random.float().to_bits(),
        // The upper half of a register that holds half a word may be anything.
        Type::I32 if random.one_in(2) => random.bits(),
        _ => random.integer() as u64,
    };
    params.map(word).collect()
}

/// What a run shows: its end, and memory. That a fault came of another instruction does not count.
fn run(function: &Function<Lir>, arguments: &[u64]) -> (Evaluation, WrappingMemory) {
    let mut memory = WrappingMemory::default();
    let end = evaluate(function, arguments, &mut memory, 1000);
    assert!(
        !matches!(end, Evaluation::Unknown { .. } | Evaluation::Faulted { .. }),
        "{end:?}\n{function}"
    );
    (end, memory)
}

fn assert_same(before: &Function<Lir>, after: &Function<Lir>, rule: &str, random: &mut Random) {
    verify(after).unwrap_or_else(|errors| panic!("{rule}: {errors}\n{before}\n{after}"));
    for _ in 0..ARGUMENTS {
        let arguments = arguments(before, random);
        assert_eq!(
            run(after, &arguments),
            run(before, &arguments),
            "{rule} with {arguments:x?}:\n{before}\n{after}"
        );
    }
}

#[test]
fn every_rule_changes_nothing_that_can_be_seen() {
    let specs = specs();
    let unreachable = unreachable::points(&specs);
    for declared in &specs.rewriting {
        let set = set_of(&declared.rewriting.name.to_string());
        let mut hit: BTreeSet<Point> = BTreeSet::new();
        let mut accepted = vec![0; set.rules.len()];
        let rows = declared.rows.rows.iter().zip(&declared.rows.patterns);
        for (index, (row, pattern)) in rows.enumerate() {
            let rule = &declared.rewriting.left.rules[row.rule];
            assert_eq!(set.rules[row.rule].text.name, rule.name.to_string());
            let mut random = Random::new(row.rule as u64);
            let ends = patterns::ends(rule);
            for number in 0..FUNCTIONS.max(FUNCTIONS_AT_ENDS * ends.len()) {
                let wanted = patterns::wanted(&ends, number);
                let (before, root) =
                    patterns::function(rule, pattern, &specs.ops, wanted, &mut random);
                verify(&before).unwrap_or_else(|errors| panic!("{errors}\n{before}"));
                let mut after = before.clone();
                let apply = set.rules[row.rule].apply;
                let mut applied = false;
                rewrite_by(
                    &mut after,
                    |site| (site.inst() == root && apply(site)).then_some(Applied::Row(index)),
                    |_| applied = true,
                );
                if applied {
                    accepted[row.rule] += 1;
                    assert_same(&before, &after, set.rules[row.rule].text.name, &mut random);
                }
                let mut after = before.clone();
                hit.extend(hits(|| rewrite(&mut after, set)).1);
                assert_same(&before, &after, set.name, &mut random);
            }
        }
        patterns::assert_reached(&Rules::of_rewriting(set), &hit, &unreachable);
        let never: Vec<&str> = (0..accepted.len())
            .filter(|&rule| accepted[rule] == 0)
            .map(|rule| set.rules[rule].text.name)
            .collect();
        assert!(never.is_empty(), "never accepted: {never:?}");
    }
}

#[test]
fn every_folded_operation_means_its_constant() {
    for set in REWRITE_SETS {
        for &op in set.folded {
            let mut random = Random::new(u64::from(Lir::info(op).line));
            for _ in 0..FUNCTIONS {
                let mut before = Function::<Lir>::new("folded");
                let mut builder = Builder::new(&mut before);
                let values: Vec<Value> = Lir::info(op)
                    .value_types()
                    .map(|ty| match ty {
                        Type::I64 => builder.iconst(random.integer()),
                        Type::I32 => builder.iconst32(random.integer() as i32),
                        Type::F64 => builder.fconst(random.float()),
                    })
                    .collect();
                let result = builder.emit(op, values, [], []).expect("a value");
                let word = match builder.function().value_type(result) {
                    Type::I64 => result,
                    Type::I32 => builder.widen_s(result),
                    Type::F64 => builder.float_to_bits(result),
                };
                builder.return_(word);
                let mut after = before.clone();
                rewrite(&mut after, set);
                let is_left = |inst: &Inst| after[*inst].op == op;
                assert!(!after[Block::ENTRY].insts.iter().any(is_left), "{after}");
                assert_same(&before, &after, op.name(), &mut random);
            }
        }
    }
}

#[test]
fn random_functions_mean_the_same_and_are_rewritten_once() {
    let mut replaced = 0;
    for seed in 0..300 {
        let mut random = Random::new(seed);
        let before = random_function::<Lir>(&mut random, &Shape::default());
        let mut after = before.clone();
        for set in REWRITE_SETS {
            replaced += rewrite(&mut after, set);
            verify(&after).unwrap_or_else(|errors| panic!("{errors}\n{before}\n{after}"));
            assert_eq!(rewrite(&mut after.clone(), set), 0, "{before}\n{after}");
        }
        remove_unreachable_blocks(&mut after);
        eliminate_dead_code(&mut after);
        verify(&after).unwrap_or_else(|errors| panic!("{errors}\n{before}\n{after}"));
        for _ in 0..8 {
            // Where half a word is passed on as it is, others see the whole register.
            let mut arguments = arguments(&before, &mut random);
            for (param, word) in before.params().iter().zip(&mut arguments) {
                if before.value_type(*param) == Type::I32 {
                    *word = u64::from(*word as u32);
                }
            }
            let expected = run(&before, &arguments);
            if expected.0 != Evaluation::OutOfSteps {
                assert_eq!(run(&after, &arguments), expected, "{before}\n{after}");
            }
        }
    }
    assert!(replaced > 100, "{replaced} instructions were rewritten");
}
