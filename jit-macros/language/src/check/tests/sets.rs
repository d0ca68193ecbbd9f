//! Conditions on one constant that are sets: residues, powers of two, ranges of what is computed from it.

use super::{NOTHING, full, said};

/// A rule for `Sub` with a constant under a condition.
fn rule(name: &str, condition: &str) -> String {
    format!(
        "rule {name} {{ when Sub(a: Gpr, b: const I64) -> d: Gpr; if {condition}; emit {{ ; mov X(d), X(a) }} }}"
    )
}

/// What is said of rules `r0`, `r1` and so on under these conditions.
fn under(conditions: &[&str]) -> Vec<String> {
    let rules = conditions.iter().enumerate();
    let rules = rules.map(|(index, condition)| rule(&format!("r{index}"), condition));
    said(&format!("partial {{ Sub }} {}", rules.collect::<String>()))
}

/// An input that two rules under these conditions accept.
#[track_caller]
fn common(first: &str, second: &str) -> String {
    let (first, second) = (rule("one", first), rule("other", second));
    let texts = full(&format!("partial {{ Sub }} {first} {second}"));
    let [text] = &texts[..] else {
        panic!("{texts:#?}")
    };
    let example = text
        .lines()
        .find_map(|line| line.trim().strip_prefix("example: "));
    assert!(
        text.contains("[JL010]") && !text.contains("taken to hold"),
        "{text}"
    );
    example.unwrap_or_else(|| panic!("{text}")).to_owned()
}

#[test]
fn residues_are_apart_or_have_an_example() {
    assert_eq!(under(&["b % 8 == 1", "b % 8 == 2", "b % 4 == 0"]), NOTHING);
    assert_eq!(
        under(&["b & 7 == 1", "b & 3 == 2", "b & 1 == 0 && b & 2 == 0"]),
        NOTHING
    );
    // Nested, negated, and by another name.
    assert_eq!(
        under(&["(b & 0xff) % 8 == 1", "(b + 1) % 2 == 1", "b & 7 == 3"]),
        NOTHING
    );
    assert_eq!(under(&["!b & 7 == 1", "b & 7 == 5"]), NOTHING);
    assert_eq!(
        common("b & 7 == 1 && b > -100", "b < 0 && b & 15 == 9"),
        "Sub(x1, #-7)"
    );
    assert_eq!(
        common("b % 8 == 1 && b > 20", "b & 3 == 1 && b < 100"),
        "Sub(x1, #25)"
    );
    assert_eq!(
        common("b % 4096 != 1 && b > 4000", "b & 0xff == 1"),
        "Sub(x1, #4353)"
    );
}

#[test]
fn remainders_have_the_sign_of_the_constant() {
    assert_eq!(under(&["b % 8 == 1", "b < 0 && b & 7 == 1"]), NOTHING);
    assert_eq!(under(&["b % 8 == -7", "b >= 0"]), NOTHING);
    assert_eq!(
        common("b % 8 == -7 && b > -100", "b & 15 == 9"),
        "Sub(x1, #-7)"
    );
    assert_eq!(
        under(&["b % 8 == 1 && b < 0"]),
        [
            "no value of `b` is left: without this condition it is in 1..=9223372036854775801 in steps of 8 [JL013]"
        ]
    );
}

#[test]
fn residues_cover_together() {
    let total = |rules: &[&str]| {
        let rest =
            "rule rest { when Sub(a: Gpr, b: Gpr) -> d: Gpr; emit { ; sub X(d), X(a), X(b) } }
            rule all { when Sub(a: Gpr, b: const I64) -> d: Gpr; let n: Imm12 = b & 15; emit { ; add XSP(d), XSP(a), n } }";
        let rules = rules.iter().enumerate();
        let rules = rules.map(|(index, condition)| rule(&format!("r{index}"), condition));
        said(&format!(
            "total {{ Sub }} {rest} {}",
            rules.collect::<String>()
        ))
    };
    assert_eq!(total(&["b % 8 == 1", "b % 8 != 1 && b % 2 != 0"]), NOTHING);
    let dead = |names: &str| {
        format!(
            "rule `all` can never be chosen: {names} together accept everything that it accepts [JL012]"
        )
    };
    assert_eq!(
        total(&["b & 7 == 1", "b & 7 != 1"]),
        [dead("`r0` and `r1`")]
    );
    assert_eq!(
        total(&["b % 2 == 0", "b & 3 == 1", "b & 3 == 3"]),
        [dead("`r0`, `r1` and `r2`")]
    );
    assert_eq!(total(&["b % 2 == 0", "b & 3 == 1", "b % 4 == 3"]), NOTHING);
    assert_eq!(
        total(&["b & 0xfff == 5", "b & 0xfff != 5"]),
        [dead("`r0` and `r1`")]
    );
}

#[test]
fn powers_of_two_are_known_one_by_one() {
    assert_eq!(
        under(&["power_of_two(b)", "b == 0", "b == 3", "5 <= b && b < 8"]),
        NOTHING
    );
    assert_eq!(under(&["power_of_two(b) && b > 1", "b % 2 != 0"]), NOTHING);
    // What lies inside comes first.
    assert_eq!(
        under(&["power_of_two(b)", "b == 64", "b == -9223372036854775808"]),
        NOTHING
    );
    assert_eq!(
        common("power_of_two(b)", "b < 0"),
        "Sub(x1, #-9223372036854775808)"
    );
    assert_eq!(common("power_of_two(b)", "b > 70"), "Sub(x1, #128)");
    assert_eq!(common("power_of_two(b + 1)", "b > 70"), "Sub(x1, #127)");
    assert_eq!(
        under(&["power_of_two(b) && 5 <= b && b < 8"]),
        [
            "no value of `b` is left: without this condition it is in a power of two in 8..=4611686018427387904 [JL013]"
        ]
    );
    assert_eq!(
        under(&["5 <= b && b < 8 && power_of_two(b)"]),
        ["no value of `b` is left: without this condition it is in 5..=7 [JL013]"]
    );
}

#[test]
fn a_preference_that_a_set_makes_idle_is_refused() {
    let text = |condition: &str| {
        let rules = [rule("some", "power_of_two(b)"), rule("other", condition)].concat();
        said(&format!(
            "partial {{ Sub }} {rules} prefer other over some;"
        ))
    };
    assert_eq!(
        text("b == 3"),
        ["`other` and `some` never accept the same input, so this line decides nothing [JL014]"]
    );
    assert_eq!(
        text("b == 4"),
        ["`other` accepts strictly less than `some` and wins without this line [JL014]"]
    );
    assert_eq!(text("b <= 4"), NOTHING);
}

#[test]
fn a_constant_that_only_a_condition_is_about_is_used() {
    assert_eq!(under(&["b == 0"]), NOTHING);
    assert_eq!(under(&["b % 8 == 0"]), NOTHING);
    assert_eq!(under(&["b in Imm12"]), NOTHING);
    assert_eq!(
        said(
            "partial { Sub } rule r { when Sub(a: Gpr, b: const I64) -> d: Gpr; emit { ; mov X(d), X(a) } }"
        ),
        ["`b` is bound by rule `r` and never used [JL030]"]
    );
}

/// Two hundred constants, each computed from the one before it, twice: to follow every way to the first is to hang.
#[test]
fn chains_of_computed_constants_take_no_time() {
    let chain = |operator: &str| {
        let links = (1..200).map(|link| {
            let before = link - 1;
            format!("let c{link}: Imm12 = c{before} {operator} c{before};")
        });
        links.collect::<String>()
    };
    let rule = |name: &str, operator: &str, condition: &str| {
        format!(
            "rule {name} {{ when Sub(a: Gpr, b: const I64) -> d: Gpr; let c0: Imm12 = b & 15; {} {condition}
             emit {{ ; add XSP(d), XSP(a), c199 }} }}",
            chain(operator)
        )
    };
    assert_eq!(
        said(&format!("partial {{ Sub }} {}", rule("r", "&", ""))),
        NOTHING
    );
    let some = [
        rule("r", "&", "if c199 == 3;"),
        rule("s", "|", "if c199 != 3;"),
    ]
    .concat();
    let found = said(&format!("partial {{ Sub }} {some}"));
    assert_eq!(found.len(), 1, "{found:#?}");
    let sums = said(&format!(
        "partial {{ Sub }} {}",
        rule("r", "+", "if b > 0;")
    ));
    assert!(sums[0].starts_with("`c9` may be "), "{}", sums[0]);
}
