//! Reading templates: lines are matched with the forms of the machine, and told apart from directives and labels.

use quote::quote;

use super::*;
use crate::model::isa::{Register, Role, View, resolve};
use crate::model::template::{ImmediateRef, RegisterRef};

fn machine() -> Isa {
    let context = Context::new();
    let statements = crate::parse::isa::parse(
        quote! {
            target aarch64;
            imm Imm12: u32 { range 0..=4095; }
            imm Shift12: u32 { values 0, 12; }
            imm Offset8: u32 { range 0..=32760; multiple_of 8; }
            imm PairOffset: i32 { range -512..=504; multiple_of 8; }
            link Branch19 { bytes -1048576..=1048572; multiple_of 4; }
            form add | sub (w XSP, r XSP, imm Imm12);
            form add (w XSP, r XSP, imm Imm12, LSL imm Shift12);
            form add (w X, r X, r X);
            form ldr (w X, [r XSP, imm Offset8]) reads memory;
            form stp (r X, r X, [rw XSP, imm PairOffset]!) writes memory;
            form b.cond (link Branch19) reads flags, branches;
            form csel (w X, r X, r X, cond) reads flags;
            form ret () reads x30, ends;
            conditions { eq = flags.z; ne = !flags.z; }
        },
        &context,
    );
    let isa = resolve(statements, &context);
    assert_eq!(texts(context), Vec::<String>::new());
    isa
}

fn texts(context: Context) -> Vec<String> {
    context
        .take()
        .iter()
        .map(|diagnostic| diagnostic.text())
        .collect()
}

/// Where a template stands that has no tokens.
fn place() -> Region {
    proc_macro2::Span::call_site().into()
}

fn good(tokens: TokenStream) -> (Isa, Template) {
    let (isa, context) = (machine(), Context::new());
    let template = parse(tokens, place(), &isa, &["use"], &context);
    assert_eq!(texts(context), Vec::<String>::new());
    (isa, template)
}

fn bad(tokens: TokenStream) -> String {
    let (isa, context) = (machine(), Context::new());
    parse(tokens, place(), &isa, &["use"], &context);
    let texts = texts(context);
    assert_eq!(texts.len(), 1, "{texts:#?}");
    texts[0].clone()
}

#[test]
fn lines_know_their_roles_and_fields() {
    let (isa, template) = good(quote! {
        ; add XSP(d), XSP(a), b
        ; ldr X(t), [XSP(d), 16]
        ; stp X(t), x30, [sp, -16]!
        ; b.eq >out
        ; out:
        ; ret
    });
    assert_eq!(template.line_bytes(), 20);
    let lines: Vec<_> = template.lines().collect();
    assert_eq!(lines[0].registers[0].role, Role::Write);
    assert_eq!(lines[0].registers[1].view, View::Xsp);
    assert!(matches!(&lines[0].immediates[0].value, ImmediateRef::Bound(name) if name == "b"));
    assert_eq!(
        lines[0].tokens.to_string(),
        "add XSP (d) , XSP (a) , (b as u32)"
    );
    assert_eq!(lines[1].immediates[0].value, ImmediateRef::Literal(16));
    let written = lines[2].writes(&isa);
    assert_eq!(written[0].0, RegisterRef::Fixed(Register::StackPointer));
    assert_eq!(
        lines[4].reads(&isa)[0].0,
        RegisterRef::Fixed(Register::General(30))
    );
}

#[test]
fn directives_come_back_unread() {
    let (_, template) = good(quote! { ; use mov_imm64(t, b) ; add X(d), X(a), X(t) });
    let directive = template.directives().next().expect("a directive");
    assert_eq!(directive.keyword, "use");
    assert_eq!(directive.tokens.to_string(), "mov_imm64 (t , b)");
}

#[test]
fn a_fixed_register_fits_where_its_code_does() {
    good(quote! { ; add x0, x1, 5 ; add sp, sp, 16 ; add x0, xzr, x1 ; add x0, x1, 5, lsl 12 });
    let text = bad(quote! { ; add xzr, x1, 5 });
    assert!(
        text.starts_with("`add` takes `XSP` here, not `X` [JL036]"),
        "{text}"
    );
}

#[test]
fn wrong_views_are_told_apart() {
    let text = bad(quote! { ; add X(d), X(a), b });
    assert!(
        text.starts_with("`add` takes `XSP` here, not `X` [JL036]"),
        "{text}"
    );
    assert!(
        text.contains("code 31 is xzr in `X` and sp in `XSP`"),
        "{text}"
    );
    let text = bad(quote! { ; add X(d), X(a), W(b) });
    assert!(
        text.starts_with("`add` takes `X` here, not `W` [JL037]"),
        "{text}"
    );
}

#[test]
fn literals_must_fit() {
    let text = bad(quote! { ; ldr X(d), [XSP(a), 12] });
    assert!(
        text.starts_with(
            "`ldr` cannot hold 12 here: the field takes 0..=32760 in multiples of 8 [JL040]"
        ),
        "{text}"
    );
}

#[test]
fn unknown_instructions_get_a_suggestion() {
    let text = bad(quote! { ; addd X(d), X(a), X(b) });
    assert!(
        text.starts_with("no instruction `addd`; did you mean `add`? [JL001]"),
        "{text}"
    );
    let text = bad(quote! { ; b.equ >l ; l: });
    assert!(
        text.starts_with("no condition `equ`; did you mean `eq`? [JL001]"),
        "{text}"
    );
}

#[test]
fn what_has_no_fixed_size_is_refused() {
    for tokens in [
        quote! { ;; let x = 1 },
        quote! { ; .align 8 },
        quote! { ; .bytes data },
        quote! { ; add X(d), X(a), b + 1 },
        quote! { ; add X(d + 1), X(a), X(b) },
        quote! { ; ldr X(d), extern target },
        quote! { ; ldr X(d), ->global },
    ] {
        let (isa, context) = (machine(), Context::new());
        parse(tokens.clone(), place(), &isa, &[], &context);
        let texts = texts(context);
        assert!(texts[0].contains("[JL080]"), "{tokens}: {texts:?}");
    }
}

#[test]
fn labels_are_checked() {
    for (tokens, expected) in [
        (
            quote! { ; b.eq >l },
            "label `l` is not defined in this template",
        ),
        (
            quote! { ; l: ; b.eq >l },
            "label `l` is defined before this line",
        ),
        (quote! { ; b.eq >l ; l: ; l: }, "label `l` is defined twice"),
        (quote! { ; l: ; ret }, "label `l` is never used"),
    ] {
        let text = bad(tokens);
        assert!(text.starts_with(expected), "{text}");
    }
}

#[test]
fn every_mistake_is_reported() {
    let (isa, context) = (machine(), Context::new());
    let template = parse(
        quote! { ; addd x0 ; ret ; add X(d), X(a) ; .align 4 },
        place(),
        &isa,
        &[],
        &context,
    );
    assert_eq!(template.lines().count(), 1);
    assert_eq!(context.take().len(), 3);
}
