//! Points of rules, and files of them read back.

use std::collections::BTreeMap;
use std::fs;

use super::{Point, Report, Rule, Rules, hits};
use crate::ir::passes::rewrite;
use crate::ir::{Function, parse};
use crate::machine::select;
use crate::specs::lowering::RULE_SETS;
use crate::specs::ops::Lir;
use crate::specs::rewriting::REWRITE_SETS;

fn sets() -> Vec<Rules> {
    let lowering = RULE_SETS.into_iter().map(Rules::of_lowering);
    let rewriting = REWRITE_SETS.into_iter().map(Rules::of_rewriting);
    lowering.chain(rewriting).collect()
}

fn rules() -> Vec<Rule> {
    sets().into_iter().flat_map(|set| set.rules).collect()
}

fn of(name: &str) -> Vec<String> {
    let named = rules().into_iter().filter(|rule| rule.name == name);
    named
        .flat_map(|rule| rule.points)
        .map(|point| point.what)
        .collect()
}

#[test]
fn a_rule_has_points_for_orders_ends_and_forms() {
    assert_eq!(
        of("with_imm12_add"),
        ["as written", "b = 0", "b = 4095", "swapped"]
    );
    assert_eq!(
        of("branch_value"),
        [
            "as written",
            "block 0 far",
            "block 0 near",
            "block 0 next",
            "block 1 far",
            "block 1 near",
            "block 1 next",
            "no block next",
        ]
    );
    assert_eq!(
        of("guard_true_value"),
        ["as written", "exit far", "exit near"]
    );
    assert_eq!(of("return_value"), ["as written", "emitted", "left out"]);
    assert_eq!(of("fconst_zero"), ["as written"], "a literal has no ends");
    assert_eq!(
        of("multiply_by_power"),
        ["as written", "swapped"],
        "the ends of a range are no ends of what a predicate leaves"
    );
}

#[test]
fn a_rewriting_rule_has_points_for_orders_and_ends() {
    assert_eq!(of("shifts_shl"), ["as written"]);
    assert_eq!(
        of("select_first"),
        [
            "as written",
            "condition = -1",
            "condition = -9223372036854775808",
            "condition = 1",
            "condition = 9223372036854775807",
        ]
    );
}

#[test]
fn what_is_applied_is_told_by_rule_and_constant() {
    let function: Function<Lir> = parse(
        r#"function "f" {
        block0(v0: I64, v1: I64):
          v2 = Iconst 1
          v3 = Select v2, v0, v1
          v4 = Iconst 4095
          v5 = Add v4, v3
          Return v5
        }"#,
    )
    .expect("a function");
    let mut rewritten = function.clone();
    let (_, found) = hits(|| rewrite(&mut rewritten, REWRITE_SETS[0]));
    let found: Vec<String> = found.iter().map(Point::to_string).collect();
    let simplify = "specs/rewriting/simplify.rs\tselect_first";
    assert_eq!(
        found,
        [
            format!("{simplify}\tas written"),
            format!("{simplify}\tcondition = 1")
        ]
    );
    let (machine, found) = hits(|| select(&rewritten));
    machine.expect("rules for everything");
    let has = |what: &str| {
        let point = format!("specs/lowering/integer.rs\twith_imm12_add\t{what}");
        found.iter().any(|found| found.to_string() == point)
    };
    assert!(
        has("swapped") && has("b = 4095") && !has("as written"),
        "{found:?}"
    );
    assert_eq!(hits(|| ()).1.len(), 0, "what was asked before is over");
}

#[test]
fn points_read_back() {
    for point in rules().into_iter().flat_map(|rule| rule.points) {
        assert_eq!(Point::read(&point.to_string()), Some(point));
    }
    assert_eq!(Point::read("a\tb"), None);
}

/// A folder with files in it, for one test.
fn folder(name: &str, files: &[(&str, &str)]) -> std::path::PathBuf {
    let folder = std::env::temp_dir().join(format!("armjit-{name}-{}", std::process::id()));
    for (path, text) in files {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a folder")).expect("a folder to write to");
        fs::write(path, text).expect("a folder to write to");
    }
    folder
}

fn lines(names: &[&str]) -> String {
    let named = rules()
        .into_iter()
        .filter(|rule| names.contains(&rule.name));
    let points = named.flat_map(|rule| rule.points);
    points.map(|point| format!("{point}\n")).collect()
}

/// The report on what such files say.
fn report(name: &str, files: &[(&str, &str)], unreachable: BTreeMap<Point, Vec<String>>) -> Report {
    let folder = folder(name, files);
    let report = Report::read(&folder, sets(), unreachable).expect("readable files");
    fs::remove_dir_all(&folder).expect("its own folder");
    report
}

#[test]
fn runs_are_merged_and_forced_ones_do_not_count() {
    let (neg, both, sub) = (lines(&["neg"]), lines(&["add", "neg"]), lines(&["sub"]));
    let files = [
        ("golden/golden-0f.1.txt", &*neg),
        ("tests/machine_code-0f.2.txt", &*sub),
        ("python/python3.3.txt", &*both),
    ];
    let report = report("merged", &files, BTreeMap::new());
    let unfired: Vec<&str> = report.unfired().iter().map(|rule| rule.name).collect();
    assert!(unfired.contains(&"sub") && !unfired.contains(&"add") && !unfired.contains(&"neg"));
    let summary = report.summary();
    assert!(
        summary.contains(" fired by programs (golden, python); "),
        "{summary}"
    );
    let page = report.to_string();
    assert!(
        page.contains("- `sub`, specs/lowering/integer.rs:"),
        "{page}"
    );
    assert!(page.contains("| `neg` | 1 of 1 | 1 of 1 |"), "{page}");
}

#[test]
fn generated_functions_hit_boundaries_and_fire_nothing() {
    let files = [("tests/boundaries-0f.1.txt", &*lines(&["sub"]))];
    let report = report("generated", &files, BTreeMap::new());
    let unfired: Vec<&str> = report.unfired().iter().map(|rule| rule.name).collect();
    assert!(unfired.contains(&"sub"));
    let hit = of("sub").len();
    let summary = report.summary();
    assert!(
        summary.contains(&format!(
            ": 0 hit by these, {hit} more by generated functions, 0 cannot be hit, "
        )),
        "{summary}"
    );
    let missed = report.to_string();
    assert!(!missed.contains("- `sub`: "), "{missed}");
    assert!(missed.contains("- `add`: as written"), "{missed}");
}

#[test]
fn what_cannot_be_hit_is_listed_with_who_takes_it_and_contradicts_being_hit() {
    let add = |what: &str| Point {
        file: "specs/lowering/integer.rs".to_owned(),
        rule: "with_imm12_add".to_owned(),
        what: what.to_owned(),
    };
    let unreachable = BTreeMap::from([
        (add("b = 0"), vec!["add".to_owned()]),
        (add("b = 4095"), Vec::new()),
        (add("gone"), Vec::new()),
    ]);
    let files = [("golden/golden-0f.1.txt", &*format!("{}\n", add("b = 0")))];
    let report = report("unreachable", &files, unreachable);
    assert!(report.summary().contains(" 1 cannot be hit, "));
    let page = report.to_string();
    assert!(
        page.contains("- `with_imm12_add`: b = 0, taken by `add`\n"),
        "{page}"
    );
    assert!(
        page.contains("- `with_imm12_add`: b = 4095, the input is declared `impossible`\n"),
        "{page}"
    );
    assert_eq!(report.contradictions(), [&add("b = 0"), &add("gone")]);
}

#[test]
fn files_of_other_rules_are_left_out_aloud() {
    let files = [("python/p.1.txt", "specs/x.rs\tgone\tas written\n")];
    let summary = report("stale", &files, BTreeMap::new()).summary();
    assert!(
        summary.contains("rules fired by no programs; "),
        "{summary}"
    );
    assert!(
        summary.ends_with("; 1 files of runs with other rules are left out"),
        "{summary}"
    );
}
