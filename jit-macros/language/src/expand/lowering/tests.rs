//! What `lowering!` leaves behind, as text: order of the choices, sizes, links, literals, lists.

use quote::quote;

use super::*;

/// The expansion of `rules`, which are right, without spaces.
fn expanded(rules: TokenStream) -> String {
    let (text, errors) = expansion(rules);
    assert_eq!(errors, [] as [String; 0]);
    text
}

/// The expansion of `rules`, without spaces, and what is wrong with them.
fn expansion(rules: TokenStream) -> (String, Vec<String>) {
    let (expansion, errors) = tokens_of(rules);
    (
        expansion.to_string().replace(char::is_whitespace, ""),
        errors,
    )
}

/// The expansion of `rules` and what is wrong with them.
fn tokens_of(rules: TokenStream) -> (TokenStream, Vec<String>) {
    let isa = quote! {
        target aarch64;
        reg Gpr: X { codes 0..=15; }
        convention aapcs64 { arguments x0..=x1; results x0; preserved x19..=x28; }
        imm Imm12: u32 { range 0..=4095; }
        imm Imm6: u32 { range 0..=63; }
        link Branch26 { bytes -134217728..=134217724; multiple_of 4; }
        link Branch19 { bytes -1048576..=1048572; multiple_of 4; }
        link Literal19 { bytes -1048576..=1048572; multiple_of 4; }
        form add (w XSP, r XSP, imm Imm12);
        form add (w X, r X, r X);
        form add (w X, r X, r X, LSL imm Imm6);
        form cbz | cbnz (r X, link Branch19) branches;
        form b (link Branch26) ends;
        form ldr (w X, link Literal19) reads memory;
        form movz (w X, imm Imm12);
    };
    let ops = quote! {
        dialect Lir;
        value I64: i64 in { Gpr, const };
        op Iconst(value: const I64) -> I64 { pure; means value; }
        op Add(a: I64, b: I64) -> I64 { pure; commutative; means a.wrapping_add(b); }
        op Shl(a: I64, b: I64) -> I64 { pure; means a.wrapping_shl(b as u32); }
        op GuardTrue(condition: I64, exit: const Exit, live: list) { guard; means condition != 0; }
        op Call(target: const Address, arguments: list) -> I64 { call; means memory.call(target, arguments); }
        op Jump(target: block) { terminator; means target; }
        op Branch(condition: I64, then: block, otherwise: block) { terminator; means condition; }
    };
    let context = Context::new();
    let isa = reading::unchecked_isa(isa, &context);
    let ops = reading::unchecked_ops(ops, &context);
    let body =
        quote! { lowering Test for crate::ops on crate::isa; jump target { ; b =>target } #rules };
    let expansion = invocation(
        Declarations {
            to: None,
            body,
            isa,
            ops: Some(ops),
            calls: None,
        },
        &context,
    );
    let findings = context.take();
    let errors: Vec<String> = findings
        .iter()
        .filter(|finding| !finding.code.is_lint())
        .map(|finding| finding.text())
        .collect();
    syn::parse2::<syn::File>(expansion.clone()).expect("items");
    (expansion, errors)
}

#[test]
fn wrong_rule_sets_are_refused() {
    let (text, errors) = expansion(quote! {
        total { Add }
        rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(c) } }
    });
    assert!(!errors.is_empty());
    assert!(text.contains("is_refused:true"), "{text}");
}

#[test]
fn rules_are_tried_from_the_inside_out() {
    let text = expanded(quote! {
        total { Add }
        rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }
        rule add_shifted {
            when Add(a: Gpr, Shl(b: Gpr, n: Imm6)) -> d: Gpr;
            emit { ; add X(d), X(a), X(b), LSL n }
        }
        rule add_imm12 { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }
        prefer add_imm12 over add_shifted;
    });
    let position = |name: &str| {
        let call = format!("||{name}(context,inst,trace)");
        text.find(&call)
            .unwrap_or_else(|| panic!("{name} is never tried"))
    };
    assert!(position("match_add_imm12") < position("match_add_shifted"));
    assert!(position("match_add_imm12_swapped") < position("match_add_shifted_swapped"));
    assert!(position("match_add_shifted_swapped") < position("match_add"));
    assert!(!text.contains("match_add_swapped"), "the same either way");
    assert!(
        text.contains(r#"after:&["add_imm12","add_shifted"]"#),
        "the order is in the table"
    );
}

#[test]
fn rows_that_want_different_operations_are_asked_by_what_is_there() {
    let text = expanded(quote! {
        total { GuardTrue }
        rule sum {
            when GuardTrue(Add(a: Gpr, b: Imm12), exit, live);
            temp t: Gpr;
            emit { ; add XSP(t), XSP(a), b }
            branch exit { ; cbz X(t), =>exit }
            inverse { ; cbnz X(t), =>exit }
        }
        rule shifted {
            when GuardTrue(Shl(a: Gpr, 1), exit, live);
            branch exit { ; cbz X(a), =>exit }
            inverse { ; cbnz X(a), =>exit }
        }
        rule sum_of_registers {
            when GuardTrue(Add(a: Gpr, b: Gpr), exit, live);
            temp t: Gpr;
            emit { ; add X(t), X(a), X(b) }
            branch exit { ; cbz X(t), =>exit }
            inverse { ; cbnz X(t), =>exit }
        }
        rule any {
            when GuardTrue(a: Gpr, exit, live);
            branch exit { ; cbz X(a), =>exit }
            inverse { ; cbnz X(a), =>exit }
        }
    });
    // The first row that looks at something else ends what is asked together.
    let asked = "letoperation=context.operation(inst,0usize);\
        false||operation==::core::option::Option::Some(crate::ops::Op::Add)&&(false\
        ||match_sum(context,inst,trace)||match_sum_swapped(context,inst,trace)\
        ||match_sum_of_registers(context,inst,trace))\
        ||operation==::core::option::Option::Some(crate::ops::Op::Shl)&&(false\
        ||match_shifted(context,inst,trace))}||match_any(context,inst,trace)";
    assert!(text.contains(asked), "{text}");
}

#[test]
fn operands_are_numbered_result_first_whatever_the_order_matched() {
    let text = expanded(quote! {
        total { Add }
        rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; temp t: Gpr; emit { ; add X(t), X(a), X(b) ; add X(d), X(t), X(b) } }
        rule add_imm12 { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }
    });
    assert!(text.contains("letd:u8=emit.register(0usize);"));
    assert!(text.contains("lett:u8=emit.register(3usize);"));
    assert!(text.contains("letb:i64=emit.immediate(0usize);"));
    let define = text.find("context.define").expect("a result");
    assert!(text[define..].starts_with(
        "context.define(::jit_core::machine::Place::Register);context.read(binding_0"
    ));
}

#[test]
fn branches_have_a_near_and_a_far_form_in_both_directions() {
    let text = expanded(quote! {
        total { Branch, Jump }
        rule branch {
            when Branch(c: Gpr, then, otherwise);
            branch then { ; cbnz X(c), =>then }
            inverse { ; cbz X(c), =>then }
            bytes 4..=12;
        }
        rule jump { when Jump(target); goto target; bytes 0..=4; }
    });
    let size = "main+ifsizes.is_next(0usize){ifsizes.is_far(1usize){8u32}else{4u32}}\
                else{(ifsizes.is_far(0usize){8u32}else{4u32})+ifsizes.is_next(1usize){0}else{4u32}}";
    assert!(text.contains(size), "{text}");
    assert!(
        text.contains("Block(0u8)") && text.contains("Block(1u8)"),
        "a link for each direction"
    );
    assert!(text.contains("reach:::jit_core::machine::Reach{least:-1048576i64,most:1048572i64"));
    assert!(
        text.contains("if!emit.is_next(0usize){"),
        "a jump is left out where its target comes next"
    );
}

#[test]
fn literals_out_of_reach_have_another_template() {
    let text = expanded(quote! {
        total { Iconst }
        rule literal {
            when Iconst(value: const I64) -> d: Gpr;
            pool word: u64 = value;
            let low: Imm12 = value & 4095;
            emit { ; ldr X(d), =>word }
            otherwise { ; movz X(d), low ; add XSP(d), XSP(d), low ; add XSP(d), XSP(d), low }
            bytes 4..=12;
        }
    });
    assert!(
        text.contains("iffalse||sizes.is_far(0usize){12u32}else{4u32}"),
        "{text}"
    );
    assert!(text.contains("context.literal(binding_2asu64)"), "{text}");
}

#[test]
fn lists_go_to_argument_registers_or_to_exits() {
    let text = expanded(quote! {
        total { Call, GuardTrue }
        rule call {
            when Call(target, arguments) -> d: Gpr;
            arguments: in aapcs64;
            d: in x0;
            clobbers aapcs64;
            emit { ; call target }
            bytes 4..=20;
        }
        rule guard {
            when GuardTrue(c: Gpr, exit, live);
            branch exit { ; cbz X(c), =>exit }
            inverse { ; cbnz X(c), =>exit }
            bytes 4..=8;
        }
    });
    assert!(
        text.contains(
            "context.define(::jit_core::machine::Place::Fixed(0u8));context.arguments();"
        )
    );
    assert!(text.contains("context.exit(binding_1);"));
    assert!(
        text.contains("max_bytes:::core::option::Option::None"),
        "strategies say how long calls are"
    );
}

/// Editors find what a word means by the tokens of the expansion that have its place: an operation in a pattern or a list
/// is named there by its path, be the rules right or wrong.
#[test]
fn words_that_name_operations_are_paths_at_their_own_place() {
    let text = "total { Add } partial { Jump }
        rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }
        rule shifted { when Add(a: Gpr, Shl(b: Gpr, n: Imm6)) -> d: Gpr; emit { ; add X(d), X(a), X(b), LSL n } }
        rule jump { when Jump(target); goto target; }";
    let places = |tokens: &TokenStream, path_only: bool| {
        let mut found = Vec::new();
        words(tokens, path_only, &mut found);
        found
    };
    for (text, right) in [
        (text.to_owned(), true),
        (text.replace("LSL n", "LSL m"), false),
    ] {
        let body: TokenStream = text.parse().expect("Rust tokens");
        let (expansion, found) = tokens_of(body.clone());
        assert_eq!(found.is_empty(), right, "{found:?}");
        let named = places(&expansion, true);
        for (word, place) in places(&body, false) {
            if ["Add", "Shl", "Jump"].contains(&word.as_str()) {
                assert!(
                    named.contains(&(word.clone(), place)),
                    "{word} at {place:?}"
                );
            }
        }
    }
}

/// Every word with its place, or every word behind `::`.
fn words(tokens: &TokenStream, path_only: bool, found: &mut Vec<(String, (usize, usize))>) {
    let mut behind_colons = false;
    for token in tokens.clone() {
        match &token {
            proc_macro2::TokenTree::Group(group) => words(&group.stream(), path_only, found),
            proc_macro2::TokenTree::Ident(word) if behind_colons || !path_only => {
                let at = word.span().start();
                found.push((word.to_string(), (at.line, at.column)));
            }
            _ => {}
        }
        behind_colons =
            matches!(&token, proc_macro2::TokenTree::Punct(punct) if punct.as_char() == ':');
    }
}

/// The same for what the machine declares and for rules in `prefer` lines: they lead to markers.
#[test]
fn words_that_name_kinds_and_rules_are_paths_at_their_own_place() {
    let text = "total { Add }
        rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }
        rule imm12 { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }
        for (instruction, kind) in [(shl, Imm6)] {
            rule shifted { when Add(a: Gpr, Shl(b: Gpr, n: kind)) -> d: Gpr; emit { ; add X(d), X(a), X(b), LSL n } }
            prefer imm12 over shifted;
        }";
    for (text, right) in [
        (text.to_owned(), true),
        (text.replace("LSL n", "LSL m"), false),
    ] {
        let body: TokenStream = text.parse().expect("Rust tokens");
        let (expansion, found) = tokens_of(body.clone());
        assert_eq!(found.is_empty(), right, "{found:?}");
        let (mut named, mut declared, mut written) = (Vec::new(), Vec::new(), Vec::new());
        words(&expansion, true, &mut named);
        words(&expansion, false, &mut declared);
        words(&body, false, &mut written);
        for (word, place) in &written {
            let used = ["Gpr", "Imm12", "Imm6"].contains(&word.as_str());
            if used {
                assert!(
                    named.contains(&(word.clone(), *place)),
                    "{word} at {place:?}"
                );
            }
        }
        for rule in ["imm12", "shifted"] {
            let places: Vec<_> = written.iter().filter(|(word, _)| word == rule).collect();
            let [definition, used] = places[..] else {
                panic!("{rule} stands there twice: {places:?}");
            };
            assert!(declared.contains(definition), "the marker of {rule}");
            assert!(named.contains(used), "the use of {rule}");
            assert!(expansion.to_string().contains(&format!("pub enum {rule}")));
        }
    }
}
