//! Rules over nested commutative operations: written once, matched in every order.

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use super::{about_rules, errors, isa, ops, said, tokens};
use crate::error::Context;
use crate::reading;
use crate::space::{OperationId, Pattern};

/// `Add(x0, Add(x1, … Add(xn, 1)))`, so many times: no two orders of it are the same.
fn nest(depth: usize) -> String {
    (0..depth).rev().fold("1".to_owned(), |inner, level| {
        format!("Add(x{level}: Gpr, {inner})")
    })
}

/// A rule with that pattern.
fn rule(depth: usize) -> String {
    let sums: String = (1..depth)
        .map(|level| format!("; add X(t), X(t), X(x{level})"))
        .collect();
    format!(
        "partial {{ Add }} rule nested {{ when {} -> d: Gpr; temp t: Gpr;
             emit {{ ; mov X(t), X(x0) {sums} ; mov X(d), X(t) }} }}",
        nest(depth)
    )
}

/// Every order of [`nest`], written down without the code that is tested.
fn orders(depth: usize) -> BTreeSet<String> {
    let inner = match depth {
        0 => return ["1".to_owned()].into(),
        _ => orders(depth - 1),
    };
    let both = |inner: &String| [format!("Add(_, {inner})"), format!("Add({inner}, _)")];
    inner.iter().flat_map(both).collect()
}

/// What the rows of a rule set accept, and how long it took to read, order and check it.
fn rows(text: &str) -> (Vec<String>, Duration) {
    let (isa, ops, context) = (isa(), ops(), Context::new());
    let text = format!("lowering Test for crate::ops on crate::isa; {text}");
    let started = Instant::now();
    let set =
        reading::lowering(tokens(&text), &isa, &ops, None, &context).expect("it has a header");
    let took = started.elapsed();
    context.take();
    let name = |operation: OperationId| ops.ops[operation.0 as usize].name.to_string();
    fn operands(patterns: &[Pattern], name: &dyn Fn(OperationId) -> String) -> String {
        let one = |pattern: &Pattern| match pattern {
            Pattern::Any => "_".to_owned(),
            Pattern::Constants(_) => "1".to_owned(),
            Pattern::Definition(op, inner) => format!("{}({})", name(*op), operands(inner, name)),
        };
        patterns.iter().map(one).collect::<Vec<_>>().join(", ")
    }
    let rows = set.rows.rows.iter().map(|row| {
        format!(
            "{}({})",
            name(row.operation),
            operands(&row.operands, &name)
        )
    });
    (rows.collect(), took)
}

#[test]
fn all_orders_of_nested_operations_are_matched_and_none_twice() {
    for depth in 1..=6 {
        let (rows, took) = rows(&rule(depth));
        let different: BTreeSet<String> = rows.iter().cloned().collect();
        assert_eq!(different, orders(depth));
        assert_eq!(rows.len(), 1 << depth, "{rows:#?}");
        println!("{depth} nested: {} rows, {took:?}", rows.len());
    }
}

#[test]
fn orders_that_accept_the_same_are_one() {
    let of = |pattern: &str| {
        let text = format!(
            "partial {{ Add }} rule it {{ when {pattern} -> d: Gpr; emit {{ ; mov X(d), X(a) }} }}"
        );
        rows(&text).0
    };
    assert_eq!(of("Add(a: Gpr, b: Gpr)"), ["Add(_, _)"]);
    assert_eq!(
        of("Add(Add(a: Gpr, b: Gpr), Add(c: Gpr, e: Gpr))"),
        ["Add(Add(_, _), Add(_, _))"]
    );
    // Three levels, of which the innermost is the same either way; operands of a shift stay where they are.
    assert_eq!(
        of("Add(Shl(Add(Add(a: Gpr, b: Gpr), c: Gpr), 1), e: Gpr)"),
        [
            "Add(Shl(Add(Add(_, _), _), 1), _)",
            "Add(Shl(Add(_, Add(_, _)), 1), _)",
            "Add(_, Shl(Add(Add(_, _), _), 1))",
            "Add(_, Shl(Add(_, Add(_, _)), 1))",
        ]
    );
}

/// With a condition on where an operand stands, orders that look the same differ.
#[test]
fn orders_with_different_conditions_are_kept_apart() {
    let text = "partial { Add } rule it { when Add(a: const I64, b: const I64) -> d: Gpr; if a < b;
        emit { ; mov X(d), a ; mov X(d), b } }";
    assert_eq!(rows(text).0.len(), 2);
}

#[test]
fn patterns_with_too_many_orders_are_refused() {
    let found = said(&rule(7));
    assert!(
        found[0].starts_with("there are more than 6 commutative operations in one pattern"),
        "{found:#?}"
    );
    let impossible = format!(
        "impossible {};",
        nest(9).replace(": Gpr", "").replace(", 1)", ", const)")
    );
    let impossible = (0..9).fold(impossible, |text, level| {
        text.replace(&format!("x{level}"), "_")
    });
    let found = errors(about_rules(&format!("partial {{ Sub }} {impossible}")));
    let is_refused = |text: String| text.starts_with("there are more than 6 commutative");
    assert_eq!(
        found.iter().filter(|it| is_refused(it.text())).count(),
        1,
        "{found:#?}"
    );
}
