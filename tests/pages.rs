//! What pages refer to exists: files behind links, tests and commands named in the comparison with other languages. And
//! declarations are left by rustfmt as they were written.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// Every page of the repository.
fn pages() -> Vec<PathBuf> {
    let mut pages: Vec<PathBuf> = ["README.md", "ARCHITECTURE.md", "CHANGELOG.md"]
        .map(|name| root().join(name))
        .into();
    let docs = fs::read_dir(root().join("specs/docs")).expect("the folder of pages");
    let docs = docs.map(|entry| entry.expect("a readable folder").path());
    pages.extend(docs.filter(|path| path.extension().is_some_and(|found| found == "md")));
    pages.sort();
    pages
}

/// The text with what stands in code blocks left out.
fn prose(text: &str) -> String {
    let mut inside = false;
    let keep = |line: &&str| {
        let fence = line.starts_with("```");
        inside ^= fence;
        !inside && !fence
    };
    text.lines().filter(keep).collect::<Vec<_>>().join("\n")
}

/// The targets of all links in a text.
fn links(text: &str) -> Vec<&str> {
    let behind = text.split("](").skip(1);
    behind.filter_map(|rest| rest.split(')').next()).collect()
}

/// What stands between single backquotes.
fn quoted(text: &str) -> Vec<&str> {
    text.split('`').skip(1).step_by(2).collect()
}

#[test]
fn links_lead_somewhere() {
    let mut followed = 0;
    for page in pages() {
        let text = prose(&fs::read_to_string(&page).expect("a readable page"));
        let folder = page.parent().expect("a page lies in a folder");
        for link in links(&text) {
            if link.contains("://") || link.starts_with('#') {
                continue;
            }
            let (file, fragment) = link.split_once('#').unwrap_or((link, ""));
            let file = folder.join(file);
            assert!(file.exists(), "{}: {link}", page.display());
            // A line that is linked to is one of the file.
            if let Some(line) = fragment.strip_prefix('L') {
                let lines = fs::read_to_string(&file)
                    .expect("a readable file")
                    .lines()
                    .count();
                let line: usize = line.parse().expect("a line number");
                assert!(line <= lines, "{}: {link}", page.display());
            }
            followed += 1;
        }
    }
    assert!(followed > 300, "{followed} links only");
}

#[test]
fn every_claim_of_the_comparison_names_what_shows_it() {
    let page = fs::read_to_string(root().join("specs/docs/comparison.md")).expect("the page");
    let commands = fs::read_to_string(root().join("xtask/src/main.rs")).expect("the commands");
    let rows: Vec<&str> = page
        .lines()
        .filter(|line| line.starts_with("| "))
        .skip(1)
        .collect();
    assert!(rows.len() > 15, "{} rows only", rows.len());
    for row in rows {
        let cells: Vec<&str> = row.trim_matches('|').split(" | ").collect();
        assert_eq!(cells.len(), 9, "{row}");
        let claim = cells[8];
        let linked: Vec<String> = links(claim)
            .iter()
            .filter_map(|link| fs::read_to_string(root().join("specs/docs").join(link)).ok())
            .collect();
        let mut shown = !linked.is_empty();
        for name in quoted(claim) {
            if let Some(command) = name.strip_prefix("cargo xtask ") {
                let command = command.split(' ').next().unwrap_or_default();
                let known = format!("\"{command}\" =>");
                assert!(commands.contains(&known), "no command `{command}`: {claim}");
                shown = true;
            } else if name.contains('_') {
                let test = format!("fn {name}()");
                let found = linked.iter().any(|text| text.contains(&test));
                assert!(found, "no linked file has the test `{name}`");
            }
        }
        assert!(shown, "nothing shows: {claim}");
    }
}

#[test]
fn declarations_keep_the_spacing_of_their_author() {
    let text = "//! Odd spacing.\n\njit_macros::lowering! {\n    lowering  Odd for crate::ops   on crate::isa;\n\n\n\n    \
        rule   add{when Add(a:Gpr,b:Gpr)->d:Gpr;emit{;add X(d),X(a),X(b)}}\n}\n\njit_macros::isa! { target   aarch64; \
        form add|sub( w X,r X , r X ); }\n\njit_macros::ops! {\n  dialect D ;\n      op One ( a : I ) -> I { pure ; }\n}\n\n\
        jit_macros::calls! {\n calls   C on crate::isa;\n      strategy s{site{;bl   =>target}}\n}\n";
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let file = folder.join("odd.rs");
    fs::write(&file, text).expect("a file");
    let settings = root().join("rustfmt.toml");
    let mut rustfmt = Command::new("rustfmt");
    rustfmt.args(["--edition", "2024"]);
    if settings.exists() {
        rustfmt.arg("--config-path").arg(&settings);
    }
    let status = rustfmt
        .arg(&file)
        .status()
        .expect("rustfmt, which the toolchain brings");
    assert!(status.success());
    assert_eq!(fs::read_to_string(&file).expect("the file"), text);
}
