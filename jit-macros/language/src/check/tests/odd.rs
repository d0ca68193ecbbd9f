//! What would do no harm, and yet cannot be what somebody meant.

use super::slips::{dialect, machine, strategies};
use super::{NOTHING, about_add, about_rewriting, errors, first_lines, said, texts};

fn rewriting(text: &str) -> Vec<String> {
    first_lines(texts(about_rewriting(text)))
}

#[test]
fn an_operand_stands_behind_a_comma() {
    let line = |line: &str| {
        about_add(&format!(
            "when Add(a: Gpr, b: Gpr) -> d: Gpr; emit {{ ; {line} }}"
        ))
    };
    let nothing_behind = ["no operand stands behind this `,` [JL080]"];
    assert_eq!(line("add X(d), X(a), X(b)"), NOTHING);
    assert_eq!(line("add X(d), X(a), X(b),"), nothing_behind);
    let found = errors(super::about_rules(
        "partial { Load } rule load {
             when Load(a: Gpr, b: Offset8) -> d: Gpr; emit { ; ldr X(d), [XSP(a), b, ] }
         }",
    ));
    assert_eq!(first_lines(vec![found[0].text()]), nothing_behind);
    let marked = found[0].regions[0].first.source_text();
    assert_eq!(marked.as_deref(), Some(","));
}

#[test]
fn a_number_is_in_a_list_once() {
    let values = |values: &str| machine(&format!("target aarch64; imm A: u32 {{ {values} }}"));
    assert_eq!(values("values 0, 12;"), NOTHING);
    assert_eq!(
        values("values 1, 2, 1;"),
        ["1 is in this list already [JL070]"]
    );
    assert_eq!(
        values("range 0..=8, 5..=9;"),
        ["5 is in this list already [JL070]"]
    );
    // What both ranges have in common is thinned out.
    assert_eq!(values("range 0..=9, 9..=16; multiple_of 8;"), NOTHING);
    assert_eq!(
        machine("target aarch64; link Near { bytes 0..=8, 8..=16; multiple_of 4; }"),
        ["8 is in this list already [JL070]"]
    );
}

#[test]
fn a_list_lists_something() {
    let empty = "expected operations: a list without any says nothing [JL000]";
    assert_eq!(rewriting("fold { }"), [empty]);
    for list in ["total", "partial", "unlowered"] {
        assert_eq!(said(&format!("{list} {{ }}"))[0], empty);
    }
}

#[test]
fn a_class_is_named_once_for_a_type() {
    let context = crate::error::Context::new();
    let text = "dialect D; value J: i32 in { Gpr, Gpr };";
    crate::reading::ops(super::tokens(text), &context);
    let [finding] = &errors(context)[..] else {
        panic!("one mistake")
    };
    assert_eq!(finding.message, "there is `Gpr` already");
    assert_eq!(finding.help.as_deref(), Some("delete one of them"));
}

#[test]
fn a_constant_that_becomes_itself_is_made_again_and_again() {
    let endless = |rule: &str| {
        format!("rewriting may not come to an end: rule `{rule}` accepts what it makes [JL090]")
    };
    assert_eq!(
        rewriting("rule same { when Iconst(a: const I64); becomes a; }"),
        [endless("same")]
    );
    assert_eq!(
        rewriting("rule same { when Iconst(a: const I64); becomes Iconst(a); }"),
        [endless("same")]
    );
    assert_eq!(
        rewriting("rule next { when Iconst(a: const I64); becomes a + 1; }"),
        [endless("next")]
    );
    // Within another operation it is made as well.
    assert_eq!(
        rewriting("rule sum { when Iconst(a: const I64); if a > 3; becomes Add(4, 1); }"),
        [endless("sum")]
    );
    // These are made once.
    assert_eq!(
        rewriting("rule none { when Iconst(a: const I64); if a > 3; becomes 0; }"),
        NOTHING
    );
    assert_eq!(
        rewriting("rule other { when Iconst32(a: const I32); if a > 3; becomes Narrow(5); }"),
        NOTHING
    );
    // This one is there already.
    assert_eq!(
        rewriting(
            "rule first { when Add(a: const I64, 0); becomes a; }
             rule none { when Iconst(a: const I64); if a > 3; becomes 0; }"
        ),
        NOTHING
    );
}

#[test]
fn steps_of_a_right_side_are_used() {
    let right = |right: &str| rewriting(&format!("rule r {{ when Shl(a, b); becomes {right} }}"));
    assert_eq!(right("{ let x = Add(a, b); Sub(x, b) }"), NOTHING);
    assert_eq!(
        right("{ let x = Add(a, b); Sub(a, b) }"),
        ["`x` is bound and never used [JL030]"]
    );
    assert_eq!(
        right("{ Add(a, b); Sub(a, b) }"),
        ["nothing uses the value of `Add`, which does nothing else [JL030]"]
    );
    assert_eq!(
        rewriting("rule r { when Call(f, list); becomes { let x = Call(f, list); x } }"),
        ["rewriting may not come to an end: rule `r` accepts what it makes [JL090]"]
    );
    assert_eq!(
        rewriting("rule r { when Call(f, list); becomes { let x = Call(f, list); 0 } }")[0],
        "`x` is bound and never used [JL030]"
    );
}

#[test]
fn names_in_meanings_are_used() {
    let add = |body: &str| {
        machine(&format!(
            "target aarch64; form add (w X, r X, r X); means add (d, a, b) {{ {body} }}"
        ))
    };
    let unused = ["`sum` is bound and never used [JL030]"];
    assert_eq!(add("let sum = a.wrapping_add(b); d = sum;"), NOTHING);
    assert_eq!(
        add("let sum = a.wrapping_add(b); d = a.wrapping_add(b);"),
        unused
    );
    assert_eq!(
        add("let sum = a; let sum = b.wrapping_add(a); d = sum;"),
        unused
    );
    assert_eq!(
        add("let sum = a; let sum = b.wrapping_add(sum); d = sum;"),
        NOTHING
    );
    assert_eq!(
        add("d = a; if b == 0 { let sum = a; }"),
        ["register 3 of `add w X, r X, r X` is read, and makes no difference in its meaning [JL074]", unused[0]]
            .into_iter()
            .rev()
            .collect::<Vec<_>>()
    );
    let op = |meaning: &str| {
        dialect(&format!(
            "dialect D; value I: i64; op A(a: I, b: I) -> I {{ pure; means {meaning}; }}"
        ))
    };
    assert_eq!(op("{ let sum: i64 = a.wrapping_add(b); sum }"), NOTHING);
    assert_eq!(op("{ let sum: i64 = a.wrapping_add(b); a }"), unused);
    assert_eq!(op("{ let _rest = a; b }"), NOTHING);
    assert_eq!(
        strategies(
            "sequence copy(a: Gpr, b: Gpr) { ; mov X(a), X(b) } means { let sum = a; a = b; }"
        ),
        unused
    );
}

#[test]
fn a_place_is_assigned_once_on_each_way() {
    let add = |body: &str| {
        machine(&format!(
            "target aarch64; form add (w X, r X, r X); means add (d, a, b) {{ {body} }}"
        ))
    };
    let lost = ["`d` is assigned again before anything could see it [JL070]"];
    let sum = "d = a.wrapping_add(b);";
    assert_eq!(add(&format!("d = a; {sum}")), lost);
    let copy = |body: &str| {
        strategies(&format!(
            "sequence copy(d: Gpr, a: Gpr) {{ ; mov X(d), X(a) }} means {{ {body} }}"
        ))
    };
    assert_eq!(copy("if a == 0 { d = 0; } d = a;"), lost);
    assert_eq!(copy("d = d; d = a;"), lost);
    assert_eq!(
        add(&format!("d = 0; if a == b {{ d = a; }} else {{ {sum} }}")),
        lost
    );
    assert_eq!(
        add(&format!("d = a; if a == b {{ }} else {{ d = b; }} {sum}")),
        [lost[0]; 2]
    );
    assert_eq!(add(&format!("{sum} if a == b {{ d = 1; }}")), NOTHING);
    assert_eq!(
        add(&format!(
            "{sum} if a == b {{ d = 1; }} else if a == 0 {{ d = 2; }}"
        )),
        NOTHING
    );
}

#[test]
fn sequences_do_not_undo_each_other_alone() {
    let sequences = |means: &str, first: &str| {
        strategies(&format!(
            "sequence push(a: Gpr) {{ ; mov X(a), X(a) }} {means} {first}
             sequence pop(a: Gpr) {{ ; mov X(a), X(a) }} undoes push(a);"
        ))
    };
    assert_eq!(sequences("means { }", ""), NOTHING);
    assert_eq!(sequences("means { }", "undoes pop(a);"), NOTHING);
    let circle = "nothing says what `push` does: `push` undoes `pop` undoes `push` [JL072]";
    assert_eq!(sequences("", "undoes pop(a);"), [circle]);
    let found = errors(super::calls::about_calls(
        "sequence a() { ; ret } undoes b(); sequence b() { ; ret } undoes c(); sequence c() { ; ret } undoes a();
         sequence d() { ; ret } undoes a();",
    ));
    let [finding] = &found[..] else {
        panic!("{found:#?}")
    };
    assert_eq!(finding.regions.len(), 3);
}

#[test]
fn thresholds_are_set_one_by_one() {
    let strategy = |name: &str, variable: &str| {
        format!(
            "strategy {name} {{ site {{ ; bl =>target }} links {{ site -> target: Branch26 }} clobbers lr;
             size |sites| 4 * sites; threshold sites >= 3, env {variable:?}; otherwise far; }}"
        )
    };
    let far = "strategy far { site { ; use mov_imm64(x16, target) ; blr x16 } clobbers x16, lr;
        size |sites, words| (4 * words + 4) * sites; }";
    let both = |first: &str, second: &str| {
        let [one, other] = [strategy("one", first), strategy("other", second)];
        strategies(&format!("{far} {one} {other}"))
    };
    assert_eq!(both("A", "B"), NOTHING);
    assert_eq!(
        both("A", "A"),
        ["`A` replaces the threshold of `one` already [JL070]"]
    );
}

#[test]
fn effects_of_operations_are_those_of_their_meanings() {
    let op = |effects: &str, meaning: &str| {
        dialect(&format!(
            "dialect D; value I: i64; op A(a: I, b: I) -> I {{ {effects} means {meaning}; }}"
        ))
    };
    let (load, store) = ("memory.i64(a, b)", "{ memory.store_i64(a, 0, b); a }");
    let call = "memory.call(a, &[b as u64]) as i64";
    assert_eq!(op("reads memory;", load), NOTHING);
    assert_eq!(op("writes memory;", store), NOTHING);
    for meaning in [load, store, call] {
        let expected = match meaning == call {
            true => NOTHING.to_vec(),
            false => vec!["`A` calls, and its meaning does not [JL074]"],
        };
        assert_eq!(op("call;", meaning), expected, "{meaning}");
    }
    assert_eq!(
        op("reads memory;", "a"),
        ["`A` reads memory, and its meaning does not [JL074]"]
    );
    assert_eq!(
        op("reads memory; writes memory;", load),
        ["`A` writes memory, and its meaning does not [JL074]"]
    );
    assert_eq!(
        op("reads memory; writes memory;", store),
        ["`A` reads memory, and its meaning does not [JL074]"]
    );
    assert_eq!(
        op("pure;", load),
        ["the meaning of `A` reads memory, and its effects do not say so [JL074]"]
    );
    assert_eq!(
        op(
            "reads memory;",
            "{ memory.store_i64(a, 0, b); memory.i64(a, 0) }"
        ),
        ["the meaning of `A` writes memory, and its effects do not say so [JL074]"]
    );
    assert_eq!(
        op("reads memory; writes memory;", call),
        ["the meaning of `A` calls, and its effects do not say so [JL074]"]
    );
    // In words, or where the memory is handed on, nobody can tell.
    assert_eq!(op("reads memory;", "\"what is there\""), NOTHING);
    assert_eq!(op("reads memory;", "look(memory, a, b)"), NOTHING);
}
