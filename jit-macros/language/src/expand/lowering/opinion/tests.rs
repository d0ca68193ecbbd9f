//! What becomes of patterns, and that the compiler does object to a verdict that is wrong.

use std::process::Command;

use super::*;
use crate::error::Context;
use crate::reading::{self, RuleSet};

fn text(set: &Set) -> (String, bool) {
    let mut exact = true;
    let tokens = constants(set, &mut exact);
    (tokens.to_string(), exact)
}

#[test]
fn sets_become_ranges_and_strides_are_not_exact() {
    assert_eq!(
        text(&Set::range(-1, 9)),
        ("(- 1i64 ..= 9i64)".to_owned(), true)
    );
    let holed = Set::range(0, 9).without(4);
    assert_eq!(
        text(&holed),
        ("(0i64 ..= 3i64 | 5i64 ..= 9i64)".to_owned(), true)
    );
    assert!(!text(&Set::range(0, 64).multiples(3)).1);
}

#[test]
fn patterns_nest() {
    let shift = Pattern::Definition(
        OperationId(3),
        vec![Pattern::Any, Pattern::Constants(Set::range(0, 63))],
    );
    let mut exact = true;
    let tokens = form(&shift, &mut exact).to_string();
    assert_eq!(
        tokens,
        "Form :: Definition (3u32 , [_ , Form :: Constant ((0i64 ..= 63i64))])"
    );
    assert!(exact);
}

/// A rule set that may be wrong in every way, and the operations that it is for.
fn rules(text: &str) -> RuleSet {
    let tokens = |text: &str| text.parse::<TokenStream>().expect("Rust tokens");
    let context = Context::new();
    let isa = reading::isa(
        tokens(
            "target aarch64; reg Gpr: X { codes 0..=15; } imm Imm12: u32 { range 0..=4095; } imm Imm6: u32 { range 0..=63; }
             form add (w XSP, r XSP, imm Imm12); form add (w X, r X, r X); form add (w X, r X, r X, LSL imm Imm6);",
        ),
        &context,
    );
    let ops = reading::ops(
        tokens(
            "dialect D; value I64: i64 in { Gpr, const };
             /// Sum.\n op Add(a: I64, b: I64) -> I64 { pure; means a.wrapping_add(b); }
             /// Shift.\n op Shl(a: I64, b: I64) -> I64 { pure; means a.wrapping_shl(b as u32); }",
        ),
        &context,
    );
    let text = format!("lowering Test for crate::ops on crate::isa; total {{ Add }} {text}");
    let set = reading::lowering(tokens(&text), &isa, &ops, None, &context);
    context.take();
    set.expect("rules")
}

const IMMEDIATE: &str =
    "rule immediate { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }";
const SHIFTED: &str = "rule shifted { when Add(a: Gpr, Shl(b: Gpr, n: Imm6)) -> d: Gpr; emit { ; add X(d), X(a), X(b), LSL n } }";
const REGISTER: &str =
    "rule register { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }";

/// What the compiler says if the rules are tried in the order `sequence` and held to cover everything.
fn compiled(rules: &RuleSet, sequence: &[usize]) -> Result<(), String> {
    let verdict = |_: OperationId, _: &Operation, _: &Relations<'_>, _: &[&Row]| false;
    let tokens = second_opinion(
        &rules.lowering,
        &rules.rows,
        sequence,
        &Relations::new(&rules.rows.universe, &rules.rows.impossible),
        verdict,
    );
    let text = tokens.expect("a total operation").to_string();
    let folder = std::env::temp_dir().join(format!(
        "opinion-{}-{:?}",
        std::process::id(),
        std::thread::current().id()
    ));
    std::fs::create_dir_all(&folder).expect("a folder");
    let file = folder.join("opinion.rs");
    std::fs::write(&file, text).expect("a file");
    let rustc = std::env::var_os("RUSTC").unwrap_or_else(|| "rustc".into());
    let output = Command::new(rustc)
        .args([
            "--edition",
            "2024",
            "--crate-type",
            "lib",
            "--emit",
            "metadata",
            "--out-dir",
        ])
        .arg(&folder)
        .arg(&file)
        .output()
        .expect("the compiler that builds these tests");
    std::fs::remove_dir_all(&folder).expect("a folder of our own");
    match output.status.success() {
        true => Ok(()),
        false => Err(String::from_utf8_lossy(&output.stderr).into_owned()),
    }
}

#[test]
fn the_compiler_agrees_with_a_right_verdict() {
    let set = rules(&[IMMEDIATE, SHIFTED, REGISTER].concat());
    assert_eq!(compiled(&set, &set.order.sequence), Ok(()));
}

#[test]
fn the_compiler_objects_to_a_gap_that_was_let_through() {
    let set = rules(&[IMMEDIATE, SHIFTED].concat());
    let said = compiled(&set, &set.order.sequence).expect_err("a gap");
    assert!(
        said.contains("error[E0004]: non-exhaustive patterns"),
        "{said}"
    );
    assert!(said.contains("Form::Unknown"), "{said}");
}

#[test]
fn the_compiler_objects_to_a_dead_rule_that_was_let_through() {
    let set = rules(&[IMMEDIATE, SHIFTED, REGISTER].concat());
    let backwards: Vec<usize> = set.order.sequence.iter().rev().copied().collect();
    let said = compiled(&set, &backwards).expect_err("rules behind one that takes everything");
    assert_eq!(
        said.matches("error: unreachable pattern").count(),
        2,
        "{said}"
    );
    // Dead behind several together, of which none accepts all that it does.
    let part = |name: &str, condition: &str| {
        IMMEDIATE
            .replace("immediate", name)
            .replace("emit", &format!("if {condition}; emit"))
    };
    let several = [
        part("low", "b <= 9"),
        part("high", "b > 9"),
        IMMEDIATE.into(),
        REGISTER.into(),
    ];
    let set = rules(&several.concat());
    let said = compiled(&set, &[0, 1, 2, 3]).expect_err("a rule behind two");
    assert_eq!(
        said.matches("error: unreachable pattern").count(),
        1,
        "{said}"
    );
    assert!(said.contains("collectively"), "{said}");
}
