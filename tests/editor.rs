//! What editors make of the declarations, by rust-analyzer: words lead to what they name, also where something is wrong,
//! what is wrong is shown at its token, and half a word is completed, in patterns, conditions, templates and right sides.
//!
//! The server is told what Visual Studio Code tells it: the settings in the repository's `.vscode/settings.json`.
//!
//! Without rust-analyzer this is skipped, and said to be, also where the variable `CI` is set: nothing else needs it.

#[path = "editor/server.rs"]
mod server;

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};

use server::{Position, Server};

const INTEGER: &str = "specs/lowering/integer.rs";
const BRANCH: &str = "specs/lowering/branch.rs";
const CALLS: &str = "specs/calls.rs";
const OPS: &str = "specs/ops.rs";
const ISA: &str = "specs/isa.rs";
const SIMPLIFY: &str = "specs/rewriting/simplify.rs";
const EXPAND: &str = "specs/python/expand.rs";
const PYTHON: &str = "specs/python/ops.rs";
const FILES: [&str; 8] = [INTEGER, BRANCH, CALLS, OPS, ISA, SIMPLIFY, EXPAND, PYTHON];

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
    // From one dialect to another, which another crate declares.
    ((EXPAND, "[(|LoadLocal), "), (PYTHON, "op |LoadLocal(")),
    ((EXPAND, "slot: const |Int"), (PYTHON, "value |Int:")),
    ((EXPAND, "becomes |And(LoadI64"), (OPS, "op |And(")),
    ((EXPAND, "becomes And(|LoadI64"), (OPS, "op |LoadI64(")),
    ((EXPAND, "LoadI64(|frame, "), (PYTHON, "given |frame:")),
    ((EXPAND, "frame, |slots_at +"), (PYTHON, "given |slots_at:")),
    (
        (EXPAND, "StoreI64(|value, frame"),
        (EXPAND, "when StoreOperand(|value"),
    ),
    ((EXPAND, "!|borrowed"), (PYTHON, "given |borrowed:")),
];

/// A word that is not finished, marked by `|` behind it, in place of a text that is there once, and words that complete it.
type Half = (
    &'static str,
    (&'static str, &'static str),
    &'static [&'static str],
);

const HALVES: &[Half] = &[
    // Operations in patterns, whole ones and those of which nothing else is there yet.
    (
        INTEGER,
        (
            ADD,
            "rule add { when Ad|(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) }",
        ),
        &["Add", "Sub"],
    ),
    (INTEGER, (ADD, "rule add { when Ad|"), &["Add", "Sub"]),
    (
        INTEGER,
        (
            ADD,
            "rule add { when Add(a: Gpr, Sh|) -> d: Gpr; emit { ; add X(d), X(a), X(a) }",
        ),
        &["Shl", "ShrU"],
    ),
    (SIMPLIFY, ("when Neg(Neg(a))", "when Neg(Ne|(a))"), &["Neg"]),
    (INTEGER, ("[(Add, add, sub)", "[(Ad|, add, sub)"), &["Add"]),
    // What the machine declares.
    (
        INTEGER,
        (
            ADD,
            "rule add { when Add(a: Gp|, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) }",
        ),
        &["Gpr", "Imm12"],
    ),
    (
        INTEGER,
        (
            ADD,
            "rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; ad| X(d), X(a), X(b) }",
        ),
        &["add", "adds"],
    ),
    // Names that the rule binds.
    (
        INTEGER,
        (
            ADD,
            "rule add { when Add(summand: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(su|), X(b) }",
        ),
        &["summand", "b", "d"],
    ),
    (
        INTEGER,
        ("if 65536 <= value", "if 65536 <= va|"),
        &["value"],
    ),
    // Words of the language, where an item or a statement begins.
    (INTEGER, (ADD, "rule add { wh|"), &["when"]),
    (
        INTEGER,
        (ADD, "rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; em|"),
        &["emit", "clobbers", "bytes"],
    ),
    (
        INTEGER,
        (
            "    /// Addition in registers.",
            "    ru|\n    /// Addition in registers.",
        ),
        &["rule", "prefer", "impossible"],
    ),
    (
        SIMPLIFY,
        (
            "when Neg(Sub(a, b)); becomes Sub(b, a);",
            "when Neg(Sub(a, b)); bec|",
        ),
        &["becomes"],
    ),
    (
        CALLS,
        ("singleton mov_blr;\n        size", "sing|\n        size"),
        &["singleton", "threshold"],
    ),
    // Right sides.
    (
        SIMPLIFY,
        ("becomes Sub(b, a)", "becomes Su|(b, a)"),
        &["Sub"],
    ),
    (
        EXPAND,
        ("becomes And(LoadI64(frame", "becomes And(Loa|(frame"),
        &["LoadI64", "LoadU8"],
    ),
    (
        EXPAND,
        ("becomes And(LoadI64(frame", "becomes And(LoadI64(fra|"),
        &["frame", "slots_at"],
    ),
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
    position(text, offset)
}

fn position(text: &str, offset: usize) -> Position {
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
        // What a test prints by macros is kept back when it passes.
        let _ = writeln!(
            std::io::stderr(),
            "SKIPPED: there is no rust-analyzer; `rustup component add rust-analyzer` brings one"
        );
        return;
    };
    let right = text_of(INTEGER);
    for file in FILES {
        server.show(file, &text_of(file));
    }
    for lead in LEADS {
        follow(&mut server, lead, &right);
    }
    for file in FILES {
        let found = server.diagnostics(file);
        assert!(found.is_empty(), "{file}: {found:?}");
    }
    operations_are_described_where_they_are_named(&mut server);
    a_mistake_is_shown_and_everything_else_goes_on(&mut server, &right);
    half_a_word_is_completed(&mut server);
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
        let at_token = found.iter().filter(|(at, _)| *at == place(&shown, token));
        assert_eq!(at_token.count(), 1, "said twice: {found:?}");
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

fn operations_are_described_where_they_are_named(server: &mut Server) {
    for (file, word, text) in [
        (INTEGER, "rule add { when |Add(a", "Wrapping sum."),
        (EXPAND, "becomes And(|LoadI64", "Loads 8 bytes."),
    ] {
        let shown = server.hover(file, place(&text_of(file), word));
        assert!(shown.contains(text), "{word}: {shown}");
    }
}

/// In each file as it is, and once more with a mistake in another rule.
fn half_a_word_is_completed(server: &mut Server) {
    let mut missing = Vec::new();
    for &(file, (whole, half), words) in HALVES {
        let text = text_of(file);
        assert!(text.contains(whole), "{file}: there is no {whole}");
        let (before, after) = half.split_once('|').expect("a mark");
        let with_half = text.replacen(whole, &format!("{before}{after}"), 1);
        let with_mistake = with_half.replacen("/// ", "rule wrong { when Wrong(a) }\n/// ", 1);
        for shown in [&with_half, &with_mistake] {
            server.show(file, shown);
            let begin = shown
                .find(&format!("{before}{after}"))
                .expect("it was put there");
            let offered = server.completions(file, position(shown, begin + before.len()));
            let is_offered = |word: &&&str| {
                let call = format!("{word}(");
                offered
                    .iter()
                    .any(|it| it == **word || it.starts_with(&call))
            };
            for word in words.iter().filter(|word| !is_offered(word)) {
                missing.push(format!("{file}, {half}: {word} is not among {offered:?}"));
            }
        }
        server.show(file, &text);
    }
    assert!(missing.is_empty(), "{}", missing.join("\n"));
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
