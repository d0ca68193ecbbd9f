//! The builder methods: one per operation, typed by its declaration.

use proc_macro2::TokenStream;
use quote::{format_ident, quote};

use crate::expand::names::snake;
use crate::model::ops::{AttributeKind, Op, Operand, OperandKind, Ops, Representation};

/// The trait `Build` and its implementation for builders of functions of `dialect`.
pub fn expand(ops: &Ops, dialect: &TokenStream) -> TokenStream {
    let doc = format!(
        "Writing operations of `{}`: a method for each.",
        ops.dialect
    );
    let signatures: Vec<TokenStream> = ops.own().iter().map(|op| signature(op, ops)).collect();
    let docs = ops.own().iter().map(|op| match op.doc.as_str() {
        "" => format!("Writes [`Op::{}`].", op.name),
        doc => doc.to_owned(),
    });
    let bodies = ops.own().iter().map(|op| body(op, ops));
    quote! {
        #[doc = #doc]
        pub trait Build {
            #(#[doc = #docs] #signatures;)*
        }

        impl Build for ::jit_core::ir::Builder<'_, #dialect> {
            #(#signatures #bodies)*
        }
    }
}

fn signature(op: &Op, ops: &Ops) -> TokenStream {
    let name = snake(&op.name);
    let parameters = op.operands.iter().map(|operand| {
        let (name, ty) = (&operand.name, parameter_type(operand, ops));
        quote!(#name: #ty)
    });
    let result = op.result.map(|_| quote!(-> ::jit_core::ir::Value));
    quote!(fn #name(&mut self, #(#parameters),*) #result)
}

fn parameter_type(operand: &Operand, ops: &Ops) -> TokenStream {
    match &operand.kind {
        OperandKind::Value(_) => quote!(::jit_core::ir::Value),
        OperandKind::Const(kind) => {
            let ty = format_ident!("{}", representation(kind, ops).name());
            quote!(#ty)
        }
        OperandKind::List => quote!(&[::jit_core::ir::Value]),
        OperandKind::Block => quote!(impl ::core::convert::Into<::jit_core::ir::BlockCall>),
    }
}

/// The Rust type of an attribute; words without one are `i64`, as instructions hold them.
fn representation(kind: &AttributeKind, ops: &Ops) -> Representation {
    match kind {
        AttributeKind::Type(ty) => ops[*ty].representation.unwrap_or(Representation::I64),
        AttributeKind::Named(_) => Representation::I64,
    }
}

fn body(op: &Op, ops: &Ops) -> TokenStream {
    let (mut values, mut attributes, mut targets, mut list) =
        (Vec::new(), Vec::new(), Vec::new(), None);
    for operand in &op.operands {
        let name = &operand.name;
        match &operand.kind {
            OperandKind::Value(_) => values.push(name),
            OperandKind::Const(kind) => attributes.push(match representation(kind, ops) {
                Representation::I64 => quote!(#name),
                Representation::U64 => quote!(#name as i64),
                Representation::I32 | Representation::U32 => quote!(i64::from(#name)),
                Representation::F64 => quote!(#name.to_bits() as i64),
            }),
            OperandKind::List => list = Some(quote!(.into_iter().chain(#name.iter().copied()))),
            OperandKind::Block => targets.push(quote!(#name.into())),
        }
    }
    let name = &op.name;
    let parts = quote!([#(#values),*] #list, [#(#attributes),*], [#(#targets),*]);
    match op.result {
        Some(ty) => {
            let ty = &ops[ty].name;
            quote!({ self.emit_value(Op::#name, Type::#ty, #parts) })
        }
        None => quote!({ self.emit(Op::#name, #parts); }),
    }
}
