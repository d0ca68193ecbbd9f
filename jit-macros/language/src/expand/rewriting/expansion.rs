//! Rules that lead to another dialect: what they are tried by, and the table of them.

use proc_macro2::TokenStream;
use quote::quote;

use super::{Sides, asked, row_table, rows, rows_of_rules, text, tried};
use crate::model::ops::{OpId, TypeId};
use crate::reading::RewriteSet;

/// The functions of the rows, the function that tries them, and the table; with `has_errors`, a table that expands nothing.
pub fn expand(set: &RewriteSet, sides: &Sides<'_>, has_errors: bool) -> TokenStream {
    let (from, to) = (sides.from, sides.to);
    let (source, target) = (&sides.dialects.from.dialect, &sides.dialects.to.dialect);
    let given = match sides.dialects.from.givens.is_empty() {
        true => quote!(()),
        false => quote!(#from::Given),
    };
    let site = quote!(&mut ::jit_core::ir::expansion::Site<'_, '_, #from::#source, #to::#target>);
    let parameters = quote!(site: #site, given: &#given);
    let (functions, rules, row_table, asked, tried) = match has_errors {
        true => (
            TokenStream::new(),
            Vec::new(),
            quote!(&[]),
            quote!(&[]),
            quote!(|_, _| ::core::option::Option::None),
        ),
        false => {
            let rows = rows(set, sides, &parameters);
            let dispatch = dispatch(set, sides, &parameters);
            let rules = rows_of_rules(set);
            let rules = rules.iter().enumerate().map(|(index, rows)| {
                let text = text(index, set);
                quote! {
                    ::jit_core::ir::expansion::ExpandRule {
                        text: #text,
                        apply: |site, given| false #(|| #rows(site, given, &mut ::jit_core::ir::trace::Untraced))*,
                    }
                }
            });
            let functions = quote!(#rows #dispatch);
            (
                functions,
                rules.collect(),
                row_table(set, sides),
                asked(set),
                quote!(expand),
            )
        }
    };
    let types = types(sides);
    let name = set.rewriting.name.to_string();
    let doc = format!("The rules of `{name}`.");
    quote! {
        #functions
        #[doc = #doc]
        pub const EXPAND_SET: ::jit_core::ir::expansion::ExpandSet<#from::#source, #to::#target, #given> =
            ::jit_core::ir::expansion::ExpandSet {
                name: #name,
                rules: &[#(#rules),*],
                rows: #row_table,
                explain: #asked,
                types: #types,
                expand: #tried,
            };
    }
}

/// Tries the rows of the operation in their order.
fn dispatch(set: &RewriteSet, sides: &Sides<'_>, parameters: &TokenStream) -> TokenStream {
    let path = sides.from;
    let mut tried = tried(set);
    let ops = sides.dialects.from.ops.iter().enumerate();
    let arms = ops.filter_map(|(index, op)| {
        let tries = tried.remove(&OpId(index)).unwrap_or_default();
        let tries = tries.iter().map(|(name, row)| {
            quote! {
                if #name(site, given, &mut ::jit_core::ir::trace::Untraced) {
                    return ::core::option::Option::Some(#row);
                }
            }
        });
        let tries: Vec<TokenStream> = tries.collect();
        let name = &op.name;
        (!tries.is_empty()).then(|| quote!(#path::Op::#name => { #(#tries)* }))
    });
    quote! {
        fn expand(#parameters) -> ::core::option::Option<usize> {
            #[allow(unreachable_patterns, reason = "generated: there may be a rule for every operation")]
            match site.left().op() {
                #(#arms)*
                _ => {}
            }
            ::core::option::Option::None
        }
    }
}

/// What stands for each type on the right side.
fn types(sides: &Sides<'_>) -> TokenStream {
    let (from, to) = (sides.from, sides.to);
    let values = sides.dialects.from.values.iter().enumerate();
    let arms = values.map(|(index, value)| {
        let name = &value.name;
        let arriving = sides.dialects.arriving(TypeId(index));
        let arriving = match arriving {
            Some(ty) => {
                let ty = &sides.dialects.to[ty].name;
                quote!(::core::option::Option::Some(#to::Type::#ty))
            }
            None => quote!(::core::option::Option::None),
        };
        quote!(#from::Type::#name => #arriving)
    });
    quote!(|ty| match ty { #(#arms),* })
}
