//! Rules that lead from one dialect to another: what they may do that others may not, and what is refused.

use super::{OPS, tokens};
use crate::error::{Context, Diagnostic};
use crate::model::rewriting::Dialects;
use crate::{model, parse, reading};

/// A dialect above the one of the other tests.
const ABOVE: &str = r#"
    dialect Above;
    value Thing: i64;
    value Truth: i64;
    value Real: f64;
    given base: Thing;
    given field: const Thing;
    given helper: const Address;
    op Number(value: const Thing) -> Thing { pure; means value; }
    op Sum(a: Thing, b: Thing) -> Thing { pure; commutative; means a.wrapping_add(b); }
    op Field(a: Thing, at: const Thing) -> Thing { reads memory; means memory.i64(a, at); }
    op Fixed(a: Thing) -> Thing { reads memory; means memory.i64(a, field); }
    op Ask(count: const Thing, exit: const Exit, values: list behind count) -> Thing {
        call;
        guard;
        means {
            let said = memory.call_with(helper, &[base as u64], values, count) as i64;
            if said != 0 { Some(said) } else { None }
        };
    }
    op End(value: Thing) { terminator; means value; }
"#;

/// Rules for all of it but what `rest` is about.
const RULES: [(&str, &str); 6] = [
    (
        "Number",
        "/// It.\n rule number { when Number(value: const Thing); becomes value; }",
    ),
    (
        "Sum",
        "/// Words.\n rule sum { when Sum(a, b); becomes Add(a, b); }",
    ),
    (
        "Field",
        "/// A word.\n rule field { when Field(a, at: const Thing); becomes Load(a, at); }",
    ),
    (
        "Fixed",
        "/// A word.\n rule fixed { when Fixed(a); becomes Load(a, field); }",
    ),
    (
        "Ask",
        "/// A call.\n rule ask {
            when Ask(count: const Thing, exit, values);
            becomes {
                let said = Call(helper, [base, ..values[..count]]);
                GuardTrue(said, exit, [..values[count..]]);
                said
            }
        }",
    ),
    (
        "End",
        "/// The end.\n rule end { when End(value); becomes Return(value); }",
    ),
];

/// What is said about these rules for `op`, and the others; all lines of each message.
fn about(op: &str, rules: &str) -> Vec<String> {
    let context = Context::new();
    let below = "op Iconst(value: const I64) -> I64 { pure; means value; }
        op Branch(condition: I64, then: block, otherwise: block) {
            terminator;
            means if condition != 0 { then } else { otherwise };
        }";
    let below = parse::ops::parse(tokens(&[OPS, below].concat()), &context);
    let below = model::ops::resolve(below, &context);
    let above = parse::ops::parse(tokens(ABOVE), &context);
    let above = model::ops::resolve(above, &context);
    let others = RULES.iter().filter(|(other, _)| *other != op);
    let others: String = others.map(|(_, rule)| *rule).collect();
    let text = format!("rewriting Test for crate::above to crate::ops; {others} {rules}");
    let dialects = Dialects {
        from: &above,
        to: &below,
    };
    reading::rewriting(tokens(&text), dialects, &context);
    context.take().iter().map(Diagnostic::text).collect()
}

fn first_line(op: &str, rules: &str) -> String {
    let said = about(op, rules);
    let [only] = &said[..] else {
        panic!("{rules}: {said:#?}");
    };
    only.lines().next().unwrap_or_default().to_owned()
}

/// What is said about a rule for `Fixed` that has this right side.
fn fixed(right: &str) -> String {
    first_line(
        "Fixed",
        &format!("/// A word.\n rule fixed {{ when Fixed(a); becomes {right} }}"),
    )
}

#[test]
fn right_rules_are_accepted() {
    assert_eq!(about("", ""), [] as [String; 0]);
    let blocks = "/// A word, if there is one.\n rule fixed {
        when Fixed(a);
        becomes {
            let found = if a cold { let b = Load(a, field); Add(b, 1) } else { 0 };
            if Sub(found, 1) { found } else { if a { base } else { 7 } }
        }
    }";
    assert_eq!(about("Fixed", blocks), [] as [String; 0]);
    let without_value = "/// Asks again.\n rule ask {
        when Ask(count: const Thing, exit, values);
        becomes {
            let said = Call(helper, [base, ..values[..count]]);
            if said { } else { Call(helper, [said]) }
            GuardTrue(said, exit, [..values[count..]]);
            said
        }
    }";
    assert_eq!(about("Ask", without_value), [] as [String; 0]);
}

#[test]
fn nothing_stays_behind() {
    let said = about("Sum", "");
    let [only] = &said[..] else {
        panic!("{said:#?}")
    };
    assert!(only.contains("no rule is for `Sum`"), "{only}");
    assert!(only.contains("[JL020]"), "{only}");
    let some = "/// Some.\n rule sum { when Sum(a, b: const Thing); if b < 5; becomes Add(a, b); }";
    let line = first_line("Sum", some);
    assert!(line.starts_with("no rule for `Sum(x1, x2)`"), "{line}");
}

#[test]
fn names_are_known_and_of_the_right_kind() {
    for (right, expected) in [
        (
            "Load(a, feild);",
            "`feild` is not bound by the pattern or by a `let` before this line [JL030]",
        ),
        (
            "Load(a, base);",
            "the value of `base` is not known when a rule is chosen [JL003]",
        ),
        (
            "Lod(a, field);",
            "no operation `Lod`; did you mean `Load`? [JL001]",
        ),
        ("Field(a, field);", "no operation `Field` [JL001]"),
        (
            "{ let found = if a { 1 } else { 0 }; found }",
            "no block of this `if` says what type its value has [JL091]",
        ),
        (
            "{ let found = if a { Load(a, 0) }; found }",
            "a value is wanted from this `if`, and it has no `else` [JL091]",
        ),
        (
            "if a { Load(a, 0); } else { 0 }",
            "a value is wanted from this block, and it has none [JL091]",
        ),
        (
            "if a { let found = Load(a, 0); found } else { found }",
            "`found` is not bound by the pattern or by a `let` before this line [JL030]",
        ),
        (
            "{ let base = Load(a, 0); base }",
            "`base` is bound twice [JL070]",
        ),
        (
            "if a { Narrow(a) } else { a }",
            "a value of type `I64` is needed here, this is of type `I32` [JL091]",
        ),
    ] {
        assert_eq!(fixed(right), expected, "{right}");
    }
}

#[test]
fn helps_name_what_is_given() {
    let rule = "/// A word.\n rule fixed { when Fixed(a); becomes Load(a, feild); }";
    let said = about("Fixed", rule);
    assert!(said[0].contains("did you mean `field`?"), "{}", said[0]);
    let taken = "/// A word.\n rule fixed { when Fixed(base); becomes Load(base, field); }";
    assert_eq!(
        first_line("Fixed", taken),
        "`base` is the name of something given [JL070]"
    );
}

#[test]
fn effects_are_those_of_the_operation() {
    let sum = |right: &str| {
        first_line(
            "Sum",
            &format!("/// S.\n rule sum {{ when Sum(a, b); becomes {right} }}"),
        )
    };
    assert_eq!(
        sum("{ Call(helper, [a]); Add(a, b) }"),
        "`Call` calls, and `Sum` does not [JL092]"
    );
    assert_eq!(
        sum("{ let c = Load(a, 0); Add(c, b) }"),
        "`Load` reads memory, and `Sum` does not [JL092]"
    );
    let ask = |right: &str| {
        let when = "when Ask(count: const Thing, exit, values);";
        first_line(
            "Ask",
            &format!("/// A.\n rule ask {{ {when} becomes {right} }}"),
        )
    };
    assert_eq!(
        ask("{ GuardTrue(count, exit, [..values[count..]]); 0 }"),
        "`Ask` calls, and the right side does not [JL092]"
    );
    let end = |right: &str| {
        first_line(
            "End",
            &format!("/// E.\n rule end {{ when End(value); becomes {right} }}"),
        )
    };
    let ends = "`End` ends its block, and so has to do the last step, alone [JL092]";
    assert_eq!(end("if value { Return(value) } else { Return(0) }"), ends);
    assert_eq!(end("{ Return(value); Return(value); }"), ends);
}

#[test]
fn lists_are_of_lists_and_counts_of_constants() {
    let ask = |list: &str| {
        first_line(
            "Ask",
            &format!(
                "/// A.\n rule ask {{ when Ask(count: const Thing, exit, values);
                 becomes {{ let said = Call(helper, {list}); GuardTrue(said, exit, [..values[count..]]); said }} }}"
            ),
        )
    };
    assert_eq!(ask("[..exit]"), "`exit` is not a list [JL003]");
    assert_eq!(
        ask("[..values[..exit]]"),
        "`exit` is not a constant of the pattern [JL003]"
    );
    assert_eq!(
        ask("[..valus]"),
        "`valus` is not bound by the pattern or by a `let` before this line [JL030]"
    );
}

#[test]
fn what_only_leads_elsewhere_is_refused_within_a_dialect() {
    let said = |text: &str| {
        let found = super::texts(super::about_rewriting(text));
        found[0].lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(
        said("/// A.\n rule a { when Sub(a, b); becomes if a { b } else { a } }"),
        "an operation is replaced in the middle of its block [JL000]"
    );
    assert_eq!(
        said(
            "/// A.\n rule a { when Call(target, arguments); becomes Call(target, [..arguments]); }"
        ),
        "within a dialect a list is passed on as it is [JL000]"
    );
}

#[test]
fn what_is_given_is_a_word() {
    let said = |text: &str| {
        let context = Context::new();
        let text = format!("dialect Above; value Thing: i64; {text}");
        reading::ops(tokens(&text), &context);
        let found: Vec<String> = context.take().iter().map(Diagnostic::text).collect();
        found[0].lines().next().unwrap_or_default().to_owned()
    };
    assert_eq!(
        said("/// All.\n given all: list;"),
        "`all` is given, so it is a value or a constant [JL003]"
    );
    assert_eq!(
        said("/// One.\n given a: Thing; /// Two.\n given a: Thing;"),
        "given `a` is declared twice [JL070]"
    );
    let operand = "/// One.\n given a: Thing;
        /// Op.\n op Same(a: Thing) -> Thing { pure; means a; }";
    assert_eq!(said(operand), "operand `a` is declared twice [JL070]");
    assert_eq!(
        said("/// Op.\n op Ask(exit: const Exit, all: list behind many) { guard; means true; }"),
        "`many` is no constant operand, so it counts nothing [JL001]"
    );
}
