//! What `ops!` leaves behind in Rust: the operations and types as enums, the implementation of `Dialect` with the meaning
//! of every operation, and a builder method for each.

mod build;
mod extension;
mod given;
mod meaning;

use proc_macro2::TokenStream;
use quote::quote;

use super::{forward, references};

use crate::error::Region;
use crate::model::ops::{AttributeKind, Effects, Meaning, Op, Operand, OperandKind, Ops};
use crate::text::text;

/// Expands a dialect; `tokens` are those it was read from.
pub fn expand(ops: &Ops, tokens: &TokenStream) -> TokenStream {
    let references = references::of_ops(ops, tokens);
    if let Some(base) = &ops.base {
        let extension = extension::expand(ops, base);
        let declarations = forward::declarations("ops", tokens, Some(&base.path));
        return quote! { #references #extension #declarations };
    }
    let enums = enums(ops);
    let dialect = dialect(ops);
    let name = &ops.dialect;
    let build = build::expand(ops, &quote!(#name));
    let given = given::expand(ops);
    let declarations = forward::declarations("ops", tokens, None);
    quote! { #references #enums #given #dialect #build #declarations }
}

fn enums(ops: &Ops) -> TokenStream {
    let dialect = &ops.dialect;
    let doc = format!("The operations of [`{dialect}`].");
    let (names, docs): (Vec<_>, Vec<_>) = ops.ops.iter().map(|op| (&op.name, doc_of(op))).unzip();
    let texts: Vec<String> = names.iter().map(|name| name.to_string()).collect();
    let numbers = 0..names.len();
    let (variant, number_of_others, name_of_others) = match &ops.extensible {
        Some(path) => (
            quote!(
                #[doc = "An operation that another crate declares."]
                Extension(&'static #path),
            ),
            {
                let count = names.len();
                quote!(Op::Extension(_) => #count,)
            },
            quote!(Op::Extension(extension) => extension.info.name,),
        ),
        None => Default::default(),
    };
    let type_doc = format!("The types of values of [`{dialect}`].");
    let types = ops.values.iter().map(|value| &value.name);
    let type_docs = ops.values.iter().map(|value| match value.doc.as_str() {
        "" => format!("Type `{}`.", value.name),
        doc => doc.to_owned(),
    });
    let dialect_doc = match ops.doc.as_str() {
        "" => format!("The dialect `{dialect}`."),
        doc => doc.to_owned(),
    };
    quote! {
        #[doc = #dialect_doc]
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub struct #dialect;

        #[doc = #doc]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Op { #(#[doc = #docs] #names,)* #variant }

        impl Op {
            /// Every declared operation, in the order of declaration.
            pub const ALL: &'static [Op] = &[#(Op::#names),*];

            /// Its name.
            pub const fn name(self) -> &'static str {
                match self { #(Op::#names => #texts,)* #name_of_others }
            }

            /// Its position among the declared operations; how many there are, if another crate declares it.
            pub const fn number(self) -> usize {
                match self { #(Op::#names => #numbers,)* #number_of_others }
            }
        }

        #[doc = #type_doc]
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
        pub enum Type { #(#[doc = #type_docs] #types,)* }
    }
}

fn doc_of(op: &Op) -> String {
    let means = meaning_text(&op.meaning);
    match op.doc.as_str() {
        "" => format!("Means: `{means}`."),
        doc => format!("{doc}\n\nMeans: `{means}`."),
    }
}

fn meaning_text(meaning: &Meaning) -> String {
    match meaning {
        Meaning::Expression(tokens) => text(tokens),
        Meaning::Prose(text) => text.clone(),
    }
}

fn dialect(ops: &Ops) -> TokenStream {
    let dialect = &ops.dialect;
    let name = dialect.to_string();
    let infos = ops.ops.iter().map(|op| info(op, ops, &quote!(#dialect)));
    let others = ops.extensible.as_ref().map(|_| {
        quote! {
            if let Op::Extension(extension) = op {
                return &extension.info;
            }
        }
    });
    let count = ops.ops.len();
    let types = ops.values.iter().map(|value| &value.name);
    let type_names = ops.values.iter().map(|value| value.name.to_string());
    let evaluate = meaning::expand(ops);
    quote! {
        impl ::jit_core::ir::Dialect for #dialect {
            type Op = Op;
            type Type = Type;
            const NAME: &'static str = #name;

            fn info(op: Op) -> &'static ::jit_core::ir::OpInfo<Self> {
                static INFOS: [::jit_core::ir::OpInfo<#dialect>; #count] = [#(#infos),*];
                #others
                &INFOS[op.number()]
            }

            fn ops() -> &'static [Op] {
                Op::ALL
            }

            fn types() -> &'static [(Type, &'static str)] {
                &[#((Type::#types, #type_names)),*]
            }

            #evaluate
        }
    }
}

fn info(op: &Op, ops: &Ops, dialect: &TokenStream) -> TokenStream {
    let Region { first, .. } = op.signature;
    let name = op.name.to_string();
    let doc = &op.doc;
    let operands = op.operands.iter().map(|operand| operand_info(operand, ops));
    let result = match op.result {
        Some(ty) => {
            let ty = &ops[ty].name;
            quote!(::core::option::Option::Some(Type::#ty))
        }
        None => quote!(::core::option::Option::None),
    };
    let effects = effects(op.effects);
    let is_constant = |operand: &&Operand| matches!(operand.kind, OperandKind::Const(_));
    let behind = match op.behind {
        Some(index) => {
            let index = op.operands[..index].iter().filter(is_constant).count();
            quote!(::core::option::Option::Some(#index))
        }
        None => quote!(::core::option::Option::None),
    };
    let commutative = op.commutative;
    let means = meaning_text(&op.meaning);
    let (file, line) = (crate::error::file(first), first.start().line as u32);
    quote! {
        ::jit_core::ir::OpInfo::<#dialect> {
            name: #name,
            doc: #doc,
            operands: &[#(#operands),*],
            behind: #behind,
            result: #result,
            effects: #effects,
            commutative: #commutative,
            means: #means,
            file: #file,
            line: #line,
        }
    }
}

fn operand_info(operand: &Operand, ops: &Ops) -> TokenStream {
    let name = operand.name.to_string();
    let kind = match &operand.kind {
        OperandKind::Value(ty) => {
            let ty = &ops[*ty].name;
            quote!(Value(Type::#ty))
        }
        OperandKind::Const(AttributeKind::Type(ty)) => {
            let ty = ops[*ty].name.to_string();
            quote!(Const(#ty))
        }
        OperandKind::Const(AttributeKind::Named(name)) => quote!(Const(#name)),
        OperandKind::List => quote!(List),
        OperandKind::Block => quote!(Block),
    };
    quote! {
        ::jit_core::ir::OperandInfo { name: #name, kind: ::jit_core::ir::OperandKind::#kind }
    }
}

fn effects(effects: Effects) -> TokenStream {
    let flags = [
        (effects.reads, quote!(READS)),
        (effects.writes, quote!(WRITES)),
        (effects.call, quote!(CALL)),
        (effects.guard, quote!(GUARD)),
        (effects.terminator, quote!(TERMINATOR)),
    ];
    let flags = flags.iter().filter(|(set, _)| *set).map(|(_, flag)| flag);
    quote! {
        ::jit_core::ir::Effects::PURE #(.and(::jit_core::ir::Effects::#flags))*
    }
}

#[cfg(test)]
mod tests;
