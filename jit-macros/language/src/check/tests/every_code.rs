//! For every code, the smallest declarations that have the mistake: found alone, at the tokens that are wrong.
//!
//! A row is a code, what kind of declaration follows, the declaration, and the tokens that have to be underlined, one
//! text for each place. Codes that stand for several mistakes have a row for each.

use std::collections::BTreeSet;

use super::calls::about_calls;
use super::declarations::{about_dialect, about_machine};
use super::{Context, about_rewriting, about_rules};
use crate::error::{Code, Diagnostic, Region};

use Kind::{Calls, Machine, Operations, Rewriting, Rules};

/// The macro that a declaration is for.
#[derive(Clone, Copy, Debug)]
enum Kind {
    Machine,
    Operations,
    Rules,
    Calls,
    Rewriting,
}

struct Case {
    code: Code,
    kind: Kind,
    text: &'static str,
    marked: &'static [&'static str],
}

const fn case(code: Code, kind: Kind, text: &'static str, marked: &'static [&'static str]) -> Case {
    Case {
        code,
        kind,
        text,
        marked,
    }
}

/// A rule set of one rule for `Add`, which is the whole of what is wrong.
macro_rules! add {
    ($($statements:literal),+) => {
        concat!("partial { Add } rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; ", $($statements),+, " }")
    };
}

/// A strategy that reaches everything, in front of the one that is wrong.
macro_rules! after_mov {
    ($($text:literal),+) => {
        concat!(
            "strategy mov_blr { site { ; use mov_imm64(x16, target) ; blr x16 } clobbers x16, lr;
             size |sites, words| (4 * words + 4) * sites; } ",
            $($text),+
        )
    };
}

/// A strategy with a literal, of which statements can be given.
macro_rules! literal {
    (site: $site:literal, align: $align:literal, links: $links:literal, clobbers: $clobbers:literal,
     retarget: $retarget:literal, size: $size:literal, $otherwise:literal) => {
        after_mov!(
            "strategy literal_blr { site { ",
            $site,
            " }
             pool entry: u64 = target, align ",
            $align,
            ", one per (function, target);
             links { ",
            $links,
            " } clobbers ",
            $clobbers,
            "; retarget ",
            $retarget,
            ";
             size |sites, targets| ",
            $size,
            "; ",
            $otherwise,
            " }"
        )
    };
}

/// A strategy with a stub.
macro_rules! stub {
    ($site:literal, $stub:literal, $clobbers:literal, $size:literal) => {
        after_mov!(
            "strategy stubs { site { ",
            $site,
            " }
             stub { ",
            $stub,
            " } align 8, one per (function, target);
             pool entry: u64 = target, align 8, one per (function, target);
             links { site -> stub: Branch26, stub -> entry: Literal19 }
             clobbers ",
            $clobbers,
            "; size |sites, targets| ",
            $size,
            "; otherwise mov_blr; }"
        )
    };
}

const CASES: &[Case] = &[
    case(Code::Syntax, Rules, add!("emits { ; add X(d), X(a), X(b) }"), &["emits"]),
    case(Code::Syntax, Operations, "dialect D; value I: i64 in { Gpr }; /// One.\n op One(a: I) -> I { pure; }", &["One"]),
    case(Code::UnknownName, Rules, "total { Ad }", &["Ad"]),
    case(Code::UnknownName, Rules, add!("emit { ; add X(d), X(a), X(b) } temp t: Gpt;"), &["Gpt"]),
    case(Code::UnknownName, Rules, "partial { Add } rule add { when Add(a: Gpr, b: Imm21) -> d: Gpr; emit { ; mov X(d), X(a) } }", &["Imm21"]),
    case(Code::UnknownName, Rules, add!("emit { ; add X(d), X(a), X(b) } a: in x45;"), &["x45"]),
    case(Code::UnknownName, Rules, add!("emit { ; sbu X(d), X(a), X(b) }"), &["sbu"]),
    case(Code::UnknownName, Rules, concat!(add!("emit { ; add X(d), X(a), X(b) }"), " prefer ad over add;"), &["ad"]),
    case(Code::UnknownName, Machine, "target aarch64; form f (w X, imm Imm);", &["Imm"]),
    case(Code::UnknownName, Machine, "target aarch64; reserved x31 \"no such register\";", &["x31"]),
    case(Code::UnknownName, Calls, after_mov!("choose best { least_bytes from [mov_bl]; }"), &["mov_bl"]),
    case(Code::WrongOperandCount, Rules, "partial { Add } rule add { when Add(a: Gpr, b: Gpr, c: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }", &["(a: Gpr, b: Gpr, c: Gpr)"]),
    case(Code::WrongOperandCount, Rules, "partial { Add } rule add { when Add(a: Gpr, b: Gpr); emit { ; add X(a), X(a), X(b) } }", &["Add(a: Gpr, b: Gpr)"]),
    case(Code::WrongOperandCount, Rules, "partial { GuardTrue } rule guard { when GuardTrue(a: Gpr, exit, live) -> d: Gpr; emit { } }", &["d"]),
    case(Code::WrongOperandCount, Rules, add!("emit { ; add X(d), X(a) }"), &["add X(d), X(a)"]),
    case(Code::WrongOperandCount, Operations, "dialect D; value I: i64 in { Gpr }; /// One.\n op One(a: I) -> I { guard; means a; }", &["One(a: I) -> I"]),
    case(Code::WrongKind, Rules, "partial { FAdd } rule add { when FAdd(a: Gpr, b: Fpr) -> d: Fpr; emit { ; fadd D(d), D(b), D(b) } }", &["Gpr"]),
    case(Code::WrongKind, Rules, "partial { FAdd } rule add { when FAdd(a: Fpr, b: Imm12) -> d: Fpr; emit { ; fadd D(d), D(a), D(a) } }", &["b: Imm12"]),
    case(Code::WrongKind, Rules, "partial { Load } rule load { when Load(base: Gpr, offset: Gpr) -> d: Gpr; emit { ; ldr X(d), [XSP(base), offset] } }", &["Gpr"]),
    case(Code::WrongKind, Rules, "partial { Add } rule add { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }", &["b"]),
    case(Code::WrongKind, Rules, "partial { Add } rule add { when Add(a: Gpr, FAdd(x: Fpr, y: Fpr)) -> d: Gpr; emit { ; mov X(d), X(a) } }", &["FAdd(x: Fpr, y: Fpr)"]),
    case(Code::Overlap, Rules,
        "partial { Add }
         rule one { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }
         rule other { when Add(a: Gpr, b: Imm12Shifted) -> d: Gpr; let n: Imm12 = b >> 12; emit { ; add XSP(d), XSP(a), n, LSL 12 } }",
        &["when Add(a: Gpr, b: Imm12) -> d: Gpr;", "when Add(a: Gpr, b: Imm12Shifted) -> d: Gpr;"]),
    case(Code::DeadRule, Rules,
        "partial { Add }
         rule one { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }
         rule twin { when Add(x: Gpr, y: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(x), y } }
         prefer one over twin;",
        &["when Add(x: Gpr, y: Imm12) -> d: Gpr;"]),
    case(Code::DeadRule, Machine,
        "target aarch64; imm Wide: u32 { range 0..=99; } imm Slim: u32 { range 0..=9; } form f (w X, imm Wide); form f (w X, imm Slim); means f (d, a) { d = a; }",
        &["f"]),
    case(Code::CollectivelyDeadRule, Rules,
        "partial { Add } impossible Add(const, const);
         rule low { when Add(a: Gpr, b: Imm12) -> d: Gpr; if b <= 9; emit { ; add XSP(d), XSP(a), b } }
         rule high { when Add(a: Gpr, b: Imm12) -> d: Gpr; if 10 <= b && b <= 30; emit { ; add XSP(d), XSP(a), b } }
         rule middle { when Add(x: Gpr, y: Imm12) -> d: Gpr; if 5 <= y && y <= 20; emit { ; add XSP(d), XSP(x), y } }
         prefer low over middle; prefer high over middle;",
        &["when Add(x: Gpr, y: Imm12) -> d: Gpr;"]),
    case(Code::BadPreference, Rules,
        "total { Add } impossible Add(const, const); rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }",
        &["impossible Add(const, const);"]),
    case(Code::EmptyPattern, Rules, "partial { Add } rule add { when Add(a: Gpr, b: Imm12) -> d: Gpr; if b < 0; emit { ; add XSP(d), XSP(a), b } }", &["b < 0"]),
    case(Code::EmptyPattern, Rules, "partial { Add } impossible Add(const, const); rule add { when Add(a: Imm12, b: Imm12) -> d: Gpr; emit { ; mov X(d), xzr ; add XSP(d), XSP(d), a ; add XSP(d), XSP(d), b } }", &["when Add(a: Imm12, b: Imm12) -> d: Gpr;"]),
    case(Code::EmptyPattern, Machine, "target aarch64; imm B: u32 { range 5..=4; }", &["5..=4"]),
    case(Code::EmptyPattern, Rules, "partial { Sub } rule sub { when Sub(a: Gpr, b: const I64) -> d: Gpr; if b != 0 && power_of_two(b); emit { ; mov X(d), X(a) } }", &["b != 0"]),
    case(Code::EmptyPattern, Rules, "partial { Add } rule add { when Add(a: Gpr, b: Imm12) -> d: Gpr; if b & 1 == 0; if b in Imm12; emit { ; add XSP(d), XSP(a), b } }", &["b in Imm12"]),
    case(Code::BadPreference, Rules, concat!(add!("emit { ; add X(d), X(a), X(b) }"),
        " rule small { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } } prefer small over add;"), &["prefer small over add;"]),
    case(Code::BadPreference, Rules, concat!(add!("emit { ; add X(d), X(a), X(b) }"),
        " rule small { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } } prefer add over small;"), &["prefer add over small;"]),
    case(Code::BadPreference, Rules,
        "partial { Add }
         rule one { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }
         rule other { when Add(a: Gpr, b: Imm12Shifted) -> d: Gpr; let n: Imm12 = b >> 12; emit { ; add XSP(d), XSP(a), n, LSL 12 } }
         prefer one over other; prefer other over one;",
        &["prefer one over other;", "prefer other over one;"]),
    case(Code::TooEntangled, Rules,
        "partial { Add } rule deep { when Add(Add(Add(Add(Add(Add(Add(a: Gpr, b: Gpr), 1), 2), 3), 4), 5), 6) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }",
        &["Add(Add(Add(Add(Add(Add(Add(a: Gpr, b: Gpr), 1), 2), 3), 4), 5), 6)"]),
    case(Code::EmptyPattern, Rules, "partial { Sub } rule never { when Sub(a: Imm12, b: const I64) -> d: Gpr; if b < 0; if a == b; emit { ; mov X(d), xzr } }", &["when Sub(a: Imm12, b: const I64) -> d: Gpr;"]),
    case(Code::EmptyPattern, Rules, "partial { Sub } rule never { when Sub(a: const I64, b: const I64) -> d: Gpr; if a < b && b < a; emit { ; mov X(d), xzr } }", &["when Sub(a: const I64, b: const I64) -> d: Gpr;"]),
    case(Code::EmptyPattern, Rules, "partial { Sub } rule never { when Sub(a: Imm12, _: const I64) -> d: Gpr; if a != a; emit { ; mov X(d), xzr } }", &["when Sub(a: Imm12, _: const I64) -> d: Gpr;"]),
    case(Code::NotCovered, Rules, "total { Add } rule add { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }", &["Add"]),
    case(Code::NotCovered, Rules, "total { Sub }", &["Sub"]),
    case(Code::NotLowered, Rules, "partial { Sub }", &["Sub"]),
    case(Code::NotLowered, Rules, "rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }", &["Add"]),
    case(Code::NotOurs, Operations, "dialect E extends crate::ops; value F: f64;", &["value F"]),
    case(Code::NotOurs, Machine, "extends crate::isa; reserved x19 \"ours\";", &["x19"]),
    case(Code::UnboundOrUnused, Rules, add!("emit { ; add X(d), X(a), X(b) ; add X(d), X(d), X(c) }"), &["c"]),
    case(Code::UnboundOrUnused, Rules, add!("emit { ; mov X(d), X(a) }"), &["b"]),
    case(Code::UnboundOrUnused, Rules, add!("emit { ; add X(d), X(a), X(b) } temp t: Gpr;"), &["t"]),
    case(Code::UnboundOrUnused, Rules, add!("emit { ; add X(d), X(a), X(b) } if c == 0;"), &["c"]),
    case(Code::UnboundOrUnused, Calls, "sequence one(a: Gpr, b: Gpr) { ; mov X(a), X(a) } means { }", &["b"]),
    case(Code::NeverWritten, Rules, add!("emit { ; cmp X(a), X(b) } clobbers flags;"), &["d"]),
    case(Code::NeverWritten, Rules, add!("emit { ; add X(d), X(a), X(b) ; add X(d), X(d), X(t) } temp t: Gpr;"), &["X(t)"]),
    case(Code::NeverWritten, Rules, add!("emit { ; add X(d), X(a), X(b) ; cset X(d), eq }"), &["cset X(d), eq"]),
    case(Code::OverwrittenSource, Rules, add!("emit { ; mov X(d), X(a) ; add X(d), X(d), X(b) }"), &["X(b)"]),
    case(Code::OverwrittenSource, Rules, add!("emit { ; add X(d), X(a), X(b) } d: early;"), &["d: early;"]),
    case(Code::OverwrittenSource, Rules, add!("emit { ; mov x3, X(a) ; add X(d), x3, X(b) } clobbers x3;"), &["X(b)"]),
    case(Code::UndeclaredClobber, Rules, add!("emit { ; mov x17, X(a) ; add X(d), x17, X(b) }"), &["x17"]),
    case(Code::UndeclaredClobber, Rules, add!("emit { ; mov X(a), X(b) ; add X(d), X(a), X(b) }"), &["X(a)"]),
    case(Code::UndeclaredClobber, Rules, "partial { Call } rule call { when Call(target, arguments) -> d: Gpr; d: in x0; arguments: in aapcs64; emit { ; call target } bytes 4..=20; }", &["call target"]),
    case(Code::BadClobber, Rules, add!("emit { ; add X(d), X(a), X(b) } clobbers x17;"), &["x17"]),
    case(Code::BadClobber, Calls,
        literal!(site: "; ldr x16, =>entry ; blr x16", align: "8", links: "site -> entry: Literal19", clobbers: "x8, x16, lr",
            retarget: "never", size: "8 * sites + 8 * targets", "otherwise mov_blr;"),
        &["x8"]),
    case(Code::BadClobber, Machine, "target aarch64; convention c { arguments x0; results x0; preserved x0..=x3; }", &["convention c"]),
    case(Code::FlagsWritten, Rules, add!("emit { ; adds X(d), X(a), X(b) }"), &["adds X(d), X(a), X(b)"]),
    case(Code::WrongFamily, Rules, "partial { Add } rule add { when Add(a: GprZr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }", &["XSP(a)"]),
    case(Code::WrongFamily, Rules, "partial { FAdd } rule add { when FAdd(a: Fpr, _: Fpr) -> d: Fpr; temp t: Gpr; emit { ; add X(t), X(a), xzr ; fadd D(d), D(a), D(a) } }", &["X(a)"]),
    case(Code::WrongWidth, Rules, add!("emit { ; add W(d), W(a), W(b) } narrow b;"), &["W(a)"]),
    case(Code::WrongWidth, Rules, add!("emit { ; add X(d), X(a), X(b) } narrow b;"), &["b"]),
    case(Code::WrongWidth, Rules, "partial { Add32 } rule add { when Add32(a: Gpr, _: Gpr) -> d: Gpr; emit { ; mov X(d), X(a) } }", &["X(a)"]),
    case(Code::ReservedRegister, Rules, add!("emit { ; add X(d), x18, X(b) ; add X(d), X(d), X(a) } d: early;"), &["x18"]),
    case(Code::ReservedRegister, Rules, add!("emit { ; add X(d), X(a), X(b) } a: in x18;"), &["x18"]),
    case(Code::ReservedRegister, Machine, "target aarch64; reg Gpr: X { codes 0..=18; } reserved x18 \"the platform's\";", &["reg Gpr"]),
    case(Code::LiteralOutOfRange, Rules, "partial { Add } rule add { when Add(a: Gpr, _: Gpr) -> d: Gpr; emit { ; add XSP(d), XSP(a), 4096 } }", &["4096"]),
    case(Code::LiteralOutOfRange, Machine, "target aarch64; reg Wide: X { codes 0..=31; }", &["0..=31"]),
    case(Code::ImmediateOutOfRange, Rules, "partial { Add } rule add { when Add(a: Gpr, b: const I64) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }", &["b"]),
    case(Code::ImmediateOutOfRange, Rules, "partial { Add } rule add { when Add(a: Gpr, b: const I64) -> d: Gpr; let n: Imm12 = -b; emit { ; sub XSP(d), XSP(a), n } }", &["let n: Imm12 = -b;"]),
    case(Code::ImmediateNotScaled, Rules, "partial { Load } rule load { when Load(base: Gpr, offset: Imm12) -> d: Gpr; emit { ; ldr X(d), [XSP(base), offset] } }", &["offset"]),
    case(Code::WrongSize, Rules, add!("emit { ; add X(d), X(a), X(b) } bytes 8;"), &["8"]),
    case(Code::WrongSize, Calls, "sequence one(a: Gpr) bytes 8 { ; mov X(a), X(a) } means { }", &["8"]),
    case(Code::SizeNotDeclared, Rules, "partial { Call } rule call { when Call(target, arguments) -> d: Gpr; d: in x0; arguments: in aapcs64; clobbers aapcs64; emit { ; call target } }", &["call target"]),
    case(Code::BadLabel, Rules, add!("emit { ; cbz X(a), >out ; out: ; add X(d), X(a), X(b) ; out: }"), &["out"]),
    case(Code::BadLabel, Rules, add!("emit { ; cbz X(a), >out ; add X(d), X(a), X(b) }"), &[">out"]),
    case(Code::BadLabel, Rules, add!("emit { ; back: ; cbz X(a), >back ; add X(d), X(a), X(b) }"), &[">back"]),
    case(Code::BadLabel, Rules, add!("emit { ; out: ; add X(d), X(a), X(b) }"), &["out"]),
    case(Code::BadLabel, Rules,
        "partial { Add } rule add { when Add(a: Gpr, b: const I64) -> d: Gpr; pool c: u64 = b; d: early;
         emit { ; ldr X(d), =>c ; out: ; cbz X(d), <out } otherwise { ; mov X(d), X(a) ; cbz X(d), <out } }",
        &["<out"]),
    case(Code::BadLink, Calls,
        literal!(site: "; ldr x16, =>entry ; blr x16", align: "8", links: "site -> entry: Branch26", clobbers: "x16, lr",
            retarget: "never", size: "8 * sites + 8 * targets", "otherwise mov_blr;"),
        &["site -> entry: Branch26"]),
    case(Code::BadLink, Calls,
        literal!(site: "; ldr x16, =>entry ; blr x16", align: "8", links: "", clobbers: "x16, lr",
            retarget: "never", size: "8 * sites + 8 * targets", "otherwise mov_blr;"),
        &["=>entry"]),
    case(Code::WrongFormula, Calls,
        literal!(site: "; ldr x16, =>entry ; blr x16", align: "8", links: "site -> entry: Literal19", clobbers: "x16, lr",
            retarget: "never", size: "8 * sites + 4 * targets", "otherwise mov_blr;"),
        &["|sites, targets| 8 * sites + 4 * targets"]),
    case(Code::WrongFormula, Calls,
        literal!(site: "; ldr x16, =>entry ; blr x16", align: "8", links: "site -> entry: Literal19", clobbers: "x16, lr",
            retarget: "never", size: "8 * sites / targets", "otherwise mov_blr;"),
        &["8 * sites / targets"]),
    case(Code::Misaligned, Calls,
        literal!(site: "; ldr x16, =>entry ; blr x16", align: "4", links: "site -> entry: Literal19", clobbers: "x16, lr",
            retarget: "by store(entry)", size: "8 * sites + 8 * targets", "otherwise mov_blr;"),
        &["4"]),
    case(Code::Misaligned, Calls,
        literal!(site: "; ldr x16, =>entry ; blr x16", align: "8", links: "site -> entry: Literal19", clobbers: "x16, lr",
            retarget: "by rewrite(site)", size: "8 * sites + 8 * targets", "otherwise mov_blr;"),
        &["retarget by rewrite(site)"]),
    case(Code::NotABranchRegister, Rules, "partial { Return } rule leave { when Return(value: Gpr); emit { ; br X(value) } }", &["X(value)"]),
    case(Code::NoFallback, Calls,
        literal!(site: "; ldr x16, =>entry ; blr x16", align: "8", links: "site -> entry: Literal19", clobbers: "x16, lr",
            retarget: "never", size: "8 * sites + 8 * targets", ""),
        &["literal_blr"]),
    case(Code::NoFallback, Calls,
        literal!(site: "; ldr x16, =>entry ; blr x16", align: "8", links: "site -> entry: Literal19", clobbers: "x16, lr",
            retarget: "never", size: "8 * sites + 8 * targets", "otherwise literal_blr;"),
        &["literal_blr"]),
    case(Code::NoFallback, Rules,
        "partial { GuardTrue } rule guard { when GuardTrue(condition: Gpr, exit, live); branch exit { ; cbz X(condition), =>exit } }",
        &["branch exit { ; cbz X(condition), =>exit }"]),
    case(Code::BadControlFlow, Calls,
        stub!("; bl =>stub", "; ldr x16, =>entry ; mov x16, x16", "x16, lr", "4 * sites + 16 * targets"), &["mov x16, x16"]),
    case(Code::BadControlFlow, Calls,
        stub!("; bl =>stub", "; ldr x16, =>entry ; mov x30, x16 ; br x16", "x16, lr", "4 * sites + 24 * targets"), &["x30"]),
    case(Code::BadControlFlow, Calls,
        literal!(site: "; ldr x16, =>entry ; blr x16 ; mov x16, x16", align: "8", links: "site -> entry: Literal19", clobbers: "x16, lr",
            retarget: "never", size: "12 * sites + 8 * targets", "otherwise mov_blr;"),
        &["mov x16, x16"]),
    case(Code::BadControlFlow, Rules, "partial { Return } rule leave { when Return(value: Gpr); emit { ; cbz X(value), >out ; out: } }", &["cbz X(value), >out"]),
    case(Code::BadControlFlow, Rules, add!("emit { ; add X(d), X(a), X(b) ; b >out ; mov X(d), X(d) ; out: }"), &["mov X(d), X(d)"]),
    case(Code::DuplicateName, Rules, concat!(add!("emit { ; add X(d), X(a), X(b) }"), " rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; mov X(d), X(a) } }"), &["add", "add"]),
    case(Code::DuplicateName, Operations, "dialect D; value I: i64 in { Gpr }; /// One.\n op One(a: I) -> I { pure; means a; } /// One.\n op One(b: I) -> I { pure; means b; }", &["One", "One"]),
    case(Code::DuplicateName, Calls, after_mov!("strategy mov_blr { site { ; blr x16 } clobbers lr; size |sites| 4 * sites; }"), &["mov_blr", "mov_blr"]),
    case(Code::DuplicateName, Machine, "target aarch64; imm A: u32 { range 0..=1; } imm A: u32 { range 0..=2; }", &["A", "A"]),
    case(Code::MissingDocumentation, Operations, "dialect D; value I: i64 in { Gpr }; op One(a: I) -> I { pure; means a; }", &["One"]),
    case(Code::MissingDocumentation, Rules, add!("emit { ; add X(d), X(a), X(b) }"), &["add"]),
    case(Code::NoMeaning, Machine, "target aarch64; form mov (w X, r X);", &["mov"]),
    case(Code::NoMeaning, Machine, "target aarch64; means mov (d, a) { d = a; }", &["mov"]),
    case(Code::NoMeaning, Calls, "sequence copy(a: Gpr, b: Gpr) { ; mov X(a), X(b) }", &["copy"]),
    case(Code::BadMeaning, Calls, "sequence copy(a: Gpr, b: Gpr) { ; mov X(a), X(b) } means { a = c; }", &["c"]),
    case(Code::BadMeaning, Machine, "target aarch64; form mov (w X, r X); means mov (d, a) { d = b; }", &["b"]),
    case(Code::BadMeaning, Machine, "target aarch64; form mov (w X, r X); means mov (d, a) { a = d; }", &["a"]),
    case(Code::BadMeaning, Machine, "target aarch64; form mov (w X, r X); means mov (d, a) { d = d; }", &["d"]),
    case(Code::BadMeaning, Machine, "target aarch64; form mov (w X, r X); means mov (d, a) { d = a as u32; }", &["a as u32"]),
    case(Code::BadMeaning, Machine, "target aarch64; form mov (w X, r X); means mov (d, a) { d = a == 0; }", &["a == 0"]),
    case(Code::BadMeaning, Machine, "target aarch64; form mov (w X, r X); means mov (d, a) { if a == 0 { d = 1; } }", &["if a == 0 { d = 1; }"]),
    case(Code::BadMeaning, Machine, "target aarch64; form mov (w X, r X); means mov (d, a) { while a == 0 { } d = a; }", &["while a == 0 { }"]),
    case(Code::BadMeaning, Machine, "target aarch64; form mov (w X, r X); means mov (d, a) { mvn(d, a); }", &["mvn(d, a)"]),
    case(Code::BadMeaning, Machine, "target aarch64; form mov (w X, r X); means mov (d, a) { mov(d, a); }", &["mov"]),
    case(Code::BadMeaning, Machine, "target aarch64; conditions { eq = 1; }", &["eq"]),
    case(Code::WrongOperandCount, Machine, "target aarch64; form mov (w X, r X); means mov (d) { d = 0; }", &["mov"]),
    case(Code::WrongOperandCount, Machine, "target aarch64; form mov | neg (w X, r X); means neg (d, a) { d = a; } means mov (d, a) { neg(d); }", &["neg(d)"]),
    case(Code::DuplicateName, Machine, "target aarch64; form mov (w X, r X); means mov (d, a) { d = a; } means mov (d, b) { d = b; }", &["mov", "mov"]),
    case(Code::DuplicateName, Machine, "target aarch64; conditions { eq = flags.z; eq = flags.c; }", &["eq", "eq"]),
    case(Code::MeaningOfForm, Machine, "target aarch64; form mov (w X, r X); means mov (d, a) { }", &["mov"]),
    case(Code::MeaningOfForm, Machine, "target aarch64; form mov (w X, r X, r X); means mov (d, a, b) { d = a; }", &["mov"]),
    case(Code::MeaningOfForm, Machine, "target aarch64; form mov (w X, r X) writes flags; means mov (d, a) { d = a; }", &["mov"]),
    case(Code::MeaningOfForm, Machine, "target aarch64; form mov (w X, r X) writes flags; means mov (d, a) { d = a; flags.z = a == 0; }", &["mov"]),
    case(Code::MeaningOfForm, Machine, "target aarch64; form mov (w X, r X); means mov (d, a) { d = if flags.z { a } else { 0 }; }", &["mov"]),
    case(Code::MeaningOfForm, Machine, "target aarch64; form mov (w X, [r XSP]); means mov (d, a) { d = memory.load(a); }", &["mov"]),
    case(Code::MeaningOfForm, Machine, "target aarch64; form mov (r X, [r XSP]) reads memory; means mov (a, b) { memory.store(b, a); }", &["mov", "mov"]),
    case(Code::MeaningOfForm, Machine, "target aarch64; link Near { bytes 0..=8; } form b (link Near) branches; means b (target) { goto(target); }", &["b"]),
    case(Code::MeaningOfForm, Machine, "target aarch64; link Near { bytes 0..=8; } form bl (link Near) calls; means bl (target) { x30 = next; goto(target); }", &["bl"]),
    case(Code::MeaningOfForm, Machine, "target aarch64; form ret () reads x29, ends; means ret (target = x30) { goto(target); }", &["ret", "ret"]),
    case(Code::NotInTemplate, Rules, add!("emit { ; add X(d), X(a), X(b) ; .align 8 }"), &[".align 8"]),
    case(Code::NotInTemplate, Rules, add!("emit { ; add X(d), X(a), X(b) ;; println!(\"no\") }"), &["println!(\"no\")"]),
    case(Code::NotInTemplate, Rules, "partial { Add } rule add { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b + 1 } }", &["b + 1"]),
    case(Code::NotInTemplate, Rules, add!("emit { ; add X(d), X(a), X(b) ; bl extern 4096 }"), &["extern"]),
    case(Code::EndlessRewriting, Rewriting,
        "rule less { when Sub(a, b: const I64); becomes Add(a, -b); } rule more { when Add(a, b: const I64); becomes Sub(a, -b); }",
        &["when Sub(a, b: const I64);", "when Add(a, b: const I64);"]),
    case(Code::EndlessRewriting, Rewriting, "rule grow { when Add(a, b); becomes Sub(Add(a, b), 0); }", &["when Add(a, b);"]),
    case(Code::OtherType, Rewriting, "rule half { when Add(a, 0); becomes Narrow(a); }", &["Narrow(a)"]),
    case(Code::OtherType, Rewriting, "rule float { when Add(a, 0); becomes 1.0; }", &["1.0"]),
    case(Code::OtherType, Rewriting, "rule all { when Add(a, 0); becomes nothing; }", &["becomes nothing;"]),
    case(Code::OtherType, Rewriting, "rule large { when Add32(_, 0); becomes 4294967296; }", &["4294967296"]),
    case(Code::OtherType, Rewriting, "rule guard { when GuardTrue(1, _, _); becomes Add(1, 1); }", &["Add(1, 1)"]),
    case(Code::OtherEffects, Rewriting, "rule leave { when Return(_); becomes nothing; }", &["becomes nothing;"]),
    case(Code::OtherEffects, Rewriting, "rule read { when Add(a, 0); becomes Load(a, 0); }", &["Load(a, 0)"]),
    case(Code::UnboundOrUnused, Rewriting, "rule unbound { when Add(a, 0); becomes b; }", &["b"]),
    case(Code::UnboundOrUnused, Rewriting, "rule unused { when Add(a, b); becomes Sub(a, 0); }", &["b"]),
    case(Code::WrongKind, Rewriting, "rule folded { when Add(Load(a, 0), 0); becomes a; }", &["Load(a, 0)"]),
    case(Code::WrongKind, Rewriting, "fold { Load }", &["Load"]),
    case(Code::WrongKind, Rewriting, "rule list { when Call(f, list); becomes Call(f, f); }", &["f"]),
    case(Code::WrongOperandCount, Rewriting, "rule count { when Add(a, 0); becomes Sub(a); }", &["(a)"]),
    case(Code::Overlap, Rewriting, "rule one { when Add(a, b: const I64); if b < 9; becomes a; } rule other { when Add(a, b: const I64); if b > 3; becomes a; }",
        &["when Add(a, b: const I64);", "when Add(a, b: const I64);"]),
    case(Code::DeadRule, Rewriting,
        "rule one { when Add(a, 0); becomes a; } rule other { when Add(0, b); becomes b; } prefer one over other;",
        &["when Add(0, b);"]),
    case(Code::EmptyPattern, Rewriting, "fold { Add } rule both { when Add(1, b: const I64); becomes b; }", &["when Add(1, b: const I64);"]),
    case(Code::Syntax, Rewriting, "rule nowhere { when Add(a, 0); }", &["nowhere"]),
];

fn findings(case: &Case) -> Vec<Diagnostic> {
    let context: Context = match case.kind {
        Machine => about_machine(case.text),
        Operations => about_dialect(case.text),
        Rules => about_rules(case.text),
        Calls => about_calls(case.text),
        Rewriting => about_rewriting(case.text),
    };
    let mut found = context.take();
    // What is written without comments is not reported as such, where that is not the point.
    found.retain(|finding| finding.code == case.code || !finding.code.is_lint());
    found
}

/// The text that is underlined.
fn marked(region: &Region) -> String {
    let whole = region.first.join(region.last);
    whole
        .and_then(|span| span.source_text())
        .unwrap_or_default()
}

#[test]
fn every_code_is_found_alone_and_at_the_wrong_tokens() {
    let mut wrong = Vec::new();
    for case in CASES {
        let found = findings(case);
        let said: Vec<_> = found.iter().map(Diagnostic::text).collect();
        let said = format!(
            "{} {:?} {}\n{}",
            case.code.name(),
            case.kind,
            case.text,
            said.join("\n")
        );
        let places: Vec<_> = found
            .iter()
            .flat_map(|finding| &finding.regions)
            .map(marked)
            .collect();
        if found.iter().any(|finding| finding.code != case.code) {
            wrong.push(format!("another mistake: {said}"));
        } else if places != case.marked {
            wrong.push(format!("marks {places:?}, not {:?}: {said}", case.marked));
        } else if found.iter().any(|finding| finding.help.is_none()) {
            wrong.push(format!("no help: {said}"));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n\n"));
}

#[test]
fn every_code_has_a_case() {
    let named: BTreeSet<_> = CASES.iter().map(|case| case.code.name()).collect();
    let missing: Vec<_> = Code::ALL
        .iter()
        .filter(|code| !named.contains(code.name()))
        .collect();
    assert!(missing.is_empty(), "no declaration shows {missing:?}");
}

/// Every statement of the language for rules.
const RIGHT: &str = r#"
    total { Add, Sub, FAdd, Jump }
    partial { Load, GuardTrue }
    unlowered { Narrow, Shl, Add32, Call, Return }
    impossible Add(const, const);

    jump target { ; b =>target }

    for (Op, name) in [(Add, add), (Sub, sub)] {
        /// Both in registers.
        rule plain { when Op(a: Gpr, b: Gpr) -> d: Gpr; emit { ; name X(d), X(a), X(b) } bytes 4; }
        /// The second one fits the field.
        rule small { when Op(a: Gpr, b: Imm12) -> d: Gpr; emit { ; name XSP(d), XSP(a), b } bytes 4; }
        /// The second one is shifted, and nobody else wants it.
        rule shifted { when Op(a: Gpr, Shl(b: Gpr, n: Imm6)) -> d: Gpr; emit { ; name X(d), X(a), X(b), LSL n } }
    }
    prefer small over shifted;
    /// The negated second one fits the field.
    rule add_negative {
        when Add(a: Gpr, b: const I64) -> d: Gpr;
        if -4095 <= b && b < 0;
        let n: Imm12 = -b;
        emit { ; sub XSP(d), XSP(a), n }
    }
    prefer add_negative over shifted;
    /// Any constant, from a literal if that is near.
    rule sub_constant {
        when Sub(a: Gpr, b: const I64) -> d: Gpr;
        if b > 4095;
        temp t: Gpr;
        pool c: u64 = b;
        emit { ; ldr X(t), =>c ; sub X(d), X(a), X(t) }
        otherwise { ; sub X(d), X(a), X(a) ; mov X(t), X(a) ; add X(d), X(d), X(t) }
        d: early;
    }
    /// A sum of floats.
    rule fadd { when FAdd(a: Fpr, b: Fpr) -> d: Fpr; emit { ; fadd D(d), D(a), D(b) } }
    /// Offsets that the field holds.
    rule load { when Load(base: Gpr, offset: Offset8) -> d: Gpr; emit { ; ldr X(d), [XSP(base), offset] } }
    /// Leaves if the condition is zero.
    rule guard {
        when GuardTrue(condition: Gpr, exit, live);
        live: anywhere;
        branch exit { ; cbz X(condition), =>exit }
        inverse { ; cbnz X(condition), =>exit }
    }
    /// Goes on elsewhere.
    rule jump { when Jump(target); goto target; bytes 0..=4; }
"#;

/// Every statement of the language for rewriting rules, and circles in which something becomes less.
const REWRITING: &str = r#"
    fold { Add, Sub, Shl }
    for (Op) in [(Sub), (Shl), (Add)] {
        /// A constant that changes nothing.
        rule nothing { when Op(a, 0); becomes a; }
    }
    /// A value less itself.
    rule itself { when Sub(a, a); becomes 0; }
    /// A difference is a sum.
    rule as_sum { when Sub(a, b: const I64); if b != 0; becomes Add(a, -b); }
    prefer itself over difference_of_sum;
    /// Two constants become one.
    rule sums { when Add(Add(a, b: const I64), c: const I64); if c != 0; becomes Add(a, b + c); }
    /// In two steps.
    rule difference_of_sum {
        when Sub(a, Add(b, c: const I64));
        if c < 0;
        becomes { let difference = Sub(a, b); Add(difference, -c) }
    }
    /// The value is used twice.
    rule twice { when Shl(a, 1); becomes Add(a, a); }
    /// Passes.
    rule passes { when GuardTrue(condition: const I64, _, _); if condition != 0; becomes nothing; }
    /// Its exit and what lives there are kept.
    rule guard { when GuardTrue(Shl(a, 0), exit, live); becomes GuardTrue(a, exit, live); }
"#;

#[test]
fn what_is_right_is_left_alone() {
    let said =
        |context: Context| -> Vec<String> { context.take().iter().map(Diagnostic::text).collect() };
    let nothing: [String; 0] = [];
    assert_eq!(said(about_rules(RIGHT)), nothing, "warnings included");
    assert_eq!(said(about_rewriting(REWRITING)), nothing);
    let machine = "target aarch64; reg Gpr: X { codes 0..=15; } reserved x18 \"the platform's\";
        imm Imm12: u32 { range 0..=4095; } link Near { bytes -8..=8; multiple_of 4; }
        form add (w X, r X, imm Imm12); form add (w X, r X, r X); form b (link Near) ends;
        conditions { eq = flags.z; cs | hs = flags.c; } means add (d, a, b) { d = a.wrapping_add(b); }
        means b (target) { goto(target); }";
    assert_eq!(said(about_machine(machine)), nothing);
    let dialect = "dialect D; value I: i64 in { Gpr, const }; attribute Where;
        /// Reads.\n op Load(from: I, of: const Where) -> I { reads memory; means \"what is there\"; }
        /// Leaves.\n op Leave(exit: const Exit, live: list) { terminator; means None::<()>; }";
    assert_eq!(said(about_dialect(dialect)), nothing);
    let strategies = "/// Near.\n strategy near { site { ; bl =>target } links { site -> target: Branch26 } clobbers lr;
        retarget by rewrite(site); size |sites| 4 * sites; otherwise far; }
        /// Far.\n strategy far { site { ; use mov_imm64(x16, target) ; blr x16 } clobbers x16, lr;
        retarget never; size |sites, words| (4 * words + 4) * sites; }
        /// Cheapest.\n choose best { least_bytes from [near, far]; }
        /// Back.\n routine leave() { ; ret } means { goto(x30); }";
    assert_eq!(said(about_calls(strategies)), nothing);
}
