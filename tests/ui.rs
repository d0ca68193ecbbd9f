//! What the macros say about declarations that are wrong, and that they are silent about those that are right.
//!
//! One file of `ui/err` per mistake, named after its code; `ARMJIT_BLESS=1` writes the expected messages anew. A
//! message is part of the language, so its exact wording is kept.

use std::fs;
use std::path::{Path, PathBuf};

use jit_language::error::Code;

fn files(folder: &str, extension: &str) -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut files: Vec<_> = fs::read_dir(&folder)
        .unwrap_or_else(|error| panic!("{}: {error}", folder.display()))
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| path.extension().is_some_and(|found| found == extension))
        .collect();
    files.sort();
    files
}

#[test]
fn messages() {
    if std::env::var_os("ARMJIT_BLESS").is_some() {
        // SAFETY: nothing else in this program looks at the environment while its tests run.
        unsafe { std::env::set_var("TRYBUILD", "overwrite") };
    }
    let cases = trybuild::TestCases::new();
    cases.pass("ui/ok/*.rs");
    cases.compile_fail("ui/err/*.rs");
}

#[test]
fn every_code_has_a_case() {
    let expected: Vec<String> = files("ui/err", "stderr")
        .iter()
        .map(|path| fs::read_to_string(path).expect("a readable file"))
        .collect();
    let missing: Vec<_> = Code::ALL
        .iter()
        .filter(|entry| !expected.iter().any(|text| text.contains(entry.name())))
        .map(|entry| entry.name())
        .collect();
    assert!(
        missing.is_empty(),
        "no case in tests/ui/err shows {missing:?}"
    );
}

#[test]
fn every_case_has_a_message_with_the_code_in_its_name() {
    for case in files("ui/err", "rs") {
        let message = fs::read_to_string(case.with_extension("stderr")).unwrap_or_default();
        let name = case
            .file_stem()
            .and_then(|stem| stem.to_str())
            .unwrap_or_default();
        let code = name.split('-').next().unwrap_or_default().to_uppercase();
        assert!(!message.is_empty(), "{name}.stderr is missing or empty");
        assert!(
            !code.starts_with("JL") || message.contains(&code),
            "{name}.stderr does not mention {code}"
        );
    }
}

#[test]
fn every_message_says_what_to_do() {
    for case in files("ui/err", "stderr") {
        let text = fs::read_to_string(&case).expect("a readable file");
        for message in text.split("\n\n") {
            assert!(
                !message.contains("[JL") || message.contains("help: "),
                "{}: {message}",
                case.display()
            );
        }
    }
}

/// Editors and terminals open `file:line` from the folder that the compiler was started in.
#[test]
fn every_place_that_a_message_names_exists() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut places = 0;
    for case in files("ui/err", "stderr") {
        let text = fs::read_to_string(&case).expect("a readable file");
        for word in text.split_whitespace() {
            let place = word.trim_end_matches([',', '`', ')']);
            let Some((file, line)) = place.rsplit_once(".rs:") else {
                continue;
            };
            if file.starts_with("$RUST") {
                continue;
            }
            let file = format!("{file}.rs")
                .replace("$DIR", &here.display().to_string())
                .replace("$WORKSPACE", &here.join("..").display().to_string());
            let line = line.split(':').next().unwrap_or_default();
            let line: usize = line
                .parse()
                .unwrap_or_else(|_| panic!("{}: {word}", case.display()));
            let named = fs::read_to_string(here.join(&file))
                .unwrap_or_else(|error| panic!("{}: {word}: {error}", case.display()));
            assert!(
                (1..=named.lines().count()).contains(&line),
                "{}: {word}",
                case.display()
            );
            places += 1;
        }
    }
    assert!(places > 100, "{places} places only");
}

/// A mistake is said once, in the words of the language: what was understood is there, and draws no errors of Rust's.
#[test]
fn mistakes_have_no_consequences() {
    for case in files("ui/err", "stderr") {
        // That two crates do not contradict each other is Rust's own to say.
        let name = case.file_name().unwrap_or_default().to_string_lossy();
        if name.starts_with("extension-") {
            continue;
        }
        let text = fs::read_to_string(&case).expect("a readable file");
        let errors = text.lines().filter(|line| line.starts_with("error"));
        for error in errors {
            assert!(error.contains("[JL"), "{}: {error}", case.display());
        }
    }
    for macro_name in ["operation", "form", "rule", "strategy"] {
        let case = format!("ui/err/recovery-{macro_name}.stderr");
        let case = Path::new(env!("CARGO_MANIFEST_DIR")).join(case);
        let text = fs::read_to_string(&case).unwrap_or_default();
        let errors = text.lines().filter(|line| line.starts_with("error"));
        assert_eq!(errors.count(), 1, "{}", case.display());
    }
}
