//! What `ops!` leaves behind for things that are given: a struct of them, which rules to another dialect are applied with.

use proc_macro2::TokenStream;
use quote::quote;

use crate::model::ops::{OperandKind, Ops};

/// The struct `Given`; nothing for a dialect that is complete by itself.
pub fn expand(ops: &Ops) -> TokenStream {
    if ops.givens.is_empty() {
        return TokenStream::new();
    }
    let doc = format!(
        "What operations of [`{}`] rely on besides their operands, in a function of another dialect.",
        ops.dialect
    );
    let fields = ops.givens.iter().map(|given| {
        let (name, ty) = (&given.operand.name, field_type(&given.operand.kind));
        let doc = &given.doc;
        quote!(#[doc = #doc] pub #name: #ty,)
    });
    let made = ops.givens.iter().map(|given| {
        let name = &given.operand.name;
        let text = name.to_string();
        match given.operand.kind {
            OperandKind::Value(_) => quote!(#name: value(#text),),
            _ => quote!(#name: constant(#text),),
        }
    });
    quote! {
        #[doc = #doc]
        #[derive(Clone, Debug)]
        pub struct Given { #(#fields)* }

        impl Given {
            /// What functions say for each name, for somebody to whom one is like the other.
            #[allow(unused_mut, unused_variables, reason = "generated: there may be no values, or no constants")]
            pub fn by_name(
                mut value: impl ::core::ops::FnMut(&'static str) -> ::jit_core::ir::Value,
                mut constant: impl ::core::ops::FnMut(&'static str) -> i64,
            ) -> Self {
                Self { #(#made)* }
            }
        }
    }
}

fn field_type(kind: &OperandKind) -> TokenStream {
    match kind {
        OperandKind::Value(_) => quote!(::jit_core::ir::Value),
        _ => quote!(i64),
    }
}
