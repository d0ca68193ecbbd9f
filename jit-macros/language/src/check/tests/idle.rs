//! `early` and `narrow` where nothing needs them.

use super::{NOTHING, about_add, said};

const EARLY: &str = "no operand is read after `d` is first written: `d: early` keeps apart what may share a register [JL032]";
const NARROW: &str =
    "no line reads fewer bits of `a` than the result has: `narrow a` says nothing [JL037]";

fn add(statements: &str) -> Vec<String> {
    about_add(&format!("when Add(a: Gpr, b: Gpr) -> d: Gpr; {statements}"))
}

#[test]
fn early_keeps_something_apart() {
    assert_eq!(
        add("d: early; emit { ; mov X(d), X(a) ; add X(d), X(d), X(b) }"),
        NOTHING
    );
    // An instruction reads before it writes.
    assert_eq!(add("d: early; emit { ; add X(d), X(a), X(b) }"), [EARLY]);
    // What is read late is a temporary, which is kept apart anyhow.
    assert_eq!(
        add("d: early; temp t: Gpr;
             emit { ; mov X(t), X(b) ; mov X(d), X(a) ; add X(d), X(d), X(t) }"),
        [EARLY]
    );
    // One of two forms of the template needs it.
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: const I64) -> d: Gpr; pool c: u64 = b; let n: Imm12 = b & 7; d: early; temp t: Gpr;
             emit { ; ldr X(t), =>c ; add X(d), X(a), X(t) }
             otherwise { ; sub X(d), X(a), X(a) ; add XSP(d), XSP(a), n }"
        ),
        NOTHING
    );
    // What stands in the way is a register by name.
    assert_eq!(
        add("d: early; clobbers x3; emit { ; mov x3, X(a) ; add X(d), x3, X(b) }"),
        [
            "`add` reads `b` after `mov` may have overwritten it: `b` may be in `x3` [JL032]",
            EARLY
        ]
    );
}

#[test]
fn narrow_drops_something() {
    assert_eq!(add("narrow a, b; emit { ; add W(d), W(a), W(b) }"), NOTHING);
    assert_eq!(add("narrow a; emit { ; add X(d), X(a), X(b) }"), [NARROW]);
    // The result has no more bits than are read.
    assert_eq!(
        said(
            "partial { Narrow } rule half { when Narrow(a: Gpr) -> d: Gpr; narrow a; emit { ; add W(d), W(a), W(a) } }"
        ),
        [NARROW]
    );
}

#[test]
fn narrow_is_of_operands_and_said_once() {
    let line = "emit { ; add W(d), W(a), W(b) }";
    assert_eq!(
        add(&format!("narrow a, b, a; {line}")),
        ["there is `narrow a` already [JL070]"]
    );
    assert_eq!(
        add(&format!("narrow a, b, d; {line}")),
        ["`d` is no operand in a register, of which fewer bits could be read [JL003]"]
    );
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Imm12) -> d: Gpr; narrow b; emit { ; add XSP(d), XSP(a), b }"
        ),
        ["`b` is no operand in a register, of which fewer bits could be read [JL003]"]
    );
}

#[test]
fn a_row_of_a_family_is_reason_enough() {
    let family = |rows: &str| {
        said(&format!(
            "partial {{ Add, Sub }} for (Op, name, View) in [{rows}] {{
                 rule plain {{
                     when Op(a: Gpr, _: Gpr) -> d: Gpr; narrow a; emit {{ ; name View(d), View(a), View(a) }}
                 }}
             }}"
        ))
    };
    assert_eq!(family("(Add, add, W), (Sub, sub, X)"), NOTHING);
    assert_eq!(family("(Add, add, X), (Sub, sub, X)"), [NARROW]);
}

#[test]
fn a_place_stands_behind_the_name() {
    let found = super::errors(super::about_rules(
        "partial { Add } rule add {
             when Add(a: Gpr, b: Gpr) -> d: Gpr; early d; emit { ; mov X(d), X(a) ; add X(d), X(d), X(b) }
         }",
    ));
    // The line that would be there for `early` is not missed.
    let [finding] = &found[..] else {
        panic!("{found:#?}")
    };
    assert_eq!(
        finding.message,
        "`early` stands behind the name and a colon"
    );
    assert_eq!(finding.help.as_deref(), Some("write `d: early;`"));
    assert_eq!(
        add("in x0 a; emit { ; add X(d), X(a), X(b) }"),
        ["`in` stands behind the name and a colon [JL000]"]
    );
    assert_eq!(
        add("a: inn x0; emit { ; add X(d), X(a), X(b) }"),
        ["expected one of `in`, `early`, `anywhere`, found `inn`; did you mean `in`? [JL000]"]
    );
}
