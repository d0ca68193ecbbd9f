//! Right rules have no counterexample, wrong ones do, and it says what is wrong.

use std::path::Path;

use super::*;
use crate::error::Context;
use crate::model;
use crate::parse;
use crate::source::{self, Specs};
use crate::term::evaluate::{Assignment, Concrete, mix};
use crate::term::{Sort, Term};

fn specs() -> Specs {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs");
    source::read(&folder, "specs/").unwrap_or_else(|error| panic!("{error}"))
}

/// The rules in a text, for the declarations of `specs`; not checked, for what checks refuse has to be found here too.
fn rules(text: &str, specs: &Specs) -> Vec<Rule> {
    let context = Context::new();
    let ops: Vec<String> = specs.ops.ops.iter().map(|op| op.name.to_string()).collect();
    let ops = ops.join(", ");
    let text = format!(
        "lowering Test for crate::ops on crate::isa with crate::calls; partial {{ {ops} }} jump target {{ ; b =>target }} {text}"
    );
    let syntax = parse::lowering::parse(text.parse().unwrap(), &context).unwrap();
    let lowering =
        model::lowering::resolve(syntax, &specs.isa, &specs.ops, Some(&specs.calls), &context);
    let mistakes = context.take();
    assert!(
        mistakes.is_empty(),
        "{}",
        mistakes
            .iter()
            .map(|mistake| mistake.text())
            .collect::<String>()
    );
    lowering.rules
}

thread_local! {
    static SPECS: Specs = specs();
}

/// What is found wrong with the only rule in a text.
fn wrong(text: &str) -> String {
    SPECS.with(|specs| {
        let [rule] = &rules(text, specs)[..] else {
            panic!("one rule: {text}")
        };
        match super::rule(rule, &specs.isa, &specs.ops, &specs.calls, &mut Nobody) {
            Verdict::Refuted(wrong) => wrong.to_string(),
            other => panic!("{text}: {other:?}"),
        }
    })
}

#[test]
fn no_rule_of_specs_has_a_counterexample() {
    let specs = specs();
    let mut proved = 0;
    for rule in specs.sets.iter().flat_map(|set| &set.lowering.rules) {
        match super::rule(rule, &specs.isa, &specs.ops, &specs.calls, &mut Nobody) {
            Verdict::Refuted(wrong) => panic!("{}: {wrong}", rule.name),
            Verdict::Unknown { reason } => panic!("{}: {reason}", rule.name),
            Verdict::Skipped { reason } => {
                assert!(reason == "no solver was asked", "{}: {reason}", rule.name);
            }
            Verdict::Proved => proved += 1,
            Verdict::Executed { inputs } => assert!(inputs > 1000, "{}: {inputs}", rule.name),
        }
    }
    assert!(proved > 10, "simplifying alone proves some");
}

#[test]
fn a_routine_does_for_a_rule_what_it_says() {
    let rule = |operation: &str, clobbers: &str| {
        format!(
            "rule dropped {{
                when {operation}(object: Gpr);
                clobbers {clobbers};
                emit {{ ; routine release(object) }}
                bytes 4;
            }}"
        )
    };
    let found = wrong(&rule("Release", "x16, lr, flags"));
    assert!(found.contains("x17 as it was"), "{found}");
    let found = wrong(&rule("Release", "x16, x17, lr"));
    assert!(found.contains("the flags as they were"), "{found}");
    let found = wrong(&rule("Retain", "x16, x17, lr, flags"));
    assert!(found.contains("memory"), "{found}");
}

#[test]
fn contraction_to_a_fused_operation_is_wrong() {
    let wrong = wrong(
        "rule contracted {
            when FAdd(a: Fpr, FMul(b: Fpr, c: Fpr)) -> d: Fpr;
            emit { ; fmadd D(d), D(b), D(c), D(a) }
            bytes 4;
        }",
    );
    assert!(wrong.starts_with("wrong for FAdd(a = "), "{wrong}");
    assert!(wrong.contains("FMul(b = "), "{wrong}");
    assert!(
        wrong.contains("not so: the result, by `emit`\n  expected "),
        "{wrong}"
    );
    assert!(
        wrong.contains("template: ; fmadd D(d), D(b), D(c), D(a)"),
        "{wrong}"
    );
}

#[test]
fn wrong_results_are_found() {
    for (rule, expected) in [
        ("when Sub(a: Gpr, b: Gpr) -> d: Gpr; emit { ; sub X(d), X(b), X(a) }", "the result"),
        ("when Shl(a: Gpr, n: Imm6) -> d: Gpr; emit { ; lsr X(d), X(a), n }", "the result"),
        ("when LtU(a: Gpr, b: Gpr) -> d: Gpr; clobbers flags; emit { ; cmp X(a), X(b) ; cset X(d), lt }", "the result"),
        ("when LtS(a: Gpr, b: Imm12) -> d: Gpr; clobbers flags; emit { ; cmp XSP(a), b ; cset X(d), mi }", "the result"),
        ("when FLt(a: Fpr, b: Fpr) -> d: Gpr; clobbers flags; emit { ; fcmp D(a), D(b) ; cset X(d), lt }", "the result"),
        ("when WidenU(a: Gpr) -> d: Gpr; emit { ; mov X(d), X(a) }", "the result"),
        ("when LoadI64(base: Gpr, offset: Offset8) -> d: Gpr; emit { ; ldr X(d), [XSP(base)] }", "the result"),
        ("when LoadU16(base: Gpr, offset: Offset1) -> d: Gpr; emit { ; ldrb W(d), [XSP(base), offset] }", "the result"),
        (
            "when Iconst(value: const I64) -> d: Gpr; pool literal: u64 = value; let low: Imm16 = value & 65535;
             emit { ; ldr X(d), =>literal } otherwise { ; movz X(d), low }",
            "the result, by `otherwise`",
        ),
        ("when Add(a: Gpr, b: const I64) -> d: Gpr; let n: Imm12 = b; emit { ; add XSP(d), XSP(a), n }", "`n` fits `Imm12`"),
    ] {
        let found = wrong(&format!("rule wrong {{ {rule} bytes 4; }}"));
        assert!(found.contains(&format!("not so: {expected}")), "{rule}: {found}");
    }
}

/// The page on the language shows this one.
#[test]
fn a_counterexample_is_in_the_words_of_the_rule() {
    let found = wrong(
        "rule sub { when Sub(a: Gpr, b: Gpr) -> d: Gpr; emit { ; sub X(d), X(b), X(a) } bytes 4; }",
    );
    let (text, _place) = found.rsplit_once('\n').unwrap();
    let page = include_str!("../../../../specs/docs/rule-language.md");
    assert!(
        page.contains(&format!("rule `sub`: {text}\n  specs/lowering/integer.rs:")),
        "{text}"
    );
}

#[test]
fn registers_that_are_shared_are_found() {
    let text = "rule early { when Sub(a: Gpr, b: Gpr) -> d: Gpr; emit { ; mov X(d), X(a) ; sub X(d), X(d), X(b) } bytes 8; }";
    let found = wrong(text);
    assert!(found.contains("with `d` in the register of `b`"), "{found}");
    let specs = specs();
    let right = rules(&text.replace("emit", "d: early; emit"), &specs);
    assert!(
        refute(&claim(&right[0], &specs.isa, &specs.ops, None).unwrap())
            .1
            .is_none()
    );
    let zero = "rule zero { when BitsToFloat(a: GprZr) -> d: Fpr; clobbers x16; emit { ; mov x16, XSP(a) ; fmov D(d), x16 } bytes 8; }";
    assert!(wrong(zero).contains("with `a` is xzr"), "{}", wrong(zero));
}

#[test]
fn undeclared_changes_are_found() {
    for (rule, expected) in [
        (
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; adds X(d), X(a), X(b) }",
            "the flags as they were",
        ),
        (
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add x16, X(a), X(b) ; mov X(d), x16 }",
            "x16 as it was",
        ),
        (
            "when StoreI64(value: Gpr, base: Gpr, 0); emit { ; str X(value), [XSP(base)], 8 }",
            "`base` as it was",
        ),
        (
            "when StoreU8(value: Gpr, base: Gpr, 0); narrow value; emit { ; strh W(value), [XSP(base)] }",
            "memory",
        ),
        (
            "when LoadI64(base: Gpr, 0) -> d: Gpr; emit { ; ldr X(d), [XSP(base)] ; str X(d), [XSP(base), 8] }",
            "memory",
        ),
        (
            "when Narrow(a: Gpr) -> d: Gpr; emit { ; sub sp, sp, 16 ; mov X(d), X(a) }",
            "sp as it was",
        ),
    ] {
        let found = wrong(&format!("rule wrong {{ {rule} bytes 4; }}"));
        assert!(
            found.contains(&format!("not so: {expected}")),
            "{rule}: {found}"
        );
    }
}

#[test]
fn control_that_goes_astray_is_found() {
    for (rule, expected) in [
        (
            "when GuardTrue(LtS(a: Gpr, b: Gpr), exit, live); clobbers flags; emit { ; cmp X(a), X(b) }
             branch exit { ; b.gt =>exit } inverse { ; b.le =>exit }",
            "going on, by `emit`",
        ),
        (
            "when Branch(Eq(a: Gpr, b: Gpr), then, otherwise); clobbers flags; emit { ; cmp X(a), X(b) }
             branch then { ; b.eq =>then } inverse { ; b.eq =>then }",
            "by `the inverse branch`",
        ),
        (
            "when AddOrExit(a: Gpr, b: Gpr, exit, live) -> d: Gpr; clobbers flags; emit { ; adds X(d), X(a), X(b) }
             branch exit { ; b.cs =>exit } inverse { ; b.cc =>exit }",
            "taking the exit",
        ),
        ("when Branch(c: Gpr, then, otherwise); goto then;", "the block gone to"),
        ("when Return(value: Gpr); value: in x1; goto epilogue;", "the value returned"),
        (
            "when Retain(object: Gpr); clobbers x16; emit { ; ldr w16, [XSP(object)] ; add w16, w16, 1 ; str w16, [XSP(object)] }",
            "memory",
        ),
    ] {
        let found = wrong(&format!("rule wrong {{ {rule} bytes 4; }}"));
        assert!(found.contains(expected), "{rule}: {found}");
    }
}

#[test]
fn calls_need_their_arguments_and_their_memory() {
    let call = |body: &str| {
        format!(
            "rule wrong {{ when Call(target, arguments) -> d: Gpr; arguments: in aapcs64; d: in x0; clobbers aapcs64;
              emit {{ {body} }} bytes 4; }}"
        )
    };
    assert!(wrong(&call("; mov x1, x0 ; call target")).contains("the result"));
    assert!(wrong(&call("; call target ; call target")).contains("the result"));
    assert!(wrong(&call("; call target ; mov x19, x0")).contains("x19 as it was"));
    let specs = specs();
    let right = rules(&call("; mov x9, x0 ; call target"), &specs);
    assert!(matches!(
        super::rule(&right[0], &specs.isa, &specs.ops, &specs.calls, &mut Nobody),
        Verdict::Proved
    ));
}

#[test]
fn what_rules_rely_on_is_claimed_too() {
    let specs = specs();
    let op = |name: &str| specs.ops.op(name).unwrap();
    let add = commutes(op("Add"), &specs.ops).unwrap();
    assert!(matches!(decide(&add, &mut Nobody), Verdict::Proved));
    let sum = commutes(op("FAdd"), &specs.ops).unwrap();
    assert!(matches!(
        decide(&sum, &mut Nobody),
        Verdict::Executed { .. }
    ));
    for wrong in ["Sub", "FDiv", "LtS", "StoreI64"] {
        let claim = commutes(op(wrong), &specs.ops).unwrap();
        let found = refute(&claim).1.unwrap().to_string();
        assert!(found.starts_with(&format!("wrong for {wrong}(")), "{found}");
    }
    let jumps = specs
        .sets
        .iter()
        .filter_map(|set| jump(&set.lowering, &specs.isa).unwrap());
    let jumps: Vec<Claim> = jumps.collect();
    assert!(!jumps.is_empty());
    assert!(
        jumps
            .iter()
            .all(|claim| matches!(decide(claim, &mut Nobody), Verdict::Proved))
    );
}

#[test]
fn a_result_in_a_given_register_may_take_that_of_an_operand() {
    let text = "rule early { when Sub(a: Gpr, b: Gpr) -> d: Gpr; d: in x0; emit { ; mov X(d), X(a) ; sub X(d), X(d), X(b) } bytes 8; }";
    assert!(
        wrong(text).contains("with `b` in the register of `d`"),
        "{}",
        wrong(text)
    );
}

#[test]
fn what_cannot_be_shown_is_said() {
    let specs = specs();
    let looping = "rule looping { when Neg(a: Gpr) -> d: Gpr; emit { ; again: ; cbz X(a), <again ; neg X(d), X(a) } bytes 8; }";
    let rules = rules(looping, &specs);
    match super::rule(&rules[0], &specs.isa, &specs.ops, &specs.calls, &mut Nobody) {
        Verdict::Skipped { reason } => assert_eq!(reason, "a loop to `again`"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn what_is_known_of_products_is_true_of_them() {
    let [a, b] = ["a", "b"].map(|name| Term::symbol(name, Sort::Bits(64)));
    let wide = |x: Term, y: Term| x.sign_extended(128).times(y.sign_extended(128));
    let assertions = [
        wide(a, b).bit(100),
        a.times(b).bit(3),
        b.times(b).bit(2),
        wide(b, b).bit(70),
    ];
    let known = product::abstracted(&assertions).unwrap();
    assert!(known.len() > assertions.len());
    // The products in the order in which they are met.
    let products = [wide(a, b), a.times(b), b.times(b), wide(b, b)];
    for round in 0..200 {
        let (x, y) = (
            mix(round),
            if round % 3 == 0 {
                mix(round)
            } else {
                mix(round + 1000)
            },
        );
        let mut values = Assignment::new();
        values.insert(a, Concrete::Bits(x.into()));
        values.insert(b, Concrete::Bits(y.into()));
        for (index, product) in products.iter().enumerate() {
            let symbol = Term::symbol(&format!("product_{index}"), product.sort());
            values.insert(symbol, product.evaluate(&values));
        }
        for term in &known[assertions.len()..] {
            assert_eq!(term.evaluate(&values), Concrete::Bool(true), "{term:?}");
        }
    }
}
