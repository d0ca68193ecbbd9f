//! The page of all codes in the documentation, written from their table and the cases that show them, and kept current by
//! a test.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use super::Code;

/// A file that has mistakes, and what the compiler says about it.
struct Case {
    name: String,
    said: String,
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// Every case, by name.
fn cases() -> Vec<Case> {
    let folder = root().join("tests/ui/err");
    let mut files: Vec<PathBuf> = fs::read_dir(&folder)
        .expect("the folder of cases")
        .map(|entry| entry.expect("a readable folder").path())
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "stderr")
        })
        .collect();
    files.sort();
    let read = |path: PathBuf| Case {
        name: path
            .file_stem()
            .map(|stem| stem.to_string_lossy().into_owned())
            .unwrap_or_default(),
        // As seen from the root of the repository, where the page is read.
        said: fs::read_to_string(&path)
            .expect("a readable file")
            .replace("$DIR/", "tests/")
            .replace("--> ui/", "--> tests/ui/"),
    };
    files.into_iter().map(read).collect()
}

impl Case {
    /// The first message with this code, underlined tokens included.
    fn message(&self, code: Code) -> Option<&str> {
        let mut messages = self.said.split("\n\n");
        messages.find(|message| message.contains(&format!("[{}]", code.name())))
    }
}

fn page() -> String {
    let mut page = String::from(
        "# Mistakes that the rule language finds\n\n\
         Every message ends in one of these codes. `cargo xtask explain JL010` prints the same text. Each case is a file \
         with the mistake, and beside it, ending in `.stderr`, all that is said about it.\n\n\
         | Code | What | Cases |\n|---|---|--:|\n",
    );
    let cases = cases();
    let mut shown: BTreeMap<&str, Vec<&Case>> = BTreeMap::new();
    for code in Code::ALL {
        let with = cases.iter().filter(|case| case.message(*code).is_some());
        shown.insert(code.name(), with.collect());
    }
    for code in Code::ALL {
        let name = code.name();
        let anchor = name.to_lowercase();
        let count = shown[name].len();
        page.push_str(&format!(
            "| [{name}](#{anchor}) | {} | {count} |\n",
            code.title()
        ));
    }
    for code in Code::ALL {
        let name = code.name();
        let kind = if code.is_lint() { " (a warning)" } else { "" };
        page.push_str(&format!("\n## {name}\n\n"));
        page.push_str(&format!(
            "**{}**{kind}. {}\n",
            code.title(),
            code.explanation()
        ));
        let cases = &shown[name];
        // The case that is named after the code is about nothing else.
        let own = cases
            .iter()
            .find(|case| case.name.starts_with(&name.to_lowercase()));
        if let Some(message) = own.or(cases.first()).and_then(|case| case.message(*code)) {
            page.push_str(&format!("\n```text\n{}\n```\n", message.trim_end()));
        }
        let links: Vec<_> = cases
            .iter()
            .map(|Case { name, .. }| format!("[{name}](../../tests/ui/err/{name}.rs)"))
            .collect();
        page.push_str(&format!("\nCases: {}.\n", links.join(", ")));
    }
    page
}

/// `ARMJIT_BLESS=1` writes the page.
#[test]
fn the_page_of_codes_is_current() {
    let path = root().join("specs/docs/errors.md");
    if std::env::var_os("ARMJIT_BLESS").is_some() {
        fs::write(&path, page()).expect("the page can be written");
    }
    let written = fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page(),
        "run this test with ARMJIT_BLESS=1 to write the page"
    );
}

#[test]
fn every_code_has_a_case() {
    let cases = cases();
    let shown = |code: &&Code| cases.iter().any(|case| case.message(**code).is_some());
    let missing: Vec<_> = Code::ALL
        .iter()
        .filter(|code| !shown(code))
        .map(|code| code.name())
        .collect();
    assert!(
        missing.is_empty(),
        "no case in tests/ui/err shows {missing:?}"
    );
}
