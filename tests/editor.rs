//! What editors make of the declarations, by rust-analyzer: words lead to what they name, also where something is wrong,
//! and what is wrong is shown at its token.
//!
//! Without rust-analyzer this is skipped, and said to be, also where the variable `CI` is set: nothing else needs it.

#[path = "editor/server.rs"]
mod server;

use std::fs;
use std::path::{Path, PathBuf};

use server::{Position, Server};

const INTEGER: &str = "specs/lowering/integer.rs";
const BRANCH: &str = "specs/lowering/branch.rs";
const CALLS: &str = "specs/calls.rs";
const OPS: &str = "specs/ops.rs";
const ISA: &str = "specs/isa.rs";
const SIMPLIFY: &str = "specs/rewriting/simplify.rs";

/// A word, marked by `|` in front of it, in the first text of that kind in a file, and the same for where it leads.
type Lead = ((&'static str, &'static str), (&'static str, &'static str));

const ADD: &str = "rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) }";

const LEADS: &[Lead] = &[
    // Operations, in patterns, tables and lists.
    ((INTEGER, "rule add { when |Add(a"), (OPS, "op |Add(")),
    ((INTEGER, "[(|Add, add, sub)"), (OPS, "op |Add(")),
    ((INTEGER, "        |Iconst, "), (OPS, "op |Iconst(")),
    ((SIMPLIFY, "[\n        (|Add, 0)"), (OPS, "op |Add(")),
    // What the machine declares.
    ((INTEGER, "rule add { when Add(a: |Gpr"), (ISA, "reg |Gpr:")),
    ((INTEGER, "Iconst(value: |Imm16)"), (ISA, "imm |Imm16:")),
    ((INTEGER, "let piece: |Imm16 ="), (ISA, "imm |Imm16:")),
    ((INTEGER, "{ ; |movz X(d), value }"), (ISA, "form |movz")),
    ((INTEGER, "[(Add, |add, sub)"), (ISA, "form |add | sub")),
    ((BRANCH, "(Eq, |cbz, cbnz, tbz"), (ISA, "form |cbz |")),
    ((BRANCH, "tbz, tbnz, |eq, ne)"), (ISA, "{\n        |eq = ")),
    (
        (CALLS, "site -> entry: |Literal19"),
        (ISA, "link |Literal19"),
    ),
    ((CALLS, "save_general(a: |Gpr)"), (ISA, "reg |Gpr:")),
    ((OPS, "value I64: i64 in { |Gpr"), (ISA, "reg |Gpr:")),
    ((ISA, "reg GprZr: X { |Gpr,"), (ISA, "reg |Gpr:")),
    ((ISA, "means |subs "), (ISA, "adds | |subs")),
    // Types of values.
    ((INTEGER, "value: const |I64)"), (OPS, "value |I64:")),
    ((OPS, "op Add(a: |I64"), (OPS, "value |I64:")),
    // What a rule, a family or a sequence binds.
    (
        (INTEGER, "; add X(d), X(|a), X(b) }"),
        (INTEGER, "rule add { when Add(|a: Gpr"),
    ),
    (
        (INTEGER, "; add X(|d), X(a), X(b) }"),
        (INTEGER, "Add(a: Gpr, b: Gpr) -> |d: Gpr"),
    ),
    (
        (INTEGER, "X(d), |piece, LSL 16"),
        (INTEGER, "let |piece: Imm16 = value >> 16"),
    ),
    (
        (INTEGER, "if 65536 <= |value"),
        (INTEGER, "iconst_16_at_16 {\n        when Iconst(|value:"),
    ),
    (
        (INTEGER, "{ ; |name XSP(d), XSP(a), b }"),
        (INTEGER, "for (Operation, |name, opposite)"),
    ),
    (
        (CALLS, "; str X(|a), [sp, -16]!"),
        (CALLS, "sequence save_general(|a:"),
    ),
    (
        (SIMPLIFY, "when Op(a, |none)"),
        (SIMPLIFY, "for (Op, |none)"),
    ),
    // Rules, strategies, sequences and routines.
    (
        (INTEGER, "prefer |iconst_16 over"),
        (INTEGER, "rule |iconst_16 {"),
    ),
    (
        (CALLS, "otherwise |literal_blr"),
        (CALLS, "strategy |literal_blr"),
    ),
    (
        (CALLS, "undoes |save_general_pair("),
        (CALLS, "sequence |save_general_pair("),
    ),
    ((CALLS, "; call |exit"), (CALLS, "routine |exit(")),
];

fn root() -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
    root.canonicalize().expect("it is there")
}

fn text_of(file: &str) -> String {
    fs::read_to_string(root().join(file)).unwrap_or_else(|error| panic!("{file}: {error}"))
}

/// The place of the marked word.
fn place(text: &str, marked: &str) -> Position {
    let (before, after) = match marked.split_once(" | |") {
        Some((before, after)) => (format!("{before} | "), after.to_owned()),
        None => {
            let (before, after) = marked.split_once('|').expect("a mark");
            (before.to_owned(), after.to_owned())
        }
    };
    let found = text.find(&format!("{before}{after}"));
    let offset = found.unwrap_or_else(|| panic!("there is no {marked}")) + before.len();
    let line_start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    Position {
        line: text[..offset].matches('\n').count(),
        column: offset - line_start,
    }
}

fn follow(server: &mut Server, &((file, from), (other, to)): &Lead, shown: &str) {
    let text = if file == INTEGER {
        shown
    } else {
        &text_of(file)
    };
    let target = if other == INTEGER {
        shown
    } else {
        &text_of(other)
    };
    let found = server.definitions(file, place(text, from));
    let wanted = (other.to_owned(), place(target, to));
    assert!(
        found.contains(&wanted),
        "{file}, {from}: {found:?} instead of {wanted:?}"
    );
}

#[test]
fn words_lead_to_what_they_name() {
    let Some(mut server) = Server::start(&root()) else {
        eprintln!(
            "SKIPPED: there is no rust-analyzer; `rustup component add rust-analyzer` brings one"
        );
        return;
    };
    let right = text_of(INTEGER);
    for file in [INTEGER, BRANCH, CALLS, OPS, ISA, SIMPLIFY] {
        server.show(file, &text_of(file));
    }
    for lead in LEADS {
        follow(&mut server, lead, &right);
    }
    for file in [INTEGER, BRANCH, CALLS, OPS, ISA, SIMPLIFY] {
        let found = server.diagnostics(file);
        assert!(found.is_empty(), "{file}: {found:?}");
    }
    a_mistake_is_shown_and_everything_else_goes_on(&mut server, &right);
    operations_are_completed_beside_a_wrong_one(&mut server);
}

fn a_mistake_is_shown_and_everything_else_goes_on(server: &mut Server, right: &str) {
    assert!(right.contains(ADD), "there is no {ADD}");
    let wrong = [
        (
            ADD.replace("; add", "; adf"),
            "no instruction `adf`",
            "emit { ; |adf X(d)",
        ),
        (
            ADD.replace("when Add", "when Adf"),
            "no operation `Adf`",
            "rule add { when |Adf(",
        ),
        (ADD.replace("X(b)", "X(c)"), "`c`", "X(a), X(|c) }"),
    ];
    for (rule, message, token) in wrong {
        let shown = right.replace(ADD, &rule);
        server.show(INTEGER, &shown);
        let found = server.diagnostics(INTEGER);
        let is_told =
            |(at, text): &(Position, String)| *at == place(&shown, token) && text.contains(message);
        assert!(found.iter().any(is_told), "{message}: {found:?}");
        let leads = LEADS.iter().filter(|((file, text), (other, target))| {
            let is_there = |file: &str, text: &str| {
                file != INTEGER || shown.contains(&text.replacen('|', "", 1))
            };
            is_there(file, text) && is_there(other, target)
        });
        let count = leads.map(|lead| follow(server, lead, &shown)).count();
        assert!(count + 5 > LEADS.len(), "{count}");
    }
    server.show(INTEGER, right);
}

fn operations_are_completed_beside_a_wrong_one(server: &mut Server) {
    const USER: &str = "jit-core/src/emit/write.rs";
    let (ops, user) = (text_of(OPS), text_of(USER));
    let wrong = ops.replace(
        "op Sub(a: I64, b: I64) -> I64 {",
        "op Sub(a: I64, b: I46) -> I64 {",
    );
    assert_ne!(wrong, ops);
    server.show(OPS, &wrong);
    server.show(USER, &user);
    let offered = server.completions(USER, place(&user, "crate::specs::ops::Op::|Jump"));
    for operation in ["Add", "Jump", "Return"] {
        assert!(
            offered.iter().any(|it| it.starts_with(operation)),
            "{operation}: {offered:?}"
        );
    }
}
