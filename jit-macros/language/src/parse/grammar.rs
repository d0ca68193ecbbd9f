//! How every statement is written, in one table for each part of the language.
//!
//! The words that may begin a statement come from here, and so does what is said about a statement that cannot be read:
//! the parser knows which token it did not expect, and somebody who has left out a colon is helped more by the statement
//! as it should look.

use proc_macro2::{Ident, TokenStream, TokenTree};

/// Statements by the word that each begins with, and one of its kind as an example. Where a name begins the statement, it
/// is the word behind the colon that tells.
pub type Grammar = &'static [(&'static str, &'static str)];

/// The headers of invocations.
pub const HEADERS: Grammar = &[
    (
        "lowering",
        "lowering Name for crate::specs::ops on crate::specs::isa;` or `lowering … on crate::specs::isa with crate::specs::calls;",
    ),
    (
        "rewriting",
        "rewriting Name for crate::specs::ops;` or `rewriting Name for super::ops to ::jit_core::specs::ops;",
    ),
    ("calls", "calls Name on crate::specs::isa;"),
];

/// The items of `lowering!`.
pub const LOWERING: Grammar = &[
    (
        "rule",
        "rule name { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } bytes 4; }",
    ),
    ("prefer", "prefer one over other;"),
    (
        "for",
        "for (Op, name) in [(Add, add), (Sub, sub)] { rule … }",
    ),
    ("total", "total { Add, Sub }"),
    ("partial", "partial { Add, Sub }"),
    ("unlowered", "unlowered { Add, Sub }"),
    ("impossible", "impossible Add(const, _);"),
    ("jump", "jump target { ; b =>target }"),
];

/// The statements of a lowering rule.
pub const RULE: Grammar = &[
    ("when", "when Add(a: Gpr, b: Imm12) -> d: Gpr;"),
    ("if", "if 0 <= b && b < 4096;"),
    ("let", "let n: Imm12 = -b;"),
    ("temp", "temp t: Gpr;"),
    ("narrow", "narrow a, b;"),
    ("clobbers", "clobbers flags, x16;"),
    ("pool", "pool c: u64 = b;"),
    ("emit", "emit { ; add X(d), X(a), X(b) }"),
    ("otherwise", "otherwise { ; movz X(d), 0 }"),
    ("branch", "branch exit { ; cbz X(a), =>exit }"),
    ("inverse", "inverse { ; cbnz X(a), =>exit }"),
    ("goto", "goto target;"),
    ("bytes", "bytes 4;` or `bytes 4..=12;"),
    (": in", "a: in x0;"),
    (": early", "d: early;"),
    (": anywhere", "live: anywhere;"),
];

/// The items of `rewriting!`.
pub const REWRITING: Grammar = &[
    ("rule", "rule name { when Add(a, 0); becomes a; }"),
    ("prefer", "prefer one, two over three;"),
    ("for", "for (Op, none) in [(Add, 0), (Mul, 1)] { rule … }"),
    ("fold", "fold { Add, Sub }"),
];

/// The statements of a rewriting rule.
pub const REWRITING_RULE: Grammar = &[
    ("when", "when Add(a, b: const I64);"),
    ("if", "if 0 <= b && b < 64;"),
    ("becomes", "becomes Shl(a, b);"),
];

/// The statements of `isa!`.
pub const ISA: Grammar = &[
    ("target", "target aarch64;"),
    ("extends", "extends ::jit_core::specs::isa;"),
    ("reg", "reg Gpr: X { codes 0..=15, 19..=28; }"),
    ("reserved", "reserved x18 \"why\";"),
    ("scratch", "scratch x16, x17 \"why\";"),
    (
        "convention",
        "convention name { arguments x0..=x7, d0..=d7; results x0, d0; preserved x19..=x29, d8..=d15; }",
    ),
    (
        "imm",
        "imm Offset8: u32 { range 0..=32760; multiple_of 8; }",
    ),
    (
        "link",
        "link Branch19 { bytes -1048576..=1048572; multiple_of 4; }",
    ),
    ("form", "form subs (w X, r XSP, imm Imm12) writes flags;"),
    (
        "conditions",
        "conditions { eq = flags.z; cs | hs = flags.c; }",
    ),
    ("means", "means add (d, a, b) { d = a.wrapping_add(b); }"),
];

/// The statements of `ops!`.
pub const OPS: Grammar = &[
    ("dialect", "dialect Name;"),
    (
        "extensible",
        "extensible by ::jit_core::machine::Extension;",
    ),
    ("value", "value I64: i64 in { Gpr, const };"),
    ("attribute", "attribute Comparison;"),
    ("given", "given frame: I64;` or `given size_at: const I64;"),
    (
        "op",
        "op Add(a: I64, b: I64) -> I64 { pure; commutative; means a.wrapping_add(b); }",
    ),
];

/// The statements of an operation.
pub const OPERATION: Grammar = &[
    ("pure", "pure;"),
    ("commutative", "commutative;"),
    ("reads", "reads memory;"),
    ("writes", "writes memory;"),
    ("call", "call;"),
    ("guard", "guard;"),
    ("terminator", "terminator;"),
    ("means", "means a.wrapping_add(b);"),
];

/// The items of `calls!`.
pub const CALLS: Grammar = &[
    (
        "sequence",
        "sequence copy(to: Gpr, from: Gpr) { ; mov X(to), X(from) } means { to = from; }",
    ),
    ("routine", "routine leave() { ; ret } means { goto(x30); }"),
    (
        "strategy",
        "strategy name { site { ; bl =>target } links { site -> target: Branch26 } clobbers lr; size |sites| 4 * sites; otherwise far; }",
    ),
    ("choose", "choose name { least_bytes from [one, other]; }"),
];

/// The statements of a strategy.
pub const STRATEGY: Grammar = &[
    ("feature", "feature \"call-name\";"),
    ("site", "site { ; bl =>stub }"),
    (
        "stub",
        "stub { ; ldr x16, =>entry ; br x16 } align 8, one per (function, target);",
    ),
    (
        "pool",
        "pool entry: u64 = target, align 8, one per (function, target);",
    ),
    (
        "links",
        "links { site -> stub: Branch26, stub -> entry: Literal19 }",
    ),
    ("clobbers", "clobbers x16, lr;"),
    (
        "retarget",
        "retarget by store(entry);`, `retarget by rewrite(site);` or `retarget never;",
    ),
    ("threshold", "threshold sites >= 3, env \"VARIABLE\";"),
    ("singleton", "singleton other;"),
    ("size", "size |sites, targets| 8 * sites + 8 * targets;"),
    ("otherwise", "otherwise other;"),
];

/// The statements of a choice.
pub const CHOICE: Grammar = &[
    ("feature", "feature \"call-name\";"),
    ("least_bytes", "least_bytes from [one, other];"),
];

/// What stands in front of a word that does not begin the statement.
const COLON: &str = ": ";

/// "Expected one of", for a statement that begins with none of the words of `grammar`.
pub fn unknown_word(found: &Ident, grammar: Grammar) -> syn::Error {
    super::expected_one_of(found, &beginnings(grammar))
}

/// "Expected one of", for a word behind `name:` that is none of those of `grammar`.
pub fn unknown_place(found: &Ident, grammar: Grammar) -> syn::Error {
    let words = grammar.iter();
    let words: Vec<_> = words
        .filter_map(|(word, _)| word.strip_prefix(COLON))
        .collect();
    super::expected_one_of(found, &words)
}

fn beginnings(grammar: Grammar) -> Vec<&'static str> {
    let words = grammar.iter().map(|(word, _)| *word);
    words.filter(|word| !word.starts_with(COLON)).collect()
}

/// What to write instead of `statement`: one that begins with the same word, or with the one that was meant; otherwise one
/// that has one of its first two words behind a colon.
pub fn help(statement: &TokenStream, grammar: Grammar) -> String {
    let words = statement
        .clone()
        .into_iter()
        .filter_map(|token| match token {
            TokenTree::Ident(word) => Some(word.to_string()),
            _ => None,
        });
    let words: Vec<String> = words.take(2).collect();
    let like = |word: &str| {
        let known = grammar.iter().map(|(word, _)| *word);
        let meant = crate::error::nearest(word, known)?;
        grammar.iter().find(|(word, _)| *word == meant)
    };
    let first = words.first().and_then(|first| like(first));
    let example = first.or_else(|| {
        words
            .iter()
            .find_map(|word| like(&format!("{COLON}{word}")))
    });
    match example {
        Some((_, example)) => format!("write `{example}`"),
        None => {
            let words: Vec<_> = beginnings(grammar)
                .iter()
                .map(|word| format!("`{word}`"))
                .collect();
            format!("begin with {}", words.join(", "))
        }
    }
}
