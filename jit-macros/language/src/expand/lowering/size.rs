//! Sizes: exactly the bytes that a template function will emit, and the bounds that do not depend on the place.

use proc_macro2::TokenStream;
use quote::quote;

use super::emit::other_target;
use super::function;
use crate::model::lowering::{BindingKind, Rule};
use crate::model::template::{LINE_BYTES, Template};

/// The size function of a rule.
pub(super) fn expand(rule: &Rule) -> TokenStream {
    let name = function("size", rule);
    let near = rule.emit.as_ref().map_or_else(|| quote!(0), template);
    let main = match &rule.otherwise {
        None => near,
        Some(far) => {
            let far = template(far);
            let links = 0..literals(rule);
            quote! { if false #(|| sizes.is_far(#links))* { #far } else { #near } }
        }
    };
    let branch = branch(rule);
    let goto = rule.goto.as_ref().map(|goto| {
        let is_next = match goto.target.map(|id| &rule[id].kind) {
            Some(BindingKind::Block(position)) => quote!(is_next(#position)),
            _ => quote!(is_epilogue_next()),
        };
        quote! { + if sizes.#is_next { 0 } else { #LINE_BYTES } }
    });
    quote! {
        #[allow(unused_variables, clippy::all, reason = "generated: most sizes depend on nothing")]
        fn #name(sizes: &::jit_core::emit::Sizes<'_>) -> u32 {
            let main: u32 = { #main };
            main #branch #goto
        }
    }
}

fn branch(rule: &Rule) -> Option<TokenStream> {
    let branch = rule.branch.as_ref()?;
    let near = branch.template.line_bytes();
    let far = near + LINE_BYTES;
    let link = literals(rule);
    let conditional = |link: usize| match branch.inverse {
        Some(_) => quote! { if sizes.is_far(#link) { #far } else { #near } },
        None => quote! { #near },
    };
    let direct = conditional(link);
    let (Some(other), BindingKind::Block(next)) =
        (other_target(rule, branch), &rule[branch.target].kind)
    else {
        return Some(quote! { + (#direct) });
    };
    let BindingKind::Block(other) = rule[other].kind else {
        return Some(quote! { + (#direct) });
    };
    let inverted = conditional(link + 1);
    Some(quote! {
        + if sizes.is_next(#next) {
            #inverted
        } else {
            (#direct) + if sizes.is_next(#other) { 0 } else { #LINE_BYTES }
        }
    })
}

fn template(template: &Template) -> TokenStream {
    let bytes = template.line_bytes() + LINE_BYTES * count(template, "routine");
    let calls = (0..count(template, "call")).map(|_| quote!(+ sizes.call_bytes()));
    quote!(#bytes #(#calls)*)
}

fn count(template: &Template, keyword: &str) -> u32 {
    template
        .directives()
        .filter(|directive| directive.keyword == keyword)
        .count() as u32
}

fn literals(rule: &Rule) -> usize {
    rule.bindings
        .iter()
        .filter(|binding| matches!(binding.kind, BindingKind::Literal { .. }))
        .count()
}
