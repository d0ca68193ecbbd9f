//! What small declarations become.

use proc_macro2::TokenStream;
use quote::quote;

use crate::error::Context;
use crate::model;
use crate::parse;

fn expand(body: TokenStream) -> String {
    let context = Context::new();
    let machine = quote! {
        target aarch64;
        reg Gpr: X { codes 0..=15; }
        scratch x16 "between a call site and its target";
        reserved x30 "the link register";
        imm Offset8: u32 { range 0..=32760; multiple_of 8; }
        link Branch26 { bytes -134217728..=134217724; multiple_of 4; }
        link Literal19 { bytes -1048576..=1048572; multiple_of 4; }
        form str (r X, [r XSP, imm Offset8]) writes memory;
        form ldr (w X, link Literal19) reads memory;
        form b (link Branch26) ends;
        form bl (link Branch26) calls, writes x30;
        form blr (r X) calls, writes x30;
    };
    let isa = model::isa::resolve(parse::isa::parse(machine, &context), &context);
    let calls = parse::calls::parse(
        quote!(calls Test on crate::isa; #body),
        &isa,
        None,
        &context,
    );
    let texts: Vec<String> = context.take().iter().map(|found| found.text()).collect();
    assert!(texts.is_empty(), "{texts:?}");
    let tokens = super::expand(&calls.expect("the header is right"), &isa);
    assert!(syn::parse2::<syn::File>(tokens.clone()).is_ok(), "{tokens}");
    tokens.to_string().replace(' ', "")
}

#[test]
fn sequences_become_functions_of_their_parameters() {
    let text = expand(quote! {
        /// Stores.
        sequence spill(from: Gpr, offset: Offset8) { ; str X(from), [sp, offset] } means {
            memory.store(sp.wrapping_add(offset), from);
        }
        /// Goes on.
        routine onward(to: label) { ; b =>to } means { goto(to); }
    });
    assert!(
        text.contains("from:u8,offset:impl::core::convert::Into<i64>"),
        "{text}"
    );
    assert!(text.contains("to:::dynasmrt::DynamicLabel"), "{text}");
    assert!(text.contains("pubconstSPILL:u32=4u32"), "{text}");
    assert!(text.contains("is_routine:true"), "{text}");
    assert!(!text.contains("Strategy"), "{text}");
}

fn strategies() -> String {
    expand(quote! {
        strategy far {
            feature "call-far";
            site { ; use mov_imm64(x16, target) ; blr x16 }
            clobbers x16, lr;
            size |sites, words| (4 * words + 4) * sites;
        }
        strategy middle {
            feature "call-middle";
            site { ; ldr x16, =>entry ; blr x16 }
            pool entry: u64 = target, align 8, one per (function, target);
            links { site -> entry: Literal19 }
            clobbers x16, lr;
            size |sites, targets| 8 * sites + 8 * targets;
            otherwise far;
        }
        strategy near {
            feature "call-near";
            site { ; bl =>target }
            links { site -> target: Branch26 }
            clobbers lr;
            size |sites| 4 * sites;
            otherwise middle;
        }
        choose cheapest { feature "call-cheapest"; least_bytes from [near, middle]; }
    })
}

#[test]
fn code_is_built_in_for_whoever_may_fall_back_to_it() {
    let text = strategies();
    let features = |names: &[&str]| {
        let names: Vec<String> = names
            .iter()
            .map(|name| format!("feature=\"{name}\""))
            .collect();
        format!("#[cfg(any({}))]", names.join(","))
    };
    for (table, names) in [
        (
            "FAR",
            &["call-far", "call-middle", "call-near", "call-cheapest"][..],
        ),
        ("MIDDLE", &["call-middle", "call-near", "call-cheapest"]),
        ("NEAR", &["call-near", "call-cheapest"]),
    ] {
        let declared = format!("{}#[doc=\"\"]pubstatic{table}:", features(names));
        assert!(text.contains(&declared), "{declared} in {text}");
    }
}

#[test]
fn only_what_is_built_in_can_be_selected() {
    let text = strategies();
    for (name, feature) in [("far", "call-far"), ("cheapest", "call-cheapest")] {
        let listed = format!("#[cfg(feature=\"{feature}\")]{name}(),");
        assert!(text.contains(&listed), "{listed} in {text}");
    }
    let none = "enableatleastoneofthefeaturescall-far,call-middle,call-near,call-cheapest";
    assert!(text.contains(none), "{text}");
}

#[test]
fn links_carry_the_reach_of_the_machine() {
    let text = strategies();
    assert!(text.contains("least:-1048576i64,most:1048572i64"), "{text}");
    assert!(
        text.contains("otherwise:::core::option::Option::Some(&MIDDLE)"),
        "{text}"
    );
}
