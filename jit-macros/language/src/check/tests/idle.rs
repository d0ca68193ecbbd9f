//! `early`, `narrow` and conditions where nothing needs them.

use super::{NOTHING, about_add, about_rewriting, first_lines, said, texts};

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

const EXCLUDES_NOTHING: &str =
    "this condition excludes nothing: the rule accepts the same without it [JL013]";

/// What is said of a rule with two constants, 12 bits and any, under these conditions.
fn under(conditions: &str) -> Vec<String> {
    said(&format!(
        "partial {{ Sub }} rule r {{
             when Sub(a: Imm12, b: const I64) -> d: Gpr; {conditions} emit {{ ; mov X(d), xzr ; add XSP(d), XSP(d), a }}
         }}"
    ))
}

#[test]
fn conditions_exclude_something() {
    for conditions in [
        "if b != 0; if b % 2 == 0;",
        "if b != 1; if power_of_two(b);",
        "if -8 <= b && b < 8 && b != 3;",
        "if b in Imm12; if b != 0;",
        "if a <= b; if b < 4096;",
        "if a != b; if b > 4094;",
        "if a + b in Imm12;",
        "if a + b in Imm12; if a in Imm6;",
        "if a < b && a != 0 && b != 5;",
        // What is computed need not be in the kind, so this is asked for.
        "let n: Imm12 = b; if 0 <= n && n < 4096;",
    ] {
        assert_eq!(under(conditions), NOTHING, "{conditions}");
    }
}

#[test]
fn conditions_that_exclude_nothing() {
    for conditions in [
        "if b == b;",
        "if b != 0; if 1 == 1;",
        "if b > 0; if 5 in Imm12;",
        "if b > 0; if power_of_two(16);",
        "if b != 0; if power_of_two(b);",
        "if power_of_two(b); if b != 0;",
        "if b > 3 && b > 4;",
        "if b == 4 && b % 2 == 0;",
        "if b % 8 == 1; if b & 1 == 1;",
        "if 0 <= b && b <= 4095; if b in Imm12;",
        "if a in Imm12; if b != 0;",
        "let n: Imm6 = b & 15; if n < 16;",
        // Of several constants.
        "if a <= b && a < b;",
        "if a != b && b > a;",
        "if b > 4095; if a < b;",
        "if a + b in Imm12; if a + b in Imm12;",
        "if (a & 7) + (b & 7) in Imm12;",
    ] {
        assert_eq!(under(conditions), [EXCLUDES_NOTHING], "{conditions}");
    }
    // Two of three; without both, the rule accepts more.
    assert_eq!(
        under("if b == b; if b > 1; if b > 0 && b % 4096 == 0;"),
        [EXCLUDES_NOTHING; 2]
    );
    // What a predicate tells about a kind is asked once.
    let bits = |conditions: &str| {
        about_add(&format!(
            "when Add(a: Gpr, b: Bits64) -> d: Gpr; {conditions} emit {{ ; and X(d), X(a), b }}"
        ))
    };
    assert_eq!(bits("if b in Bits64;"), [EXCLUDES_NOTHING]);
    assert_eq!(bits("if !b in Bits64;"), NOTHING);
}

#[test]
fn a_rule_that_matches_nothing_is_told_so_only() {
    assert_eq!(
        under("if b < 0; if b > 0 && b > 1;"),
        [
            "no value of `b` is left: without this condition it is in -9223372036854775808..=-1 [JL013]"
        ]
    );
}

#[test]
fn a_condition_is_needed_in_a_row_of_the_family() {
    let family = |rows: &str| {
        said(&format!(
            "partial {{ Add, Sub }} for (Op, least) in [{rows}] {{
                 rule above {{
                     when Op(a: Gpr, b: Imm12) -> d: Gpr; if b >= least; emit {{ ; add XSP(d), XSP(a), b }}
                 }}
             }}"
        ))
    };
    assert_eq!(family("(Add, 0), (Sub, 1)"), NOTHING);
    assert_eq!(family("(Add, 1), (Sub, 0)"), NOTHING);
    assert_eq!(family("(Add, 0), (Sub, -1)"), [EXCLUDES_NOTHING]);
}

#[test]
fn conditions_of_rewriting_rules() {
    let about = |rule: &str| first_lines(texts(about_rewriting(rule)));
    assert_eq!(
        about("rule r { when Sub(a, b: const I64); if b >= b; becomes Add(a, -b); }"),
        [EXCLUDES_NOTHING]
    );
    // That constants are of 32 bits is the kind's to say.
    let narrow = |condition: &str| {
        about(&format!(
            "rule r {{ when Add32(a, b: const I32); if {condition}; becomes a; }}"
        ))
    };
    assert_eq!(narrow("b > -2147483649"), [EXCLUDES_NOTHING]);
    assert_eq!(narrow("b > -2147483648"), NOTHING);
}
