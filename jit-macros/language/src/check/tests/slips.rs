//! Slips of somebody in a hurry: each is said once, where it is, and nothing follows from it that is not so.

use super::calls::about_calls;
use super::{NOTHING, about_add, errors, first_lines, said, texts, tokens};
use crate::error::{Context, Diagnostic};
use crate::{model, parse};

pub(super) fn machine(text: &str) -> Vec<String> {
    let context = Context::new();
    crate::reading::isa(tokens(text), &context);
    first_lines(texts(context))
}

pub(super) fn dialect(text: &str) -> Vec<String> {
    let context = Context::new();
    crate::reading::ops(tokens(text), &context);
    first_lines(texts(context))
}

pub(super) fn strategies(text: &str) -> Vec<String> {
    first_lines(texts(about_calls(text)))
}

const ADD: &str = "when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) }";

fn add(statements: &str) -> Vec<String> {
    about_add(&format!("{ADD} {statements}"))
}

/// The text that is marked first, and what is said to do.
fn marked(found: &[Diagnostic]) -> Vec<(String, String)> {
    let one = |finding: &Diagnostic| {
        let region = finding.regions[0];
        let span = region.first.join(region.last);
        let text = span.and_then(|span| span.source_text());
        (
            text.unwrap_or_default(),
            finding.help.clone().unwrap_or_default(),
        )
    };
    found.iter().map(one).collect()
}

// Of a token that has several letters, the library that stands in for the compiler here marks the last one.
#[test]
fn what_is_missing_at_the_end_is_missed_at_the_last_token() {
    let rules = |text: &str| errors(super::about_rules(text));
    let found = rules(&format!("partial {{ Add }} rule add {{ {ADD} bytes 4 }}"));
    let help = "write `bytes 4;` or `bytes 4..=12;`";
    assert_eq!(marked(&found), [("4".to_owned(), help.to_owned())]);

    let found = rules(&format!(
        "partial {{ Add }} rule add {{ {ADD} }} prefer add over s"
    ));
    let help = "write `prefer one over other;`";
    assert_eq!(marked(&found), [("s".to_owned(), help.to_owned())]);

    let found = errors(about_calls(
        "strategy far { site { ; use mov_imm64(x16, target) ; blr x16 } clobbers x16, lr;
         size |sites, words| (4 * words + 4) * sites }",
    ));
    let help = "write `size |sites, targets| 8 * sites + 8 * targets;`";
    assert_eq!(marked(&found), [("s".to_owned(), help.to_owned())]);
}

#[test]
fn an_empty_template_has_a_place() {
    let found = errors(about_calls(
        "strategy far { site { } retarget never; size |sites| 0 * sites; }",
    ));
    assert_eq!(marked(&found)[0].0, "{ }");
}

#[test]
fn nothing_follows_from_what_could_not_be_read() {
    assert_eq!(
        dialect("dialect D; value I64: i64 in { Gpr } op Neg(a: I64) -> I64 { pure; means a; }"),
        ["expected `;` [JL000]"]
    );
    assert_eq!(
        dialect("dialect D; value I64: i64 in { Gpr }; op Neg(a: I64) -> I64 { poor; means a; }"),
        [
            "expected one of `pure`, `commutative`, `reads`, `writes`, `call`, `guard`, `terminator`, `means`, found `poor` [JL000]"
        ]
    );
    assert_eq!(
        dialect("dialect D extends; value I64: i64 in { Gpr };"),
        ["expected identifier [JL000]"]
    );
    assert_eq!(
        machine(
            "target aarch64; form add (w Y, r X, r X); means add (d, a, b) { d = a.wrapping_add(b); }"
        ),
        ["expected one of `X`, `W`, `XSP`, `WSP`, `D`, `S`, found `Y` [JL000]"]
    );
    assert_eq!(
        strategies("strategy far { sites { ; blr x16 } clobbers lr; size |sites| 4 * sites; }"),
        [
            "expected one of `feature`, `site`, `stub`, `pool`, `links`, `clobbers`, `retarget`, `threshold`, `singleton`, `size`, `otherwise`, found `sites`; did you mean `site`? [JL000]"
        ]
    );
    assert_eq!(
        strategies(
            "strategy far { site { ; use mov_imm(x16, target) ; blr x16 } clobbers x16, lr; size |sites, words| (4 * words + 4) * sites; }"
        ),
        ["expected `mov_imm64` [JL000]"]
    );
    assert_eq!(
        strategies(
            "strategy near { site { ; bl =>target } links { site -> target: Branch62 } clobbers lr; size |sites| 4 * sites; }"
        ),
        ["no link `Branch62`; did you mean `Branch26`? [JL001]"]
    );
    assert_eq!(
        strategies(
            "strategy near { site { ; bl =>target } links { site -> target: Branch26 } clobbers lr; size |sites| 4 * sites; otherwise far; }"
        ),
        ["no strategy `far` [JL001]"]
    );
    assert_eq!(
        strategies(
            "sequence copy(to: Gprr, from: Gpr) { ; mov X(to), X(from) } means { to = from; }"
        ),
        ["no operand kind `Gprr`; did you mean `Gpr`? [JL001]"]
    );
}

#[test]
fn nothing_follows_from_a_statement_that_makes_no_sense() {
    let guard = |statements: &str| {
        said(&format!(
            "partial {{ GuardTrue }} jump t {{ ; b =>t }}
             rule guard {{ when GuardTrue(condition: Gpr, exit, live); live: anywhere; {statements} }}"
        ))
    };
    assert_eq!(
        guard("branch exi { ; cbz X(condition), =>exit } inverse { ; cbnz X(condition), =>exit }"),
        ["no operand `exi`; did you mean `exit`? [JL030]"]
    );
    assert_eq!(
        said("partial { Jump } jump t { ; b =>t } rule jump { when Jump(target); goto tagret; }"),
        ["no operand `tagret`; did you mean `target`? [JL030]"]
    );
    // In the second row only, and once.
    assert_eq!(
        said(
            "partial { Add, Sub } for (Op, name) in [(Add, add), (Sub, usb)] {
                 rule plain { when Op(a: Gpr, b: Gpr) -> d: Gpr; emit { ; name X(d), X(a), X(b) } bytes 4; }
             }"
        ),
        ["no instruction `usb`; did you mean `sub`? [JL001]"]
    );
    // In the body, and so in both rows.
    assert_eq!(
        said(
            "partial { Add, Sub } for (Op, name) in [(Add, add), (Sub, sub)] {
                 rule plain { when Op(a: Gpr, b: Gprr) -> d: Gpr; emits { ; name X(d), X(a), X(b) } }
             }"
        )
        .len(),
        2
    );
}

#[test]
fn families_have_names_and_rows() {
    let rule = "rule plain { when Op(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }";
    let family = |names: &str, rows: &str| {
        said(&format!(
            "partial {{ Add }} for {names} in {rows} {{ {rule} }}"
        ))
    };
    assert_eq!(family("(Op)", "[(Add)]"), NOTHING);
    let no_row =
        "unexpected end of input, expected rows: a table without any makes no rule [JL000]";
    assert_eq!(family("(Op)", "[]"), [no_row]);
    let no_name = "unexpected end of input, expected the names that each row replaces [JL000]";
    assert_eq!(family("()", "[()]"), [no_name]);
    assert_eq!(
        family("(Op, name)", "[(Add, add)]"),
        ["nothing in the family names `name` [JL030]"]
    );
    assert_eq!(
        family("(Op, Op)", "[(Add, Add)]"),
        ["name of an entry `Op` is declared twice [JL070]"]
    );
    let found = errors(super::about_rules(&format!(
        "partial {{ Add }} for (Op) in [(Add), (Add)] {{ {rule} }}"
    )));
    assert_eq!(found[0].message, "there are two rules `plain_add`");
    assert_eq!(found[0].regions.len(), 2, "both rows");
    // A name as Rust writes it where it is a keyword.
    assert_eq!(
        said(
            "partial { Add } for (Op) in [(Add)] {
                 rule r#move { when Op(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }
             }"
        ),
        NOTHING
    );
}

#[test]
fn what_stands_once_stands_once() {
    assert_eq!(add("bytes 8; bytes 4;"), ["a rule has one `bytes` [JL070]"]);
    assert_eq!(
        said(
            "partial { Jump } jump t { ; b =>t } jump u { ; b =>u } rule jump { when Jump(target); goto target; }"
        ),
        ["there is a `jump` already [JL070]"]
    );
    assert_eq!(
        dialect("dialect A; dialect B; value I: i64 in { Gpr };"),
        ["there is a dialect already [JL070]"]
    );
    assert_eq!(
        dialect(
            "dialect A; value I: i64 in { Gpr }; op Neg(a: I) -> I { pure; means a; means a; }"
        ),
        ["`Neg` has two meanings [JL070]"]
    );
    assert_eq!(
        strategies(
            "strategy far { feature \"a\"; feature \"b\"; site { ; blr x16 } clobbers lr; size |sites| 4 * sites; }"
        ),
        ["there is a `feature` already [JL070]"]
    );
}

#[test]
fn numbers_are_those_of_the_machine() {
    let huge = "170141183460469231731687303715884105727";
    let when = |condition: &str| {
        about_add(&format!(
            "when Add(a: Gpr, b: const I64) -> d: Gpr; {condition} let n: Imm12 = b & 1; emit {{ ; add XSP(d), XSP(a), n }}"
        ))
    };
    assert_eq!(when("if b == -9223372036854775808;"), NOTHING);
    for beyond in [
        "9223372036854775808",
        "-9223372036854775809",
        "0xffffffffffffffff",
    ] {
        assert_eq!(
            when(&format!("if b == {beyond};")),
            [format!(
                "`{beyond}` is not in the range of constants, which are signed and have 64 bits [JL040]"
            )]
        );
    }
    assert_eq!(
        when("if b < -9223372036854775808;"),
        [
            "no value of `b` is left: without this condition it is in -9223372036854775808..=9223372036854775807 [JL013]"
        ]
    );
    for by in ["0", "-8", "b"] {
        assert_eq!(
            when(&format!("if b % {by} == 0;")),
            ["the remainder is taken by a number above 0, not by this [JL040]"]
        );
    }
    // No bits are left, and no stride is too long.
    assert_eq!(
        about_add(
            "when Add(a: Gpr, b: Imm12) -> d: Gpr; if b == 0; let n: Imm12 = ((b << 63) << 63) << 63;
             emit { ; add XSP(d), XSP(a), n }"
        ),
        NOTHING
    );
    let too_long = [format!(
        "expected a whole number of at most 64 bits, found `{huge}` [JL000]"
    )];
    assert_eq!(
        machine(&format!(
            "target aarch64; imm A: u64 {{ range 0..={huge}; }}"
        )),
        too_long
    );
    assert_eq!(
        machine(&format!("target aarch64; link L {{ bytes -{huge}..=8; }}")),
        too_long
    );
    assert_eq!(
        machine("target aarch64; imm A: u32 { range -5..=3; }"),
        ["`u32` does not hold -1, which `A` does [JL040]"]
    );
    assert_eq!(
        machine("target aarch64; imm A: i32 { range 0..=0x80000000; }"),
        ["`i32` does not hold 2147483648, which `A` does [JL040]"]
    );
    assert_eq!(
        machine("target aarch64; reg Gpr: X { codes 9..=3; }"),
        ["no register lies in this range [JL013]"]
    );
    assert_eq!(
        add("bytes -4;"),
        ["expected a number of bytes, found `-4..=-4` [JL000]"]
    );
    assert_eq!(
        add("bytes 8..=4;"),
        ["expected a number of bytes, found `8..=4` [JL000]"]
    );
}

#[test]
fn registers_are_given_away_once() {
    assert_eq!(
        add("temp t: GprZr;"),
        ["`GprZr` may be xzr, which holds nothing [JL003]"]
    );
    assert_eq!(add("a: in w0;"), ["`w0` is a part of x0 [JL037]"]);
    assert_eq!(
        add("clobbers flag;"),
        ["no register or convention `flag`; did you mean `flags`? [JL001]"]
    );
}

#[test]
fn preferences_are_between_two() {
    let rules = "partial { Add }
        rule plain { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }
        rule small { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }
        rule shifted { when Add(a: Gpr, Shl(b: Gpr, n: Imm6)) -> d: Gpr; emit { ; add X(d), X(a), X(b), LSL n } }";
    let prefer = |lines: &str| said(&format!("{rules} {lines}"));
    assert_eq!(prefer("prefer small over shifted;"), NOTHING);
    assert_eq!(
        prefer("prefer small over shifted; prefer plain over plain;"),
        ["`plain` is preferred to itself [JL014]"]
    );
    assert_eq!(
        prefer("prefer small over shifted, plain;"),
        ["`small` accepts strictly less than `plain` and wins without this line [JL014]"]
    );
    // The line that would decide has not been read, which is mistake enough.
    assert_eq!(
        prefer("prefer small > shifted;"),
        ["expected `over` [JL000]"]
    );
    assert_eq!(
        prefer("prefer small over shifted; prefer small over shifted;"),
        ["`small` is preferred to `shifted` already [JL014]"]
    );
}

#[test]
fn lists_and_rules_agree() {
    let rule = format!("rule add {{ {ADD} }}");
    assert_eq!(
        said(&format!("unlowered {{ Add }} {rule}")),
        ["rule `add` is for `Add`, which is listed as unlowered [JL021]"]
    );
    assert_eq!(
        add("otherwise { ; add X(d), X(a), X(b) }"),
        ["`otherwise` is for a literal out of reach, and rule `add` has none [JL030]"]
    );
    assert_eq!(
        said(&format!(
            "partial {{ Add }} jump t {{ ; b =>t }} rule add {{ {ADD} goto epilogue; }}"
        )),
        ["`goto` ends a block, and `Add` does not [JL066]"]
    );
    assert_eq!(
        said(
            "partial { GuardTrue } jump t { ; b =>t }
             rule guard {
                 when GuardTrue(condition: Gpr, exit, live); live: anywhere;
                 branch exit { ; cbz X(condition), =>exit } inverse { ; cbz X(condition), =>exit }
             }"
        ),
        ["`inverse` is the very branch that it has to be the opposite of [JL061]"]
    );
}

/// Names that are keywords of Rust are written as Rust writes them, wherever names stand.
#[test]
fn raw_names_are_names() {
    let context = Context::new();
    let text = "dialect D; value I: i64 in { Gpr }; op r#Match(r#in: I) -> I { pure; means r#in; }";
    let ops = model::ops::resolve(parse::ops::parse(tokens(text), &context), &context);
    assert_eq!(texts(context), NOTHING);
    crate::expand::ops::expand(&ops, &tokens(text));
    let context = about_calls(
        "strategy r#move { site { ; use mov_imm64(x16, target) ; blr x16 } clobbers x16, lr;
         size |sites, words| (4 * words + 4) * sites; }",
    );
    assert_eq!(texts(context), NOTHING);
}

#[test]
fn the_form_that_was_meant_is_compared_with() {
    let line = |line: &str| {
        let rule = format!("when Add(a: Gpr, b: Imm12) -> d: Gpr; emit {{ ; {line} }}");
        let text = format!("partial {{ Add }} rule add {{ {rule} }}");
        marked(&errors(super::about_rules(&text)))[0].clone()
    };
    let of = |marked: &str, help: &str| (marked.to_owned(), help.to_owned());
    // Of the right sorts in the wrong order.
    assert_eq!(
        line("add XSP(d), b, XSP(a)"),
        of("b", "a register stands here: write `XSP(b)`")
    );
    assert_eq!(
        line("add X(d), X(a), b"),
        of("X(d)", "write `XSP(…)`, or use another instruction")
    );
    assert_eq!(
        line("add d, a, b"),
        of("d", "a register stands here: write `XSP(d)`")
    );
    assert_eq!(line("add X(d), X(a), X(a), LSR 3").0, "LSR 3");
    assert_eq!(line("add X(d), X(a), X(a), LSL").0, "LSL");
    assert_eq!(line("add x(d), X(a), X(a)").0, "x");
    assert_eq!(line("add X(d), X(a), x32").0, "x32");
    assert_eq!(line("add XSP(d), XSP(a), #1").0, "#");
}

#[test]
fn calls_go_where_the_pattern_says() {
    let call = |statements: &str| {
        said(&format!(
            "partial {{ Call }} rule call {{
                 when Call(target, arguments) -> d: Gpr; arguments: in aapcs64; d: in x0; {statements}
             }}"
        ))
    };
    let right = "clobbers aapcs64; emit { ; call target } bytes 4..=20;";
    assert_eq!(call(right), NOTHING);
    assert_eq!(
        call(&right.replace("call target", "call traget")),
        ["`call traget` goes to no address of the pattern [JL030]"]
    );
    assert_eq!(
        call("emit { ; mov X(d), xzr } bytes 4;"),
        ["`target` is an address, and nothing calls it [JL030]"]
    );
    assert_eq!(
        add("clobbers aapcs64; otherwise { ; call a }")[0],
        "`call a` goes to no address of the pattern [JL030]"
    );
}

#[test]
fn conditions_on_computed_constants_are_sets() {
    let with = |condition: &str, value: &str| {
        about_add(&format!(
            "when Add(a: Gpr, b: const I64) -> d: Gpr; if {condition}; let n: Imm12 = {value};
             emit {{ ; add XSP(d), XSP(a), n }}"
        ))
    };
    assert_eq!(with("0 <= -b && -b <= 4095", "-b"), NOTHING);
    assert_eq!(with("0 <= b + 1 && b + 1 < 4096", "b + 1"), NOTHING);
    assert_eq!(with("b >> 12 == 0", "b"), NOTHING);
    assert_eq!(with("!b in Imm12", "!b"), NOTHING);
    assert_eq!(
        with("-b < 4096", "-b").len(),
        1,
        "the least number is its own negative"
    );
    // 0 is no power of two, and has no other number of trailing zeros than 64.
    let shifted = |condition: &str| {
        errors(super::about_rules(&format!(
            "partial {{ Add }} rule add {{
                 when Add(a: Gpr, b: const I64) -> d: Gpr; if {condition}; let n: Imm6 = trailing_zeros(b);
                 emit {{ ; add X(d), X(a), X(a), LSL n }}
             }}"
        )))
    };
    assert!(shifted("power_of_two(b)").is_empty());
    // An example satisfies the conditions, or there is none.
    assert_eq!(shifted("b % 10 == 3")[0].example, None);
}

#[test]
fn strategies_are_of_use() {
    let far = "strategy far { site { ; use mov_imm64(x16, target) ; blr x16 } clobbers x16, lr;
        size |sites, words| (4 * words + 4) * sites; }";
    let near = |more: &str| {
        strategies(&format!(
            "{far} strategy near {{ site {{ ; bl =>target }} links {{ site -> target: Branch26 }} clobbers lr;
             size |sites| 4 * sites; otherwise far; {more} }}"
        ))
    };
    assert_eq!(near("threshold sites >= 2;"), NOTHING);
    assert_eq!(
        near("threshold sites >= 1;"),
        ["expected 2 sites or more, found `1`: every target has one [JL000]"]
    );
    assert_eq!(
        near("singleton near;"),
        ["fallbacks run in a circle: `near`, for a single site `near` [JL065]"]
    );
    assert_eq!(
        near("retarget nevr;"),
        ["expected one of `by`, `never`, found `nevr`; did you mean `never`? [JL000]"]
    );
    assert_eq!(
        strategies(&format!(
            "{far} choose least {{ least_bytes from [far, far]; }}"
        )),
        ["there is `far` already [JL070]"]
    );
    let literal = |align: &str| {
        strategies(&format!(
            "{far} strategy literal {{ site {{ ; ldr x16, =>entry ; blr x16 }}
             pool entry: u64 = target, align {align}, one per (function, target);
             links {{ site -> entry: Literal19 }} clobbers x16, lr;
             size |sites, targets| 8 * sites + 8 * targets; otherwise far; }}"
        ))
    };
    assert_eq!(literal("8"), NOTHING);
    for align in ["0", "3", "1073741824"] {
        assert_eq!(
            literal(align),
            [format!(
                "expected a power of two up to 4096, found `{align}` [JL000]"
            )]
        );
    }
}

#[test]
fn meanings_look_into_memory_only_with_leave() {
    let load = |effect: &str, operand: &str| {
        dialect(&format!(
            "dialect D; value I: i64 in {{ Gpr }};
             op Load({operand}: I, b: I) -> I {{ {effect}; means memory.i64({operand}, b); }}"
        ))
    };
    assert_eq!(load("reads memory", "a"), NOTHING);
    assert_eq!(
        load("pure", "a"),
        ["the meaning of `Load` reads memory, and its effects do not say so [JL074]"]
    );
    assert_eq!(
        load("reads memory", "memory"),
        ["`memory` is what meanings call the memory [JL070]"]
    );
}
