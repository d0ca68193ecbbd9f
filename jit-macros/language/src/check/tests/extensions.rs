//! Declarations that build on those of another crate: what they may add, and what is refused.

use super::{ISA, OPS};
use crate::error::{Context, Diagnostic};
use crate::model::isa::Isa;
use crate::model::ops::Ops;
use crate::{model, parse, reading};

const EXTENSION: &str = r#"
    dialect Bits extends crate::ops;
    /// Rotates.
    op Rotate(a: I64, b: I64) -> I64 { pure; means a.rotate_right(b as u32); }
"#;

fn base(context: &Context) -> Ops {
    let text = format!("extensible by crate::Extension; {OPS}");
    reading::unchecked_ops(text.parse().expect("it lexes"), context)
}

fn extended(base: Ops, text: &str, context: &Context) -> Ops {
    let tokens = text.parse().expect("it lexes");
    model::ops::extend(base, parse::ops::parse(tokens, context), context)
}

fn machine(context: &Context) -> Isa {
    let base = reading::unchecked_isa(ISA.parse().expect("it lexes"), context);
    let text = "extends crate::isa; form ror (w X, r X, r X); form ror (w X, r X, imm Imm6);";
    let tokens = text.parse().expect("it lexes");
    model::isa::extend(base, parse::isa::parse(tokens, context), context)
}

/// What is said about `rules` for the extension.
fn rules(rules: &str) -> Vec<String> {
    let context = Context::new();
    let (ops, isa) = (
        extended(base(&context), EXTENSION, &context),
        machine(&context),
    );
    let text = format!("lowering Test for crate::bits on crate::machine; {rules}");
    reading::lowering(text.parse().expect("it lexes"), &isa, &ops, None, &context);
    context.take().iter().map(Diagnostic::text).collect()
}

const ROTATE: &str = "/// Any.\n rule rotate { when Rotate(a: Gpr, b: Gpr) -> d: Gpr; emit { ; ror X(d), X(a), X(b) } }";

#[test]
fn own_operations_are_lowered_and_those_of_the_base_folded() {
    let found = rules(&format!(
        "total {{ Rotate }} {ROTATE}
         /// The amount is a sum.\n rule rotate_sum {{
             when Rotate(a: Gpr, Add(b: Gpr, c: Gpr)) -> d: Gpr; temp t: Gpr;
             emit {{ ; add X(t), X(b), X(c) ; ror X(d), X(a), X(t) }}
         }}"
    ));
    assert_eq!(found, [] as [String; 0]);
}

#[test]
fn coverage_is_asked_of_own_operations() {
    let found = rules(
        "total { Rotate }
         /// By a constant.\n rule rotate_imm { when Rotate(a: Gpr, b: Imm6) -> d: Gpr; emit { ; ror X(d), X(a), b } }",
    );
    assert!(found[0].contains("[JL020]"), "{found:#?}");
}

#[test]
fn operations_of_the_base_are_lowered_by_the_base() {
    let found = rules(&format!(
        "total {{ Rotate, Add }} {ROTATE}
         /// Any.\n rule sum {{ when Add(a: Gpr, b: Gpr) -> d: Gpr; emit {{ ; add X(d), X(a), X(b) }} }}"
    ));
    assert_eq!(found.len(), 1, "{found:#?}");
    assert!(
        found[0].starts_with("`Add` is an operation of `Lir`, whose crate lowers it"),
        "{found:#?}"
    );
}

#[test]
fn what_cannot_be_extended_is_refused() {
    let said = |ops: &dyn Fn(&Context)| {
        let context = Context::new();
        ops(&context);
        let found = context.take();
        found.iter().map(Diagnostic::text).collect::<Vec<_>>()
    };
    let closed = said(&|context| {
        let closed = reading::unchecked_ops(OPS.parse().expect("it lexes"), context);
        extended(closed, EXTENSION, context);
    });
    assert!(closed[0].starts_with("`Lir` has no place for operations of others"));
    let twice = said(&|context| {
        let bits = extended(base(context), EXTENSION, context);
        extended(bits, "dialect More extends crate::bits;", context);
    });
    assert!(
        twice[0].starts_with("`Bits` extends `Lir` itself"),
        "{twice:#?}"
    );
    let taken = said(&|context| {
        let text = "dialect More extends crate::ops; op Add(a: I64) -> I64 { pure; means a; }";
        extended(base(context), text, context);
    });
    assert!(
        taken[0].starts_with("operation `Add` is declared twice"),
        "{taken:#?}"
    );
}

#[test]
fn an_extension_declares_no_more_than_its_own() {
    let context = Context::new();
    let isa = machine(&context);
    let own: Vec<_> = isa.own_forms().iter().map(|form| &form.mnemonic).collect();
    assert_eq!(own, ["ror", "ror"]);
    let ops = extended(base(&context), EXTENSION, &context);
    assert_eq!(ops.own().len(), 1);
    assert_eq!(context.take().len(), 0);
}
