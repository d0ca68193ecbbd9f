//! The page of all codes in the documentation, written from their table and kept current by a test.

use std::path::Path;

use super::Code;

fn page() -> String {
    let mut page = String::from(
        "# Mistakes that the rule language finds\n\n\
         Every message ends in one of these codes. `cargo xtask explain JL010` prints the same text.\n\n\
         | Code | What |\n|---|---|\n",
    );
    for code in Code::ALL {
        let name = code.name();
        let anchor = name.to_lowercase();
        page.push_str(&format!("| [{name}](#{anchor}) | {} |\n", code.title()));
    }
    for code in Code::ALL {
        let kind = if code.is_lint() { " (a warning)" } else { "" };
        page.push_str(&format!("\n## {}\n\n", code.name()));
        page.push_str(&format!(
            "**{}**{kind}. {}\n",
            code.title(),
            code.explanation()
        ));
    }
    page
}

/// `ARMJIT_BLESS=1` writes the page.
#[test]
fn the_page_of_codes_is_current() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs/docs/errors.md");
    if std::env::var_os("ARMJIT_BLESS").is_some() {
        std::fs::write(&path, page()).expect("the page can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert_eq!(
        written,
        page(),
        "run this test with ARMJIT_BLESS=1 to write the page"
    );
}
