//! Each way in which a rule can lose, and what is said about it.

use super::{Explanation, Outcome, Selection, Step, Verdict, explain, explain_text};
use crate::ir::{Function, parse};
use crate::machine::select;
use crate::specs::ops::Lir;
use crate::specs::rewriting::REWRITE_SETS;

/// Without rewriting rules.
fn of(text: &str) -> Explanation {
    let explained = explain_text(text, &[]).unwrap_or_else(|error| panic!("{text}: {error}"));
    explained.into_iter().next().expect("one instruction")
}

/// With all of them.
fn rewritten(text: &str) -> Explanation {
    let explained = explain_text(text, &REWRITE_SETS);
    let explained = explained.unwrap_or_else(|error| panic!("{text}: {error}"));
    explained.into_iter().next().expect("one instruction")
}

/// What rules for instructions said, where there is one instruction.
fn selection(explanation: &Explanation) -> &Selection {
    explanation.selections.first().expect("it is left")
}

/// What the rule with this name says to the instruction; none if it matches.
fn says(explanation: &Explanation, name: &str) -> Option<String> {
    failure(&selection(explanation).rows, name)
}

fn failure(rows: &[Verdict], name: &str) -> Option<String> {
    let verdict = rows.iter().find(|verdict| verdict.name == name);
    let verdict = verdict.unwrap_or_else(|| panic!("{name} is not asked"));
    verdict.failure.clone()
}

fn refusal(text: &str, name: &str) -> String {
    says(&of(text), name).unwrap_or_else(|| panic!("{name} matches"))
}

fn winner(text: &str) -> String {
    let explanation = of(text);
    let winner = selection(&explanation).winner();
    winner.expect("every operation has rules").name.clone()
}

/// The instruction of a function that defines a value.
fn in_function(body: &str, value: &str) -> Explanation {
    let text = format!("function \"f\" {{\n{body}\n}}");
    let function: Function<Lir> = parse(&text).unwrap_or_else(|error| panic!("{error}"));
    let insts = function
        .blocks()
        .flat_map(|block| function[block].insts.clone());
    let start = format!("{value} =");
    let inst = insts
        .into_iter()
        .find(|inst| function.display_inst(*inst).to_string().starts_with(&start));
    let inst = inst.unwrap_or_else(|| panic!("nothing defines {value}"));
    explain(&function, inst, &[]).unwrap_or_else(|error| panic!("{error}"))
}

#[test]
fn a_range_is_named_with_its_kind_and_the_value() {
    assert_eq!(
        refusal("Add(x, 4096)", "with_imm12_add"),
        "`b` = 4096 is outside of Imm12 0..=4095"
    );
    assert_eq!(winner("Add(x, 4096)"), "with_imm12_shifted_add");
    assert_eq!(
        refusal("Add(x, 5)", "with_imm12_shifted_add"),
        "`b` = 5 is outside of Imm12Shifted 0..=16773120 in steps of 4096"
    );
}

#[test]
fn a_range_that_conditions_leave_is_named_with_them() {
    assert_eq!(
        refusal("Add(x, 5)", "with_negative_add"),
        "`b` = 5 is outside of -4095..=-1, as `-4095 <= b && b < 0` says"
    );
}

#[test]
fn literals_of_a_pattern_are_named() {
    assert_eq!(
        refusal("Branch(LtS(x, 5))", "branch_sign_lt_s"),
        "`b` = 5 is not 0"
    );
}

#[test]
fn conditions_are_named_with_the_values() {
    assert_eq!(
        refusal("Mul(x, 12)", "multiply_by_power"),
        "`power_of_two(b)` does not hold for `b` = 12"
    );
}

#[test]
fn opaque_predicates_are_named_with_the_values() {
    assert_eq!(
        refusal("And(x, 5)", "with_bits_and"),
        "`b is a Bits64` does not hold for `b` = 5"
    );
}

#[test]
fn registers_are_no_constants() {
    assert_eq!(
        refusal("Add(x, y)", "with_imm12_add"),
        "`b` is y, a parameter, where a constant must be"
    );
    assert_eq!(
        refusal("Add(x, Neg(y))", "with_imm12_add"),
        "`b` is `Neg(…)`, the result of Neg, where a constant must be"
    );
}

#[test]
fn operands_of_other_operations_are_named() {
    assert_eq!(
        refusal("Add(x, Shl(y, 3))", "multiply_add"),
        "`Shl(…)` is the result of Shl, not of Mul"
    );
    assert_eq!(
        refusal("Add(x, 70000)", "multiply_add"),
        "70000 is a constant, not the result of Mul"
    );
    assert_eq!(
        refusal("Add(x, y)", "multiply_add"),
        "y is a parameter, not the result of Mul"
    );
}

#[test]
fn the_order_decides_between_rules_that_match() {
    let explanation = of("Add(x, 0)");
    let winner = selection(&explanation).winner().expect("a rule");
    assert_eq!(winner.name, "with_imm12_add");
    for later in ["with_imm12_shifted_add", "add"] {
        assert_eq!(says(&explanation, later), None);
    }
    let rows = &selection(&explanation).rows;
    let position = |name| rows.iter().position(|row| row.name == name);
    assert!(position("with_imm12_add") < position("with_imm12_shifted_add"));
    assert!(
        explanation
            .to_string()
            .contains("with_imm12_shifted_add  would match too")
    );
}

#[test]
fn an_operation_with_two_users_is_not_folded() {
    let explanation = in_function(
        "block0(v0: I64, v1: I64):\n v2 = Mul v0, v1\n v3 = Add v0, v2\n v4 = Xor v3, v2\n Return v4",
        "v3",
    );
    assert_eq!(
        says(&explanation, "multiply_add").expect("it loses"),
        "v2 is the result of Mul, but is used 2 times: only its single user may carry it out"
    );
    let winner = selection(&explanation).winner().expect("a rule");
    assert_eq!(winner.name, "add");
}

#[test]
fn an_operation_of_another_block_is_not_folded() {
    let explanation = in_function(
        "block0(v0: I64, v1: I64):\n v2 = Mul v0, v1\n Branch v0, block1, block2\nblock1:\n v3 = Add v0, v2\n Return v3\n\
         block2:\n Return v0",
        "v3",
    );
    assert_eq!(
        says(&explanation, "multiply_add").expect("it loses"),
        "v2 is the result of Mul in another block"
    );
}

#[test]
fn a_load_does_not_move_behind_a_write() {
    let explanation = in_function(
        "block0(v0: I64):\n v1 = LoadI32 v0, 0\n StoreI64 v0, v0, 0\n v2 = WidenS v1\n Return v2",
        "v2",
    );
    assert_eq!(
        says(&explanation, "widen_load_signed").expect("it loses"),
        "v1 is the result of LoadI32, which reads memory, and something in between may write"
    );
}

#[test]
fn what_is_folded_or_unused_has_no_rule_of_its_own() {
    let body =
        "block0(v0: I64, v1: I64):\n v2 = Mul v0, v1\n v3 = Add v0, v2\n v4 = Neg v0\n Return v3";
    for value in ["v2", "v4"] {
        let explanation = in_function(body, value);
        assert!(selection(&explanation).rows.is_empty(), "{explanation}");
        assert!(explanation.to_string().contains("its user carries it out"));
    }
}

#[test]
fn the_words_are_shown() {
    let explanation = of("Add(x, 4096)");
    let words: Vec<(u32, &str)> = explanation
        .words
        .iter()
        .map(|line| (line.word, line.text.as_str()))
        .collect();
    assert_eq!(words, [(0x9140_0400, "add x0, x0, #0x1, lsl #12")]);
    // The constant in front of its user, and one on its own.
    let rules = |text| {
        let lines = of(text).words;
        lines.iter().map(|line| line.rule).collect::<Vec<_>>()
    };
    assert_eq!(rules("Mul(x, 12)"), ["iconst_16", "multiply"]);
    assert_eq!(rules("Iconst(70000)"), ["iconst_32", "iconst_32"]);
    assert_eq!(rules("Narrow(x)"), [""; 0]);
}

#[test]
fn operations_of_every_kind_can_be_explained() {
    for (text, rule) in [
        ("Branch(LtS(x, 5))", "branch_imm12_lt_s"),
        ("Branch(Eq(And(x, 8), 0), yes, no)", "branch_bit_eq"),
        ("GuardTrue(x, exit3, [x, y])", "guard_true_value"),
        ("AddOrExit(x, 1)", "checked_imm12_add_or_exit"),
        ("Jump()", "jump"),
        ("Return(x)", "return_value"),
        ("Exit()", "exit"),
        ("Call(0x123450, [x])", "call"),
        ("Release(object)", "release"),
        (
            "LoadF64(Add(base, Shl(index, 3)), 0)",
            "load_element_load_f64",
        ),
        ("StoreI64(0, base, 8)", "store_store_i64"),
        ("FAdd(x, y)", "float_binary_fadd"),
        ("Fconst(1.5)", "fconst_literal"),
        ("Iconst32(-3)", "iconst32_negative_16"),
    ] {
        assert_eq!(winner(text), rule, "{text}");
    }
}

#[test]
fn wrong_texts_are_refused_with_their_place() {
    for (text, message) in [
        (
            "Ad(x, 1)",
            "1:1: expected an operation of Lir, found `Ad`; did you mean `Add`?",
        ),
        (
            "Add(x, LoadI46(y, 0))",
            "1:8: expected an operation of Lir, found `LoadI46`; did you mean `LoadI64`?",
        ),
        (
            "Add(x, Foo(1))",
            "1:8: expected an operation of Lir, found `Foo`",
        ),
        (
            "Add(x)",
            "1:6: expected `,` and operand `b` of `Add`, found `)`",
        ),
        (
            "Add(x, FNeg(y))",
            "1:8: expected a value of type I64, found `FNeg`",
        ),
        (
            "Iconst(x)",
            "1:8: expected a constant of kind `I64`, found `x`",
        ),
        ("Add(x, 1) y", "1:11: expected nothing more, found `y`"),
    ] {
        let error = explain_text(text, &[]).expect_err(text).to_string();
        assert!(error.starts_with(message), "{text}: {error}");
    }
}

#[test]
fn many_refusals_of_one_kind_are_one_line() {
    let text = of("Branch(GeU(x, 5))").to_string();
    assert!(
        text.contains("`GeU(…)` is the result of GeU, not of LtS, LeS, "),
        "{text}"
    );
    assert!(text.lines().count() < 20, "{text}");
}

#[test]
fn the_winner_is_what_selection_chooses() {
    for text in [
        "Sub(Neg(x), Shl(y, 70))",
        "Add(3, 4)",
        "Select(FLt(x, y), 0, b)",
        "And(Xor(x, -1), Shl(y, 3))",
    ] {
        let mut expression = crate::ir::parse_expression(text).expect("an expression");
        super::finish(&mut expression);
        let machine = select(&expression.function).expect("every operation has rules");
        let explanation = of(text);
        let chosen = selection(&explanation).winner().expect("a rule").rule;
        assert!(
            machine
                .insts()
                .iter()
                .filter_map(|inst| inst.rule)
                .any(|rule| (rule.file, rule.line, rule.name)
                    == (chosen.file, chosen.line, chosen.name)),
            "{text}"
        );
    }
}

/// The first step, and what became of it.
fn first(text: &str) -> (Step, String) {
    let explanation = rewritten(text);
    let step = explanation.steps.into_iter().next().expect("a step");
    match &step.outcome {
        Outcome::Replaced(_, made) | Outcome::Folded(made) => {
            let made = made.clone();
            (step, made)
        }
        Outcome::Kept => panic!("{text} is kept"),
    }
}

#[test]
fn what_rewriting_makes_of_an_operation_is_explained_too() {
    let explanation = rewritten("Sub(x, 4096)");
    let [taken, kept] = &explanation.steps[..] else {
        panic!("{explanation}");
    };
    assert_eq!(taken.instruction, "Sub(x, 4096)");
    for (name, why) in [
        ("without_effect_sub", "`b` = 4096 is not 0"),
        (
            "against_itself_sub",
            "`a` is x in one place and 4096 in another",
        ),
        (
            "zero_less",
            "`a` is x, a parameter, where a constant must be",
        ),
        (
            "subtract_negative",
            "4096 is a constant, not the result of Neg",
        ),
    ] {
        assert_eq!(failure(&taken.rows, name).as_deref(), Some(why), "{name}");
    }
    assert_eq!(taken.winner().expect("a rule").name, "subtract_constant");
    let Outcome::Replaced(rule, made) = &taken.outcome else {
        panic!("{explanation}");
    };
    assert_eq!(
        (rule.name, made.as_str()),
        ("subtract_constant", "Add(x, -4096)")
    );
    assert_eq!(kept.instruction, "Add(x, -4096)");
    assert_eq!(kept.outcome, Outcome::Kept);
    assert!(kept.winner().is_none());
    assert_eq!(selection(&explanation).instruction, "Add(x, -4096)");
    let text = explanation.to_string();
    assert!(text.contains("becomes Add(x, -4096)"), "{text}");
    assert!(text.contains("sub x0, x0, #0x1, lsl #12"), "{text}");
}

#[test]
fn rewriting_goes_on_until_no_rule_accepts_what_is_left() {
    let explanation = rewritten("Sub(x, Neg(8))");
    let applied: Vec<&str> = explanation
        .steps
        .iter()
        .map(|step| step.instruction.as_str())
        .collect();
    // The operand comes first: it is a constant then.
    assert_eq!(applied, ["Neg(8)", "Sub(x, -8)", "Add(x, 8)"]);
    assert_eq!(explanation.steps[0].outcome, Outcome::Folded("-8".into()));
    assert_eq!(selection(&explanation).instruction, "Add(x, 8)");
}

#[test]
fn every_kind_of_replacement_is_named() {
    assert_eq!(first("Add(x, 0)").1, "x");
    assert_eq!(first("Sub(x, x)").1, "0");
    assert_eq!(first("Add(3, 4)").1, "7");
    assert_eq!(first("GuardTrue(1, exit3, [x])").1, "nothing");
    assert_eq!(first("StoreI64(x, Add(y, 8), 8)").1, "StoreI64(x, y, 16)");
    assert_eq!(first("FMul(x, 2.0)").1, "FAdd(x, x)");
    assert_eq!(first("FDiv(x, 4.0)").1, "FMul(x, 0.25)");
    assert_eq!(first("Branch(0, yes, no)").1, "Jump(block2)");
    // Nothing is left to select.
    let explanation = rewritten("Add(x, 0)");
    assert!(explanation.selections.is_empty(), "{explanation}");
    assert!(explanation.to_string().contains("no code"));
    let explanation = rewritten("Sub(x, x)");
    assert_eq!(selection(&explanation).instruction, "Iconst(0)");
    assert!(!explanation.words.is_empty(), "{explanation}");
}

#[test]
fn conditions_of_rewriting_rules_are_named_with_the_values() {
    let explanation = rewritten("Mul(x, 12)");
    let rows = &explanation.steps[0].rows;
    assert_eq!(
        failure(rows, "multiply_power").as_deref(),
        Some("`power_of_two(b)` does not hold for `b` = 12")
    );
}

#[test]
fn the_rule_that_is_said_to_be_applied_is_the_one_that_set_applies() {
    for text in ["Sub(x, 4096)", "Eq(Add(x, 3), 5)", "Select(Ne(c, 0), x, y)"] {
        for step in rewritten(text).steps {
            match (&step.outcome, step.winner()) {
                (Outcome::Replaced(rule, _), Some(winner)) => assert_eq!(*rule, winner.rule),
                (Outcome::Kept, None) | (Outcome::Folded(_), None) => {}
                _ => panic!("{text}: {step:?}"),
            }
        }
    }
}

#[test]
fn instructions_of_functions_are_explained_with_what_rewriting_makes_of_them() {
    let text =
        "function \"f\" {\nblock0(v0: I64):\n v1 = Iconst 8\n v2 = Sub v0, v1\n Return v2\n}";
    let explained = explain_text(text, &REWRITE_SETS).unwrap_or_else(|error| panic!("{error}"));
    let [_, subtraction, _] = &explained[..] else {
        panic!("{} instructions", explained.len());
    };
    let text = subtraction.to_string();
    assert!(text.starts_with("v2 = Sub v0, v1\n"), "{text}");
    assert!(text.contains("= Iconst -8; "), "{text}");
    assert!(text.contains("sub x0, x0, #0x8"), "{text}");
}
