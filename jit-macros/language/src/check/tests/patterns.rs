//! Checks of which inputs rules accept, alone and together.

use super::{NOTHING, full, said};

const REGISTER: &str =
    "rule add_reg { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }";
const IMMEDIATE: &str =
    "rule add_imm { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }";
const SHIFTED: &str =
    "rule add_shifted { when Add(a: Gpr, b: Imm12Shifted) -> d: Gpr; let n: Imm12 = b >> 12;
    emit { ; add XSP(d), XSP(a), n, LSL 12 } }";

fn total(rest: &[&str]) -> Vec<String> {
    said(&format!("total {{ Add }} {}", rest.concat()))
}

#[test]
fn containment_needs_no_prefer_and_crossing_does() {
    assert_eq!(total(&[REGISTER, IMMEDIATE]), NOTHING);
    assert_eq!(
        total(&[
            REGISTER,
            IMMEDIATE,
            SHIFTED,
            "prefer add_imm over add_shifted;"
        ]),
        NOTHING
    );
    let texts = full(&format!("total {{ Add }} {REGISTER} {IMMEDIATE} {SHIFTED}"));
    let [text] = &texts[..] else {
        panic!("{texts:#?}")
    };
    assert!(text.starts_with("rules `add_imm` and `add_shifted` accept a common input, and neither is declared to win [JL010]"));
    assert!(text.contains("example: Add(x1, #0)"), "{text}");
    assert!(text.ends_with(
        "help: add `prefer add_imm over add_shifted;` or `prefer add_shifted over add_imm;`"
    ));
}

#[test]
fn jl010_is_reported_once_per_pair_of_families() {
    let families = "partial { Add, Sub } for (Op, name) in [(Add, add), (Sub, sub)] {
        rule low { when Op(a: Gpr, b: Imm12) -> d: Gpr; emit { ; name XSP(d), XSP(a), b } }
        rule high { when Op(a: Gpr, b: Imm12Shifted) -> d: Gpr; emit { ; name X(d), X(a), xzr } }
    }";
    let texts = full(families);
    let overlaps: Vec<_> = texts.iter().filter(|text| text.contains("JL010")).collect();
    let [text] = &overlaps[..] else {
        panic!("{texts:#?}")
    };
    assert!(
        text.starts_with("rules `low_add` and `high_add` accept a common input"),
        "{text}"
    );
    assert!(
        text.contains("note: likewise 1 other pair of rules from `low` and `high`"),
        "{text}"
    );
    assert!(
        text.ends_with("help: add `prefer low over high;` or `prefer high over low;`"),
        "{text}"
    );
    let decided = full(&format!("{families} prefer low over high;"));
    assert!(
        !decided.iter().any(|text| text.contains("JL010")),
        "{decided:#?}"
    );
}

#[test]
fn jl010_within_a_family_names_instances() {
    let texts = full(
        "partial { Add } for (name, Kind) in [(small, Imm12), (large, Imm12Shifted)] {
        rule add { when Add(a: Gpr, b: Kind) -> d: Gpr; emit { ; mov X(d), X(a) } } }",
    );
    let text = texts.iter().find(|text| text.contains("JL010"));
    let text = text.unwrap_or_else(|| panic!("{texts:#?}"));
    assert!(
        text.contains("help: add `prefer add_small over add_large;`"),
        "{text}"
    );
}

#[test]
fn jl011_dead_behind_one() {
    let twin =
        "rule other { when Add(x: Gpr, y: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(x), y } }";
    assert_eq!(
        total(&[REGISTER, IMMEDIATE, twin, "prefer add_imm over other;"]),
        [
            "rule `other` can never be chosen: `add_imm` accepts everything that it accepts and is preferred to it [JL011]"
        ]
    );
}

#[test]
fn jl012_dead_behind_several() {
    let rule = |name: &str, lo: i32, hi: i32| {
        format!(
            "rule {name} {{ when Add(a: Gpr, b: Imm12) -> d: Gpr; if {lo} <= b && b <= {hi}; emit {{ ; add XSP(d), XSP(a), b }} }}"
        )
    };
    let texts = full(&format!(
        "total {{ Add }} impossible Add(const, const); {REGISTER} {} {} {} prefer low over middle; prefer high over middle;",
        rule("low", 1, 9),
        rule("high", 10, 30),
        rule("middle", 5, 20)
    ));
    let [text] = &texts[..] else {
        panic!("{texts:#?}")
    };
    assert!(text.starts_with("rule `middle` can never be chosen: `low` and `high` together accept everything that it accepts [JL012]"));
    assert!(
        text.contains("takes Add(x1, #5)") && text.contains("takes Add(x1, #10)"),
        "{text}"
    );
}

#[test]
fn jl013_nothing_left() {
    let empty = "rule never { when Add(a: Gpr, b: Imm12) -> d: Gpr; if b < 0; emit { ; add XSP(d), XSP(a), b } }";
    let found = total(&[REGISTER, empty]);
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(found[0].ends_with("[JL013]"), "{found:#?}");
    let folded = "rule constants { when Add(a: Imm12, b: Imm12) -> d: Gpr; temp t: Gpr; emit { ; mov X(d), xzr ; add XSP(d), XSP(d), a ; add XSP(d), XSP(d), b } }";
    assert_eq!(
        total(&[
            "impossible Add(const, const);",
            REGISTER,
            &folded.replace("temp t: Gpr; ", "")
        ]),
        ["rule `constants` accepts only inputs that are declared `impossible` [JL013]"]
    );
}

#[test]
fn jl014_preferences() {
    assert_eq!(
        total(&[REGISTER, IMMEDIATE, "prefer add_imm over add_reg;"]),
        ["`add_imm` accepts strictly less than `add_reg` and wins without this line [JL014]"]
    );
    assert_eq!(
        total(&[REGISTER, IMMEDIATE, "prefer add_reg over add_imm;"])[0],
        "`add_reg` accepts everything that `add_imm` accepts, so `add_imm` could never be chosen [JL014]"
    );
    assert_eq!(
        total(&[
            REGISTER,
            IMMEDIATE,
            SHIFTED,
            "prefer add_imm over add_shifted; prefer add_shifted over add_imm;"
        ]),
        [
            "the order of rules runs in a circle: `add_imm` before `add_shifted` before `add_imm` [JL014]"
        ]
    );
}

#[test]
fn jl020_gaps() {
    assert_eq!(
        total(&[IMMEDIATE]),
        ["no rule for `Add(x1, x2)`, and `Add` is listed as total [JL020]"]
    );
    let sub = "rule sub_imm { when Sub(a: Gpr, b: Imm12) -> d: Gpr; emit { ; sub XSP(d), XSP(a), b } }
        rule sub_shl { when Sub(a: Gpr, Shl(b: Gpr, n: Imm6)) -> d: Gpr; emit { ; sub X(d), X(a), X(b), LSL n } }";
    assert_eq!(
        said(&format!("total {{ Sub }} {sub}")),
        ["no rule for `Sub(x1, x2)`, and `Sub` is listed as total [JL020]"]
    );
    assert_eq!(
        said("total { Sub }"),
        ["`Sub` is listed as total and has no rule [JL020]"]
    );
}

#[test]
fn jl020_says_what_is_accepted_in_place_of_the_example() {
    let load = |condition: &str| {
        let rule = format!(
            "rule load {{ when Load(base: Gpr, offset: Offset8) -> d: Gpr; {condition} emit {{ ; ldr X(d), [XSP(base), offset] }} }}"
        );
        full(&format!("total {{ Load }} {rule}")).concat()
    };
    let text = load("");
    assert!(text.starts_with("no rule for `Load(x1, 1)`"), "{text}");
    let note = "note: in place of 1, rules accept 0..=32760 in multiples of 8 only";
    assert!(text.contains(note), "{text}");
    let shl = "total { Shl } rule shl { when Shl(Add(a: Gpr, b: Gpr), n: Imm6) -> d: Gpr; emit { ; add X(d), X(a), X(b), LSL n } }
        rule plain { when Shl(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }";
    assert_eq!(full(shl), [] as [String; 0]);
}

#[test]
fn jl020_conditions_may_fail() {
    let opaque = "rule load { when Load(base: Gpr, offset: Bits64) -> d: Gpr; emit { ; mov X(d), X(base) ; and X(d), X(d), offset } }";
    let texts = full(&format!("total {{ Load }} {opaque}"));
    let [text] = &texts[..] else {
        panic!("{texts:#?}")
    };
    assert!(text.starts_with("no rule for `Load(x1, 0)`"), "{text}");
    assert!(
        text.contains(
            "note: rules with a condition other than a range of one constant are not counted"
        ),
        "{text}"
    );
}

#[test]
fn jl014_impossible_lines_that_change_nothing() {
    let line = "impossible Add(const, const);";
    let idle = ["no rule and no list needs `Add` to be impossible like this [JL014]"];
    assert_eq!(total(&[REGISTER, IMMEDIATE, line]), idle);
    assert_eq!(total(&[REGISTER, line]), idle);
    let constant = |name: &str, condition: &str| {
        format!(
            "rule {name} {{ when Add(a: Gpr, b: const I64) -> d: Gpr; if {condition}; emit {{ ; mov X(d), X(a) }} }}"
        )
    };
    // It keeps rules apart that would meet.
    let rules = [constant("low", "b < 0"), constant("high", "b >= 0")].concat();
    assert_eq!(total(&[REGISTER, &rules, line]), NOTHING);
    let texts = full(&format!("total {{ Add }} {REGISTER} {rules} {line} {line}"));
    assert_eq!(texts.len(), 2, "{texts:#?}");
    for text in texts {
        let start = "what this line leaves out does not arrive anyway [JL014]";
        assert!(text.starts_with(start), "{text}");
        assert!(
            text.contains("note: `impossible Add` is also at "),
            "{text}"
        );
    }
    let sub = "partial { Sub } rule sub { when Sub(a: Gpr, b: Gpr) -> d: Gpr; emit { ; sub X(d), X(a), X(b) } }";
    assert_eq!(
        said(&format!("{sub} impossible Sub(Shl(_, _), _);")),
        ["no rule and no list needs `Sub` to be impossible like this [JL014]"]
    );
    let gap = "total { Sub } rule sub { when Sub(a: Gpr, b: Imm12) -> d: Gpr; emit { ; sub XSP(d), XSP(a), b } }";
    let found = said(&format!("{gap} impossible Sub(Shl(_, _), _);"));
    assert_eq!(
        found,
        ["no rule for `Sub(x1, x2)`, and `Sub` is listed as total [JL020]"]
    );
}

#[test]
fn jl021_lists() {
    assert_eq!(
        said("partial { Sub }"),
        ["`Sub` is listed as partial and has no rule [JL021]"]
    );
    assert_eq!(
        said(&[REGISTER, IMMEDIATE].concat()),
        ["rule `add_reg` is for `Add`, which is listed neither as total nor as partial [JL021]"]
    );
}

#[test]
fn commutative_operations_are_covered_from_both_sides() {
    let constant = "rule add_const { when Add(a: Gpr, b: const I64) -> d: Gpr; if 0 <= b && b <= 4095; emit { ; add XSP(d), XSP(a), b } }";
    let both = "impossible Add(const, const);";
    // Where both orders accept, either does the same: there is nothing to leave out.
    assert_eq!(total(&[REGISTER, constant]), NOTHING);
    assert_eq!(
        total(&[constant, both]),
        ["no rule for `Add(x1, x2)`, and `Add` is listed as total [JL020]"]
    );
}

/// Rules for two constants under a comparison each.
fn compared(first: &str, second: &str, more: &str) -> Vec<String> {
    let rule = |name: &str, condition: &str| {
        format!(
            "rule {name} {{ when Sub(a: const I64, b: const I64) -> d: Gpr; {condition} emit {{ ; mov X(d), xzr }} }}"
        )
    };
    said(&format!(
        "{} {} {} {more}",
        "partial { Sub }",
        rule("one", first),
        rule("other", second),
    ))
    .into_iter()
    .filter(|text| !text.ends_with("[JL030]"))
    .collect()
}

#[test]
fn comparisons_between_operands_are_exact() {
    let overlap =
        "rules `one` and `other` accept a common input, and neither is declared to win [JL010]";
    // Complements exclude each other, whichever side is written first.
    assert_eq!(compared("if a < b;", "if a >= b;", ""), NOTHING);
    assert_eq!(compared("if a < b;", "if b <= a;", ""), NOTHING);
    assert_eq!(compared("if a == b;", "if b != a;", ""), NOTHING);
    assert_eq!(compared("if a <= b;", "if b <= a;", ""), [overlap]);
    // What is stricter is tried first.
    assert_eq!(compared("if a == b;", "if a <= b;", ""), NOTHING);
    assert_eq!(compared("if a < b;", "if b != a;", ""), NOTHING);
    // Equal conditions are the same condition.
    assert_eq!(
        compared("if a == b;", "if b == a;", "prefer one over other;"),
        [
            "rule `other` can never be chosen: `one` accepts everything that it accepts and is preferred to it [JL011]"
        ]
    );
    // The values that are left decide some comparisons.
    assert_eq!(
        compared("if a < 3 && b > 5 && a < b;", "if a >= 3;", ""),
        ["this condition excludes nothing: the rule accepts the same without it [JL013]"]
    );
    assert_eq!(
        compared("if a < 3 && b > 5 && b < a;", "if a >= 3;", ""),
        ["no constants satisfy the condition of rule `one`: `a < 3 && b > 5 && b < a` [JL013]"]
    );
    // Together they are everything.
    let both =
        "rule rest { when Sub(a: const I64, b: const I64) -> d: Gpr; emit { ; mov X(d), xzr } }";
    assert_eq!(
        compared("if a < b;", "if a >= b;", both),
        [
            "rule `rest` can never be chosen: `one` and `other` together accept everything that it accepts [JL012]"
        ]
    );
}

/// Forty rules over six constants, of which each leaves out a little of each: whether they fill the last one is not to be
/// told in a lifetime, and is not tried for longer than a moment.
#[test]
fn rules_beyond_comparing_are_refused() {
    let ops = "op Six(a: I64, b: I64, c: I64, d: I64, e: I64, f: I64) -> I64 { pure; means a; }";
    let rule = |number: usize| {
        let ranges = ["a", "b", "c", "d", "e", "f"].iter().enumerate();
        let ranges = ranges.map(|(index, name)| match number >> index & 1 {
            1 => format!("{name} <= {}", number % 7),
            _ => format!("{name} >= -{}", number % 5),
        });
        let ranges: Vec<_> = ranges.collect();
        format!(
            "rule r{number} {{
                 when Six(a: const I64, b: const I64, c: const I64, d: const I64, e: const I64, f: const I64) -> z: Gpr;
                 if {}; emit {{ ; mov X(z), xzr }}
             }}",
            ranges.join(" && ")
        )
    };
    let rules: Vec<String> = (0..64).map(rule).collect();
    let last = "rule last {
        when Six(a: const I64, b: const I64, c: const I64, d: const I64, e: const I64, f: const I64) -> z: Gpr;
        emit { ; mov X(z), xzr }
    }";
    let names: Vec<String> = (0..64).map(|number| format!("r{number}")).collect();
    let order = names
        .windows(2)
        .map(|pair| format!("prefer {} over {};", pair[0], pair[1]));
    let order: Vec<_> = order.collect();
    let text = format!(
        "partial {{ Six }} {} {last} {}",
        rules.join(" "),
        order.join(" ")
    );
    let started = std::time::Instant::now();
    let found = super::about_rules_for(ops, &text).take();
    let hard: Vec<_> = found
        .iter()
        .filter(|finding| finding.code == crate::error::Code::TooEntangled)
        .map(|finding| finding.message.as_str())
        .collect();
    assert_eq!(
        hard,
        ["the rules for `Six` overlap in too many ways to be compared"]
    );
    let is_about_order =
        |code: crate::error::Code| matches!(code.name(), "JL010" | "JL011" | "JL012" | "JL014");
    assert!(!found.iter().any(|finding| is_about_order(finding.code)));
    println!("given up after {:?}", started.elapsed());
}
