//! Conditions against what they say when they are computed: every two of them, and each behind all others.
//!
//! What is found to be empty, contained, dead or covered has to be so for every input that is tried, whatever the conditions
//! are; and an example has to be what it is an example of.

use super::{ISA, NOTHING, about_rewriting, errors, full, ops, said, tokens};
use crate::check::example::Asked;
use crate::error::Context;
use crate::model::lowering::Lowering;
use crate::model::lowering::rows::Rows;
use crate::space::{Relations, Shape};
use crate::{model, parse};

/// A condition on one constant or two, and what it means.
type Condition = (&'static str, fn(i64, i64) -> bool);

const MIN: i64 = i64::MIN;
const MAX: i64 = i64::MAX;

/// Sets of one constant, `a`.
const SETS: &[Condition] = &[
    ("a <= -9223372036854775808", |a, _| a == MIN),
    ("a > -9223372036854775808", |a, _| a != MIN),
    ("a >= 9223372036854775807", |a, _| a == MAX),
    ("a != 9223372036854775807", |a, _| a != MAX),
    ("a + 1 <= -9223372036854775808", |a, _| a == MAX),
    ("a - 1 > 9223372036854775806", |a, _| a == MIN),
    ("-a < 0", |a, _| a.wrapping_neg() < 0),
    ("a % 8 == 1", |a, _| a % 8 == 1),
    ("a % 8 == -7", |a, _| a % 8 == -7),
    ("a & 7 == 1", |a, _| a & 7 == 1),
    ("a & 7 != 1", |a, _| a & 7 != 1),
    ("(a + 3) & 15 == 4", |a, _| a.wrapping_add(3) & 15 == 4),
    ("a % 2 != 0 && a > -9", |a, _| a % 2 != 0 && a > -9),
    ("a % 4 <= -2", |a, _| a % 4 <= -2),
    ("a % 4 > -2 && a < 100", |a, _| a % 4 > -2 && a < 100),
    ("power_of_two(a)", |a, _| a.count_ones() == 1),
    ("power_of_two(a) && a > 3", |a, _| {
        a.count_ones() == 1 && a > 3
    }),
    ("power_of_two(a + 1) && a < 9", |a, _| {
        a.wrapping_add(1).count_ones() == 1 && a < 9
    }),
    ("power_of_two(-a)", |a, _| {
        a.wrapping_neg().count_ones() == 1
    }),
    ("a << 65 == 2", |a, _| a << 1 == 2),
    ("a << 63 != 0", |a, _| a & 1 == 1),
    ("a * -9223372036854775808 == 0", |a, _| a & 1 == 0),
    ("a >> 63 == -1", |a, _| a < 0),
    ("a >> 62 == 1", |a, _| a >= 1 << 62),
    ("a >> -1 == 0", |a, _| a >= 0),
    ("!a & 7 == 1", |a, _| !a & 7 == 1),
    ("!(a | -8) == 1", |a, _| !(a | -8) == 1),
    ("a ^ -1 < -5", |a, _| !a < -5),
    ("trailing_zeros(a) > 2", |a, _| a.trailing_zeros() > 2),
    ("trailing_zeros(a) == 64", |a, _| a == 0),
    ("a in Imm12", |a, _| (0..=4095).contains(&a)),
    ("a - 5 in Imm12Shifted", |a, _| {
        let a = a.wrapping_sub(5);
        (0..=0xfff000).contains(&a) && a % 4096 == 0
    }),
    ("a in Few", |a, _| [1, 2, 4, 8, 16, 33].contains(&a)),
];

/// Conditions on two constants.
const COMPARISONS: &[Condition] = &[
    ("a == b", |a, b| a == b),
    ("a != b", |a, b| a != b),
    ("a < b", |a, b| a < b),
    ("b <= a", |a, b| b <= a),
    ("a == b && b > 5", |a, b| a == b && b > 5),
    ("a < 3 && b > 5", |a, b| a < 3 && b > 5),
    ("a < b && b < 4", |a, b| a < b && b < 4),
    ("a > b && a <= -9223372036854775807", |a, b| {
        a > b && a <= MIN + 1
    }),
    ("a < b && a >= 9223372036854775806", |a, b| {
        a < b && a >= MAX - 1
    }),
    ("a == b && a % 2 == 0 && b < 10", |a, b| {
        a == b && a % 2 == 0 && b < 10
    }),
    ("a & 7 == 1 && b & 3 == 1", |a, b| a & 7 == 1 && b & 3 == 1),
    ("a & 7 == 2 && b & 3 == 1", |a, b| a & 7 == 2 && b & 3 == 1),
    ("power_of_two(a) && a == b", |a, b| {
        a.count_ones() == 1 && a == b
    }),
    ("b in Imm12", |_, b| (0..=4095).contains(&b)),
    // Of these, only some things are known.
    ("a + 1 < a", |a, _| a.wrapping_add(1) < a),
    ("a + 1 >= a", |a, _| a.wrapping_add(1) >= a),
    ("a + b == 0", |a, b| a.wrapping_add(b) == 0),
    ("a + b != 0 && a < b", |a, b| {
        a.wrapping_add(b) != 0 && a < b
    }),
    ("a % 10 == 3", |a, _| a % 10 == 3),
    ("a * 3 > b", |a, b| a.wrapping_mul(3) > b),
    ("a & b == 8", |a, b| a & b == 8),
];

/// Rules for `Sub` with these conditions, as rows.
struct Read {
    lowering: Lowering,
    rows: Rows,
}

fn read(pattern: &str, conditions: &[Condition]) -> Read {
    let context = Context::new();
    let machine = [ISA, "imm Few: u32 { values 1, 2, 4, 8, 16, 33; }"].concat();
    let isa = model::isa::resolve(parse::isa::parse(tokens(&machine), &context), &context);
    let ops = ops();
    let rules = conditions.iter().enumerate().map(|(index, (text, _))| {
        format!(
            "rule r{index} {{ when {pattern} -> d: Gpr; if {text}; emit {{ ; mov X(d), xzr }} }}"
        )
    });
    let text = format!(
        "lowering Test for crate::ops on crate::isa; partial {{ Sub }} {}",
        rules.collect::<String>()
    );
    let syntax = parse::lowering::parse(tokens(&text), &context).expect("a rule set");
    let lowering = model::lowering::resolve(syntax, &isa, &ops, None, &context);
    let found = errors(context);
    assert!(found.is_empty(), "{:?}", found[0].text());
    let rows = Rows::new(&lowering, &ops);
    assert_eq!(rows.rows.len(), conditions.len());
    Read { lowering, rows }
}

/// Asks about rules with these conditions, and compares with what they mean for pairs of numbers. Of the first few, each
/// example is one.
fn compare(pattern: &str, conditions: &[Condition], exact: usize, numbers: &[i64], others: &[i64]) {
    let Read { lowering, rows } = read(pattern, conditions);
    let relations = Relations::new(&rows.universe, &[]);
    let pairs = || {
        numbers
            .iter()
            .flat_map(|a| others.iter().map(move |b| (*a, *b)))
    };
    let table: Vec<Vec<bool>> = conditions
        .iter()
        .map(|(_, holds)| pairs().map(|(a, b)| holds(a, b)).collect())
        .collect();
    let ask = |accepting: &[usize], behind: &[usize]| {
        let text = || {
            let texts = |rows: &[usize]| {
                rows.iter()
                    .map(|row| conditions[*row].0)
                    .collect::<Vec<_>>()
            };
            format!("{:?} behind {:?}", texts(accepting), texts(behind))
        };
        let row = |index: &usize| &rows.rows[*index];
        let found = match accepting {
            [one, other] => relations.overlap(row(one), row(other)),
            [one] => relations.beside(row(one), behind.iter().map(row)),
            _ => unreachable!("one or two"),
        };
        let is_one = |of: &dyn Fn(usize) -> bool| {
            accepting.iter().all(|row| of(*row)) && !behind.iter().any(|row| of(*row))
        };
        let Some(example) = found else {
            let missed = pairs()
                .enumerate()
                .find(|(input, _)| is_one(&|row| table[row][*input]));
            assert!(missed.is_none(), "{}: {missed:?}", text());
            return;
        };
        let rows_of = |list: &[usize]| list.iter().map(|row| *row..*row + 1).collect();
        let asked = Asked {
            lowering: &lowering,
            rows: &rows,
            accepting: rows_of(accepting),
            others: rows_of(behind),
        };
        let example = asked.agreeing(&example);
        let number = |shape: &Shape| match shape {
            Shape::Constant(number) => *number as i64,
            _ => 0,
        };
        let (a, b) = (number(&example.operands[0]), number(&example.operands[1]));
        if !is_one(&|row| conditions[row].1(a, b)) {
            let mut all = accepting.iter().chain(behind);
            let is_marked = all.clone().any(|index| !row(index).guards.is_empty());
            let is_vague = is_marked && all.any(|index| *index >= exact);
            assert!(is_vague, "{}: {}", text(), example.print(&rows.universe));
        }
    };
    for one in 0..conditions.len() {
        for other in (0..conditions.len()).filter(|other| *other != one) {
            ask(&[one], &[other]);
            if one < other {
                ask(&[one, other], &[]);
            }
        }
        ask(&[one], &[]);
        for end in [6, 12, conditions.len()] {
            let behind: Vec<usize> = (0..end).filter(|index| *index != one).collect();
            ask(&[one], &behind);
        }
    }
}

#[test]
fn conditions_on_one_constant_are_exact() {
    let near = |value: i64| (-17..=17).map(move |by| value.wrapping_add(by));
    let numbers: Vec<i64> = [MIN, -(1 << 40), -4096, 0, 33, 4096, 1 << 32, 1 << 62, MAX]
        .into_iter()
        .flat_map(near)
        .collect();
    compare(
        "Sub(a: const I64, _: Gpr)",
        SETS,
        SETS.len(),
        &numbers,
        &[0],
    );
}

#[test]
fn conditions_on_two_constants_are_sound() {
    let numbers = [
        MIN,
        MIN + 1,
        MIN + 2,
        -8,
        -7,
        -3,
        -1,
        0,
        1,
        2,
        3,
        4,
        5,
        6,
        7,
        8,
        9,
        13,
        17,
        4096,
        MAX - 2,
        MAX - 1,
        MAX,
    ];
    let exact = COMPARISONS
        .iter()
        .position(|(text, _)| text.starts_with("a + 1"));
    let exact = exact.expect("it is there");
    compare(
        "Sub(a: const I64, b: const I64)",
        COMPARISONS,
        exact,
        &numbers,
        &numbers,
    );
}

/// The example in the only message about two rules under these conditions.
#[track_caller]
fn example(first: &str, second: &str) -> String {
    let rule = |name: &str, condition: &str| {
        format!(
            "rule {name} {{ when Sub(a: const I64, b: const I64) -> d: Gpr; if {condition}; let n: Imm12 = (a ^ b) & 1;
             emit {{ ; add XSP(d), XSP(d), n }} }}"
        )
    };
    let texts = full(&format!(
        "partial {{ Sub }} {}{}",
        rule("one", first),
        rule("other", second)
    ));
    let examples: Vec<&str> = texts
        .iter()
        .filter_map(|text| {
            text.lines()
                .find_map(|line| line.trim().strip_prefix("example: "))
        })
        .collect();
    let [example] = examples[..] else {
        panic!("{texts:#?}")
    };
    example.to_owned()
}

#[test]
fn examples_are_what_conditions_say() {
    assert_eq!(example("a == b", "b > 5"), "Sub(#6, #6)");
    assert_eq!(example("a < b", "a > 5"), "Sub(#6, #7)");
    assert_eq!(example("a + b == 7", "b > 9"), "Sub(#-3, #10)");
    assert_eq!(example("a % 10 == 3", "b == 0 && a > 3"), "Sub(#13, #0)");
    assert_eq!(example("a != b", "a % 8 == 1"), "Sub(#1, #0)");
    assert_eq!(
        example("a & 0xf0f000 == 0x1000", "b < 0"),
        "Sub(#4096, #-1)"
    );
}

/// What is said about rewriting rules with these patterns, the first lines.
fn rewriting(patterns: &[&str], more: &str) -> Vec<String> {
    let rules = patterns.iter().enumerate();
    let rules =
        rules.map(|(index, pattern)| format!("rule r{index} {{ when {pattern}; becomes 0; }}"));
    let texts = super::texts(about_rewriting(&format!(
        "{} {more}",
        rules.collect::<String>()
    )));
    let about = texts.iter().filter(|text| !text.contains("[JL030]"));
    let line = |text: &String| {
        let example = text
            .lines()
            .find_map(|line| line.trim().strip_prefix("example: "));
        let first = text.lines().next().unwrap_or_default();
        example.map_or_else(|| first.to_owned(), str::to_owned)
    };
    about.map(line).collect()
}

#[test]
fn one_value_is_like_both_of_its_patterns() {
    assert_eq!(rewriting(&["Sub(a, a)", "Sub(b, 5)"], ""), ["Sub(#5, #5)"]);
    assert_eq!(
        rewriting(&["Sub(a, a)", "Sub(Shl(b, c), d)"], ""),
        ["Sub(Shl(x1, x2), Shl(x1, x2))"]
    );
    assert_eq!(
        rewriting(
            &["Sub(a, a)", "Sub(b: const I64, c: const I64); if b == c"],
            "prefer r0 over r1;"
        ),
        NOTHING
    );
    // Nothing is a constant and a shift, nor two constants, nor computed from itself.
    assert_eq!(rewriting(&["Sub(a, a)", "Sub(Shl(b, c), 5)"], ""), NOTHING);
    assert_eq!(rewriting(&["Sub(a, a)", "Sub(4, 5)"], ""), NOTHING);
    assert_eq!(
        rewriting(
            &["Sub(a, a)", "Sub(b: const I64, c: const I64); if b < c"],
            ""
        ),
        NOTHING
    );
    assert_eq!(rewriting(&["Sub(a, a)", "Sub(Shl(b, c), b)"], ""), NOTHING);
    assert_eq!(
        rewriting(&["Sub(Shl(a, b), Shl(a, c))", "Sub(Shl(d, e), d)"], ""),
        NOTHING
    );
    // The same sum is the sum of the same.
    assert_eq!(
        rewriting(&["Sub(a, a)", "Sub(Shl(b, c), Shl(c, b))"], ""),
        ["Sub(Shl(x1, x1), Shl(x1, x1))"]
    );
}

#[test]
fn equalities_are_followed() {
    // Of three that are the same, any two are.
    let three = "Sub(Shl(a, a), a)";
    assert_eq!(
        rewriting(
            &[three, "Sub(Shl(b, c), c)", "Sub(Shl(b, c), b)"],
            "prefer r1 over r2;"
        ),
        NOTHING
    );
    assert_eq!(
        rewriting(
            &[three, "Sub(Shl(b, c), c)", "Sub(Shl(b, c), b)"],
            "prefer r1 over r2; prefer r2 over r0;"
        ),
        ["Sub(Shl(x1, x1), x1)"]
    );
    let ordered = |conditions: &str| {
        said(&format!(
            "partial {{ Sub }} rule r {{ when Sub(Shl(a: const I64, b: const I64), c: const I64) -> d: Gpr; if {conditions};
             emit {{ ; mov X(d), xzr }} }}"
        ))
    };
    assert_eq!(ordered("a < b && b < c"), NOTHING);
    assert_eq!(
        ordered("a < b && b <= c && c <= a"),
        ["no constants satisfy the condition of rule `r`: `a < b && b <= c && c <= a` [JL013]"]
    );
    assert_eq!(
        ordered("a == b && b == c && a > 4 && c < 4").len(),
        1,
        "the ends of one limit the others"
    );
}

#[test]
fn kinds_of_many_ranges_are_exact_in_conditions() {
    let rules = |condition: &'static str| {
        let conditions: [Condition; 2] = [("a in Few", |_, _| true), (condition, |_, _| true)];
        read("Sub(_: Gpr, a: const I64)", &conditions)
    };
    for (condition, meets) in [
        ("a == 33", true),
        ("a == 34", false),
        ("a == 8 && a > 4", true),
        ("a % 2 == 1 && a > 1 && a < 33", false),
    ] {
        let Read { rows, .. } = rules(condition);
        assert!(rows.rows.iter().all(|row| row.guards.is_empty()));
        let relations = Relations::new(&rows.universe, &[]);
        assert_eq!(
            relations.overlap(&rows.rows[0], &rows.rows[1]).is_some(),
            meets,
            "{condition}"
        );
    }
}
