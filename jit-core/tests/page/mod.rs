//! What pages written from declarations have in common: how effects and cells are written, and that pages are current.

use std::path::Path;

use jit_core::ir::{Dialect, Effects, OpInfo};

/// What an operation does besides yielding a value, in words.
pub fn effects<D: Dialect>(info: &OpInfo<D>) -> String {
    let names = [
        (Effects::READS, "reads memory"),
        (Effects::WRITES, "writes memory"),
        (Effects::CALL, "call"),
        (Effects::GUARD, "guard"),
        (Effects::TERMINATOR, "terminator"),
    ];
    let mut words: Vec<&str> = names
        .into_iter()
        .filter(|(flag, _)| info.effects.has(*flag))
        .map(|(_, name)| name)
        .collect();
    if words.is_empty() {
        words.push("pure");
    }
    if info.commutative {
        words.push("commutative");
    }
    words.join(", ")
}

/// A text as it can stand in a table.
pub fn cell(text: &str) -> String {
    text.replace('|', "\\|").replace('\n', " ")
}

/// Compares a page with what is written down; `ARMJIT_BLESS=1` writes it.
pub fn check(file: &str, page: &str) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../specs/docs")
        .join(file);
    if std::env::var_os("ARMJIT_BLESS").is_some() {
        std::fs::write(&path, page).expect("the page can be written");
    }
    let written = std::fs::read_to_string(&path).unwrap_or_default();
    assert!(
        written == page,
        "specs/docs/{file} is not current: run this test with ARMJIT_BLESS=1 to write it"
    );
}
