//! From the tokens of `ops!` to Rust: everything that a dialect may declare, and several mistakes in one.

use quote::quote;

use crate::error::Context;
use crate::model::ops::{OperandKind, Ops};

fn read(tokens: proc_macro2::TokenStream) -> (Ops, Vec<String>) {
    let context = Context::new();
    let ops = crate::model::ops::resolve(crate::parse::ops::parse(tokens, &context), &context);
    let texts = context
        .take()
        .iter()
        .map(|finding| finding.text())
        .collect();
    (ops, texts)
}

#[test]
fn the_whole_grammar_is_understood_and_expands_to_rust() {
    let tokens = quote! {
        /// A dialect.
        dialect Small;
        value I64: i64 in { Gpr, const };
        value Object;
        attribute Comparison;
        /// Sum.
        op Add(a: I64, b: I64) -> I64 { pure; commutative; means a.wrapping_add(b); }
        op Load(base: I64, offset: const I64) -> I64 { reads memory; means memory.i64(base, offset); }
        op Compare(a: Object, b: Object, how: const Comparison) -> Object { call; means "what Python says"; }
        op Branch(condition: I64, then: block, otherwise: block) { terminator; means if condition != 0 { then } else { otherwise }; }
        op Guard(condition: I64, exit: const Exit, live: list) { guard; means condition != 0; }
    };
    let (ops, texts) = read(tokens.clone());
    assert_eq!(texts, Vec::<String>::new());
    assert_eq!(ops.ops.len(), 5);
    assert!(ops.ops[0].commutative);
    assert!(matches!(ops.ops[4].operands[2].kind, OperandKind::List));
    assert!(ops[ops.value("I64").unwrap()].constant);
    let expansion = super::expand(&ops, &tokens);
    let file: syn::File = syn::parse2(expansion).expect("the expansion is Rust");
    let names: Vec<String> = file
        .items
        .iter()
        .filter_map(|item| match item {
            syn::Item::Enum(item) => Some(item.ident.to_string()),
            syn::Item::Trait(item) => Some(item.ident.to_string()),
            _ => None,
        })
        .collect();
    assert_eq!(names, ["Op", "Type", "Build"]);
}

#[test]
fn mistakes_are_all_reported() {
    let (_, texts) = read(quote! {
        dialect Wrong;
        value I64: i64;
        value F: f46;
        op A(a: I46) -> I64 { pure; means a; }
        op B(a: I64) -> I64 { means a; }
        op C(a: I64) -> I64 { pure; call; means a; }
        op D(a: I64, b: list, c: list) { call; means (); }
        op E(a: I64) { guard; means a != 0; }
        op F(a: I64, a: I64) -> I64 { pure; means a; }
        op G(a: const Thing) -> I64 { pure; means a; }
        op H(a: I64) -> I64 { pure; }
    });
    let starts = [
        "expected one of `i64`, `u64`, `i32`, `u32`, `f64`, found `f46`; did you mean `f64`? [JL000]",
        "no value type `I46`; did you mean `I64`? [JL001]",
        "`B` does not say what it does besides yielding a value [JL000]",
        "`C` is not pure: it has effects [JL000]",
        "`D` has 2 lists; at most one operand is a list [JL002]",
        "`E` is a guard, so it has exactly one operand `exit: const Exit` [JL002]",
        "operand `a` is declared twice [JL070]",
        "no kind of constant `Thing` [JL001]",
        "`H` has no meaning [JL000]",
    ];
    assert_eq!(texts.len(), starts.len(), "{texts:#?}");
    for (text, start) in texts.iter().zip(starts) {
        assert!(text.starts_with(start), "{text}");
    }
}
