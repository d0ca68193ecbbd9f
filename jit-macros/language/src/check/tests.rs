//! Every check on token streams: small rule sets and strategies, and the first line of what is said about them.
//!
//! How messages look in full, with notes and underlined tokens, is kept by the compile-fail cases of the `tests` crate.

mod calls;
mod commutative;
mod conditions;
mod declarations;
mod every_code;
mod expansions;
mod extensions;
mod idle;
mod odd;
mod patterns;
mod repeated;
mod routines;
mod sets;
mod slips;
mod templates;

use crate::error::{Context, Diagnostic};
use crate::model::isa::Isa;
use crate::model::lowering::rows::Rows;
use crate::model::ops::Ops;
use crate::model::rewriting::Dialects;
use crate::space::{Relations, order};
use crate::{model, parse};

const NOTHING: [&str; 0] = [];

const ISA: &str = r#"
    target aarch64;
    reg Gpr: X { codes 0..=15; }
    reg GprZr: X { Gpr, 31 as xzr; }
    reg Fpr: D { codes 0..=30; }
    reserved x18 "the platform's register";
    reserved x30 "the link register";
    reserved sp "the stack pointer";
    scratch x16, x17 "between a call site and its target";
    convention aapcs64 { arguments x0..=x7, d0..=d7; results x0, d0; preserved x19..=x28, d8..=d15; }
    imm Imm12: u32 { range 0..=4095; }
    imm Imm12Shifted: u32 { range 0..=0xfff000; multiple_of 4096; }
    imm Shift12: u32 { values 12; }
    imm Imm6: u32 { range 0..=63; }
    imm Offset8: u32 { range 0..=32760; multiple_of 8; }
    imm Bits64: u64 { encodable crate::encodable; }
    link Branch26 { bytes -134217728..=134217724; multiple_of 4; }
    link Branch19 { bytes -1048576..=1048572; multiple_of 4; }
    link Literal19 { bytes -1048576..=1048572; multiple_of 4; }
    form add | sub (w XSP, r XSP, imm Imm12);
    form add (w XSP, r XSP, imm Imm12, LSL imm Shift12);
    form add | sub (w X, r X, r X);
    form add | sub (w X, r X, r X, LSL imm Imm6);
    form adds (w X, r X, r X) writes flags;
    form add | sub (w W, r W, r W);
    form cmp (r X, r X) writes flags;
    form cset (w X, cond) reads flags;
    form and (w X, r X, imm Bits64);
    form mov (w X, r X);
    form ldr (w X, [r XSP, imm Offset8]) reads memory;
    form ldr (w X, link Literal19) reads memory;
    form fadd (w D, r D, r D);
    form b (link Branch26) ends;
    form b.cond (link Branch19) reads flags, branches;
    form cbz | cbnz (r X, link Branch19) branches;
    form bl (link Branch26) calls, writes x30;
    form blr (r X) calls, writes x30;
    form br (r X) ends;
    form ret () reads x30, ends;
    conditions {
        eq = flags.z;
        ne = !flags.z;
        cs | hs = flags.c;
        cc | lo = !flags.c;
        vs = flags.v;
        vc = !flags.v;
        ge = flags.n == flags.v;
        lt = flags.n != flags.v;
    }
    means add (d, a, b) { d = a.wrapping_add(b); }
    means sub (d, a, b) { d = a.wrapping_sub(b); }
    means adds (d, a, b) {
        let sum = a.wrapping_add(b);
        flags.n = sum.cast_signed() < 0;
        flags.z = sum == 0;
        flags.c = sum < a;
        flags.v = a.cast_signed().checked_add(b.cast_signed()).is_none();
        d = sum;
    }
    means cmp (a, b) {
        flags.n = a.wrapping_sub(b).cast_signed() < 0;
        flags.z = a == b;
        flags.c = a >= b;
        flags.v = a.cast_signed().checked_sub(b.cast_signed()).is_none();
    }
    means cset (d, cond) { d = if cond { 1 } else { 0 }; }
    means and (d, a, b) { d = a & b; }
    means mov (d, a) { d = a; }
    means ldr (d, address) { d = memory.load(address); }
    means fadd (d, a, b) { d = a + b; }
    means b | br (target) { goto(target); }
    means b.cond (cond, target) { if cond { goto(target); } }
    means cbz (a, target) { if a == 0 { goto(target); } }
    means cbnz (a, target) { if a != 0 { goto(target); } }
    means bl | blr (target) { x30 = next; goto(target); }
    means ret (target = x30) { goto(target); }
"#;

const OPS: &str = r#"
    dialect Lir;
    value I64: i64 in { Gpr, const };
    value I32: i32 in { Gpr, const };
    value F64: f64 in { Fpr };
    op Add(a: I64, b: I64) -> I64 { pure; commutative; means a.wrapping_add(b); }
    op Sub(a: I64, b: I64) -> I64 { pure; means a.wrapping_sub(b); }
    op Shl(a: I64, b: I64) -> I64 { pure; means a.wrapping_shl(b as u32); }
    op Narrow(a: I64) -> I32 { pure; means a as i32; }
    op Add32(a: I32, b: I32) -> I32 { pure; means a.wrapping_add(b); }
    op FAdd(a: F64, b: F64) -> F64 { pure; means a + b; }
    op Load(base: I64, offset: const I64) -> I64 { reads memory; means memory.i64(base, offset); }
    op Call(target: const Address, arguments: list) -> I64 { call; means memory.call(target, arguments); }
    op GuardTrue(condition: I64, exit: const Exit, live: list) { guard; means condition != 0; }
    op Return(value: I64) { terminator; means value; }
    op Jump(target: block) { terminator; means 0; }
"#;

fn tokens(text: &str) -> proc_macro2::TokenStream {
    text.parse().expect("Rust tokens")
}

fn isa() -> Isa {
    let context = Context::new();
    let isa = model::isa::resolve(parse::isa::parse(tokens(ISA), &context), &context);
    assert_eq!(texts(context), [] as [String; 0]);
    isa
}

fn ops() -> Ops {
    ops_with("")
}

/// The dialect with more operations.
fn ops_with(more: &str) -> Ops {
    let context = Context::new();
    let statements = parse::ops::parse(tokens(&[OPS, more].concat()), &context);
    let ops = model::ops::resolve(statements, &context);
    assert_eq!(texts(context), [] as [String; 0]);
    ops
}

/// What was found, warnings left out. Whatever it is, something is said about what to do.
fn errors(context: Context) -> Vec<Diagnostic> {
    let mut found = context.take();
    found.retain(|finding| !finding.code.is_lint());
    for finding in &found {
        assert!(finding.help.is_some(), "no help: {}", finding.text());
    }
    found
}

fn texts(context: Context) -> Vec<String> {
    errors(context).iter().map(Diagnostic::text).collect()
}

/// Everything that is said about the rules in `text`.
fn full(text: &str) -> Vec<String> {
    texts(about_rules(text))
}

fn about_rules(text: &str) -> Context {
    about_rules_for("", text)
}

fn about_rules_for(more_ops: &str, text: &str) -> Context {
    let (isa, ops, context) = (isa(), ops_with(more_ops), Context::new());
    let text = format!("lowering Test for crate::ops on crate::isa; {text}");
    if let Some(syntax) = parse::lowering::parse(tokens(&text), &context) {
        let lowering = model::lowering::resolve(syntax, &isa, &ops, None, &context);
        let rows = Rows::new(&lowering, &ops);
        let order = order(
            &Relations::new(&rows.universe, &rows.impossible),
            &rows.rows,
            &rows.preferences,
        );
        super::lowering(&lowering, &isa, &ops, &rows, &order, &context);
    }
    context
}

/// Constants, which rewriting rules make.
const CONSTANTS: &str = "
    op Iconst(value: const I64) -> I64 { pure; means value; }
    op Iconst32(value: const I32) -> I32 { pure; means value; }
";

fn about_rewriting(text: &str) -> Context {
    let context = Context::new();
    let statements = parse::ops::parse(tokens(&[OPS, CONSTANTS].concat()), &context);
    let ops = model::ops::resolve(statements, &context);
    let text = format!("rewriting Test for crate::ops; {text}");
    crate::reading::rewriting(tokens(&text), Dialects::one(&ops), &context);
    context
}

/// The first lines of what is said about the rules in `text`.
fn said(text: &str) -> Vec<String> {
    first_lines(full(text))
}

fn first_lines(texts: Vec<String>) -> Vec<String> {
    texts
        .iter()
        .filter_map(|text| text.lines().next())
        .map(str::to_owned)
        .collect()
}

/// As [`said`], for one rule for `Add`, partial so that it need not cover everything.
fn about_add(statements: &str) -> Vec<String> {
    said(&format!("partial {{ Add }} rule add {{ {statements} }}"))
}
