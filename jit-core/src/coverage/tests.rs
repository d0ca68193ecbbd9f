//! Points of rules, and files of them read back.

use std::fs;

use super::{Point, Report, points};
use crate::specs::lowering::RULE_SETS;

fn of(rule: &str) -> Vec<String> {
    let all = RULE_SETS.iter().flat_map(|set| points(set));
    all.filter(|point| point.rule == rule)
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
fn points_read_back() {
    for point in RULE_SETS.iter().flat_map(|set| points(set)) {
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

fn lines(rules: &[&str]) -> String {
    let all = RULE_SETS.iter().flat_map(|set| points(set));
    let of_them = all.filter(|point| rules.contains(&point.rule.as_str()));
    of_them.map(|point| format!("{point}\n")).collect()
}

#[test]
fn runs_are_merged_and_forced_ones_do_not_count() {
    let files = [
        ("golden/golden-0f.1.txt", lines(&["neg"])),
        ("tests/machine_code-0f.2.txt", lines(&["sub", "add"])),
        ("python/python3.3.txt", lines(&["add", "neg"])),
    ];
    let folder = folder(
        "merged",
        &files.each_ref().map(|(path, text)| (*path, text.as_str())),
    );
    let report = Report::read(&folder, &RULE_SETS).expect("readable files");
    fs::remove_dir_all(&folder).expect("its own folder");
    let unfired: Vec<&str> = report.unfired().iter().map(|rule| rule.name).collect();
    assert!(unfired.contains(&"sub") && !unfired.contains(&"add") && !unfired.contains(&"neg"));
    assert!(
        report.summary().contains(" hit by golden, python"),
        "{}",
        report.summary()
    );
    let page = report.to_string();
    assert!(
        page.contains("- `sub`, specs/lowering/integer.rs:"),
        "{page}"
    );
    assert!(page.contains("| `neg` | 1 of 1 | 1 of 1 |"), "{page}");
}

#[test]
fn files_of_other_rules_are_left_out_aloud() {
    let folder = folder(
        "stale",
        &[("python/p.1.txt", "specs/x.rs\tgone\tas written\n")],
    );
    let report = Report::read(&folder, &RULE_SETS).expect("readable files");
    fs::remove_dir_all(&folder).expect("its own folder");
    let summary = report.summary();
    assert!(
        summary.ends_with("hit by nothing; 1 files of runs with other rules are left out"),
        "{summary}"
    );
}
