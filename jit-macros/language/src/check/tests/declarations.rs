//! Checks of what `isa!` and `ops!` declare.

use crate::error::{Code, Context, Diagnostic};
use crate::model;
use crate::parse;

fn texts(context: Context) -> Vec<String> {
    let found = context.take();
    for finding in &found {
        let needs_help = finding.code != Code::Syntax;
        assert!(
            finding.help.is_some() || !needs_help,
            "no help: {}",
            finding.text()
        );
    }
    found.iter().map(Diagnostic::text).collect()
}

fn machine(text: &str) -> Vec<String> {
    texts(about_machine(text))
}

pub(super) fn about_machine(text: &str) -> Context {
    let context = Context::new();
    let tokens = text.parse().expect("the text lexes");
    let statements = |tokens| parse::isa::parse(tokens, &context);
    let isa = match parse::isa::extended(&tokens) {
        Some(_) => {
            let base = super::ISA.parse().expect("it lexes");
            let base = model::isa::resolve(statements(base), &context);
            model::isa::extend(base, statements(tokens), &context)
        }
        None => model::isa::resolve(statements(tokens), &context),
    };
    crate::check::isa(&isa, &context);
    context
}

fn dialect(text: &str) -> Vec<String> {
    texts(about_dialect(text))
}

pub(super) fn about_dialect(text: &str) -> Context {
    let context = Context::new();
    let tokens = text.parse().expect("the text lexes");
    let statements = |tokens| parse::ops::parse(tokens, &context);
    let ops = match parse::ops::extended(&tokens) {
        Some(_) => {
            let base = format!("extensible by crate::Extension; {}", super::OPS);
            let base = base.parse().expect("it lexes");
            let base = model::ops::resolve(statements(base), &context);
            model::ops::extend(base, statements(tokens), &context)
        }
        None => model::ops::resolve(statements(tokens), &context),
    };
    crate::check::ops(&ops, &context);
    context
}

fn assert_starts(found: Vec<String>, expected: &[&str]) {
    assert_eq!(found.len(), expected.len(), "{found:#?}");
    for (text, start) in found.iter().zip(expected) {
        assert!(text.starts_with(start), "{text}\nexpected {start}");
    }
}

#[test]
fn a_sound_machine_is_silent() {
    let found = machine(
        "target aarch64; reg Gpr: X { codes 0..=15; } reg GprSp: XSP { Gpr, 31 as sp; }
         reserved sp \"stack\"; imm Imm12: u32 { range 0..=4095; } imm Imm16: u32 { range 0..=65535; }
         form add (w X, r X, r X); form add (w XSP, r XSP, imm Imm12);
         means add (d, a, b) { d = a.wrapping_add(b); }",
    );
    assert_starts(found, &[]);
}

#[test]
fn machines_name_what_exists() {
    let found = machine(
        "target arm; reg Gpr: Y { codes 0..=15; } reg Wide: X { codes 0..=31; } reg More: X { Gpr, 31 as sp; }
         reserved x31 \"none\"; imm A: u16 { range 0..=1; } imm B: u32 { range 5..=4; }
         imm C: u32 { range 0..=9; multiple_of 3; } form f (w X, imm Imm); form g (r X, link Far); frm h ();",
    );
    assert_starts(
        found,
        &[
            "expected one of `X`, `W`, `XSP`, `WSP`, `D`, `S`, found `Y` [JL000]",
            "expected one of `u32`, `i32`, `u64`, found `u16` [JL000]",
            "expected one of `target`, `extends`, `reg`, `reserved`, `scratch`, `convention`, `imm`, `link`, `form`, `conditions`, `means`, \
             found `frm`; \
             did you mean `form`? [JL000]",
            "no target `arm` [JL001]",
            "register codes go from 0 to 30, this says 0..=31 [JL040]",
            "code 31 is not `sp` in `X` [JL036]",
            "no register `x31` [JL001]",
            "nothing lies in 5..=4 [JL013]",
            "multiples are of powers of two, not of 3 [JL040]",
            "no immediate kind `Imm` [JL001]",
            "no link `Far` [JL001]",
        ],
    );
}

#[test]
fn machines_are_consistent() {
    let found = machine(
        "reg Gpr: X { codes 0..=18; } imm Gpr: u32 { range 0..=9; } imm Slim: u32 { range 0..=9; } imm Wide: u32 { range 0..=99; }
         reserved x18 \"the platform's\"; reserved x18 \"again\";
         convention c { arguments x0; results x0; preserved x0..=x3; }
         form f (w X, imm Wide); form f (w X, imm Slim); means f (d, a) { d = a; }",
    );
    assert_starts(
        found,
        &[
            "operand kind `Gpr` is declared twice [JL070]",
            "the machine has no target [JL000]",
            "x18 is set aside twice [JL070]",
            "class `Gpr` hands out x18, which is set aside [JL038]",
            "`f w X, imm Slim` can never be taken: `f w X, imm Wide` fits all that it fits [JL011]",
            "`c` preserves x0, and passes values in it [JL034]",
        ],
    );
}

#[test]
fn dialects_are_consistent() {
    let found = dialect(
        "dialect D; value A: i64; attribute A;
         /// Once.
         op One(a: A) -> A { pure; means a; }
         /// Twice.
         op One(a: A) -> A { pure; means a; }
         op Two(a: A) -> A { pure; means a; }",
    );
    assert_starts(
        found,
        &[
            "attribute `A` is declared twice [JL070]",
            "operation `One` is declared twice [JL070]",
            "operation `Two` has no documentation comment [JL071]",
        ],
    );
}

#[test]
fn a_missing_comment_is_no_error() {
    let context = Context::new();
    context.error(
        Code::MissingDocumentation,
        proc_macro2::Span::call_site(),
        "`a` has no comment",
    );
    assert!(!context.has_errors());
    let tokens = context.finish().to_string();
    assert!(
        tokens.contains("deprecated") && !tokens.contains("compile_error"),
        "{tokens}"
    );
}
