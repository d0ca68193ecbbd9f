//! Reading `lowering!`: statements, families, and what is said about what cannot be read.

use proc_macro2::TokenStream;
use quote::quote;

use super::*;

fn read(tokens: TokenStream) -> (Option<LoweringSyntax>, Vec<String>) {
    let context = Context::new();
    let syntax = parse(tokens, &context);
    (
        syntax,
        context
            .take()
            .iter()
            .map(|finding| finding.message.clone())
            .collect(),
    )
}

fn rules(syntax: &LoweringSyntax) -> Vec<&RuleSyntax> {
    syntax
        .items
        .iter()
        .filter_map(|item| {
            if let Item::Rule(rule) = item {
                Some(rule)
            } else {
                None
            }
        })
        .collect()
}

#[test]
fn reads_every_statement() {
    let (syntax, findings) = read(quote! {
        lowering Everything for crate::ops on crate::isa;
        total { Add, Sub }
        impossible Add(const, const);
        jump target { ; b =>target }
        /// A rule.
        rule one {
            when Add(a: Gpr, Shl(b: Gpr, n: Imm6)) -> d: Gpr;
            if -4095 <= b && b < 0;
            if !b in Bits64;
            let m: Imm12 = -b;
            d = a;
            d: early;
            a: in x0;
            live: anywhere;
            temp t: Gpr;
            clobbers flags, x16;
            pool c: u64 = b;
            emit { ; add X(d), X(a), X(b) }
            otherwise { ; nop }
            branch exit { ; cbz X(a), =>exit }
            inverse { ; cbnz X(a), =>exit }
            goto target;
            bytes 4..=8;
        }
        prefer one over two;
    });
    assert_eq!(findings, [] as [&str; 0]);
    let syntax = syntax.expect("a header");
    assert_eq!(rules(&syntax)[0].statements.len(), 17);
    assert_eq!(rules(&syntax)[0].doc, "A rule.");
    assert_eq!(syntax.items.len(), 5);
}

#[test]
fn multiplies_families_out() {
    let (syntax, findings) = read(quote! {
        lowering L for ops on isa;
        for (Compare, cond) in [(LtS, lt), (LeU, ls)] {
            rule branch { when Branch(Compare(a: Gpr, b: Gpr), then, otherwise); branch then { ; b.cond =>then } }
            prefer branch over other;
        }
    });
    assert_eq!(findings, [] as [&str; 0]);
    let syntax = syntax.expect("a header");
    assert_eq!(syntax.items.len(), 4);
    let second = rules(&syntax)[1];
    assert_eq!(
        second
            .instance
            .as_ref()
            .map(|instance| instance.suffix.as_str()),
        Some("le_u")
    );
    let StatementKind::Branch(_, tokens) = &second.statements[1].kind else {
        panic!("a branch")
    };
    assert_eq!(tokens.to_string(), "; b . ls => then");
}

#[test]
fn one_slip_does_not_hide_the_next() {
    let (_, findings) = read(quote! {
        lowering L for ops on isa;
        total { 1 }
        rule a { whem Add(a: Gpr); emit { } bytes x; }
        rules b {}
    });
    assert_eq!(findings.len(), 4, "{findings:?}");
    assert!(
        findings[1].contains("did you mean `when`?"),
        "{}",
        findings[1]
    );
    assert!(
        findings[3].contains("did you mean `rule`?"),
        "{}",
        findings[3]
    );
}
