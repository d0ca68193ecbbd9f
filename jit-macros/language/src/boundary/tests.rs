//! Boundaries that rules tried earlier take, and those that they leave.

use std::path::Path;

use super::*;
use crate::error::Context;
use crate::reading;
use crate::source;

fn specs() -> Specs {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
    source::read(&folder, "specs/").unwrap_or_else(|error| panic!("{error}"))
}

/// A rule with immediates.
const IMM: &str = "/// The one in question.
    rule imm { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } bytes 4; }";

/// What nothing reaches of the rule `imm`, beside other rules for additions: the boundary and who takes it.
fn beside(imm: &str, other: &str) -> Vec<String> {
    let specs = specs();
    let header = "lowering Test for crate::specs::ops on crate::specs::isa; partial { Add }";
    let text = format!("{header} {imm} {other}");
    let context = Context::new();
    let tokens = text.parse().expect("tokens");
    let set = reading::lowering(tokens, &specs.isa, &specs.ops, Some(&specs.calls), &context)
        .expect("rules");
    let mistakes = context.take();
    assert!(mistakes.is_empty(), "{}", mistakes[0].text());
    let found = of_lowering(&set, &specs.ops).into_iter();
    let named = found.filter(|found| found.rule == "imm");
    let text = |found: Unreachable| {
        let by: Vec<String> = found.taken_by.into_iter().collect();
        match found.boundary {
            Boundary::Order(variant) => format!("order {variant} by {}", by.join(", ")),
            Boundary::End { constant, value } => {
                format!("{constant} = {value} by {}", by.join(", "))
            }
        }
    };
    named.map(text).collect()
}

#[test]
fn an_end_that_a_narrower_rule_takes_cannot_be_reached() {
    let zero = "/// Nothing to add.
        rule zero { when Add(a: Gpr, 0) -> d: Gpr; emit { ; mov X(d), X(a) } bytes 4; }";
    assert_eq!(beside(IMM, zero), ["b = 0 by zero"]);
    let most = zero.replace("0)", "4095)");
    assert_eq!(beside(IMM, &most), ["b = 4095 by zero"]);
    let within = zero.replace("0)", "1)");
    assert_eq!(beside(IMM, &within), [""; 0]);
}

#[test]
fn an_end_is_reached_in_whatever_is_left_of_the_other_operands() {
    let folded = "/// A sum in it.
        rule folded { when Add(Shl(a: Gpr, n: Imm6), 0) -> d: Gpr; emit { ; lsl X(d), X(a), n } bytes 4; }";
    assert_eq!(beside(IMM, folded), [""; 0]);
}

#[test]
fn several_rules_take_an_end_together() {
    let imm = "/// The one in question.
        rule imm {
            when Add(Shl(a: Gpr, n: Imm6), b: Imm12) -> d: Gpr;
            emit { ; lsl X(d), X(a), n ; add XSP(d), XSP(d), b }
            bytes 8;
        }";
    let below = "/// A short way.
        rule below {
            when Add(Shl(a: Gpr, n: Imm6), 0) -> d: Gpr;
            if n < 32;
            emit { ; lsl X(d), X(a), n }
            bytes 4;
        }";
    assert_eq!(beside(imm, below), [""; 0]);
    let above = below.replace("below", "above").replace("n < 32", "n >= 32");
    assert_eq!(
        beside(imm, &format!("{below} {above}")),
        ["b = 0 by above, below"]
    );
}

#[test]
fn a_condition_that_is_a_set_takes_ends() {
    let power = |kind: &str| {
        format!(
            "/// One bit.
            rule power {{
                when Add(a: Gpr, b: {kind}) -> d: Gpr;
                if power_of_two(b);
                emit {{ ; add XSP(d), XSP(a), b }}
                bytes 4;
            }}"
        )
    };
    assert_eq!(
        beside(IMM, &power("Imm12")),
        [""; 0],
        "0 and 4095 have other bits"
    );
    let from_two = IMM.replace("-> d: Gpr;", "-> d: Gpr; if b >= 2;");
    let power = power("Imm12").replace("if power", "if b >= 2; if power");
    assert_eq!(beside(&from_two, &power), ["b = 2 by power"]);
}

#[test]
fn what_a_nested_operation_would_have_become_is_not_reached() {
    let specs = specs();
    let found = unreachable(&specs).into_iter();
    let mut of_product = found.filter(|found| found.rule == "constants_mul");
    let least = of_product.next().expect("the sign bit is a power of two");
    let boundary = Boundary::End {
        constant: "b".to_owned(),
        value: i64::MIN.into(),
    };
    assert_eq!(least.boundary, boundary);
    assert_eq!(
        least.taken_by,
        BTreeSet::from(["multiply_power".to_owned()])
    );
    assert_eq!(of_product.next(), None);
}

#[test]
fn no_rule_of_specs_is_out_of_reach_altogether() {
    let specs = specs();
    let found = unreachable(&specs);
    assert!(!found.is_empty());
    for found in found {
        // A rule of which nothing can be reached is refused; its other boundaries are there.
        assert!(found.file.starts_with("specs/"), "{}", found.file);
        assert!(found.boundary != Boundary::Order(0), "{}", found.rule);
        let missing = "an input of the specs that is impossible, where a rule ends";
        assert!(!found.taken_by.is_empty(), "{missing}: {}", found.rule);
    }
}
