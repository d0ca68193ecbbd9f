//! Meanings: each operation's `means` expression as code over words.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use crate::model::ops::{
    AttributeKind, Meaning, Op, Operand, OperandKind, Ops, Representation, TypeId,
};
use crate::parse::mentions;

/// `Dialect::evaluate`. Every meaning is a function of its own, found by number. A `match` that holds them all would take
/// a compiler longer for each the more there are; so would callers that this is inlined into, for each would then refer
/// to all meanings.
pub fn expand(ops: &Ops) -> TokenStream {
    let count = ops.ops.len();
    let functions = ops.ops.iter().map(|op| closure(op, ops));
    let others = ops.extensible.as_ref().map(|_| {
        quote! {
            if let Op::Extension(extension) = op {
                return (extension.evaluate)(operands, attributes, memory);
            }
        }
    });
    quote! {
        #[inline(never)]
        fn evaluate(
            op: Op,
            operands: &[u64],
            attributes: &[i64],
            memory: &mut dyn ::jit_core::ir::Memory,
        ) -> ::core::option::Option<::jit_core::ir::Outcome> {
            static MEANINGS: [::jit_core::ir::Evaluate; #count] = [#(#functions),*];
            #others
            (MEANINGS[op.number()])(operands, attributes, memory)
        }
    }
}

/// The meaning of one operation as a function without a name: `|operands, attributes, memory| …`.
pub fn closure(op: &Op, ops: &Ops) -> TokenStream {
    // Meanings say `memory`, so the parameter has to be visible to the tokens of the declaration.
    let memory = Ident::new("memory", Span::call_site());
    let body = carried_out(op, ops, &memory);
    quote! {{
        #[allow(unused_variables, reason = "generated: not every operation has operands of every sort")]
        fn evaluate(
            operands: &[u64],
            attributes: &[i64],
            #memory: &mut dyn ::jit_core::ir::Memory,
        ) -> ::core::option::Option<::jit_core::ir::Outcome> {
            #body
        }
        evaluate
    }}
}

/// A block that carries an operation out, given `operands`, `attributes` and memory.
fn carried_out(op: &Op, ops: &Ops, memory: &Ident) -> TokenStream {
    let name = &op.name;
    let expression = match &op.meaning {
        Meaning::Expression(expression) => expression,
        Meaning::Prose(_) => {
            let text = name.to_string();
            return quote!({ ::jit_core::ir::Memory::perform(#memory, #text, operands, attributes) });
        }
    };
    let is_value = |operand: &&Operand| matches!(operand.kind, OperandKind::Value(_));
    let is_attribute = |operand: &&Operand| matches!(operand.kind, OperandKind::Const(_));
    let words = names(op.operands.iter().filter(is_value), expression);
    let list = op
        .operands
        .iter()
        .find(|operand| operand.kind == OperandKind::List)
        .map(
            |operand| match mentions(expression, &operand.name.to_string()) {
                true => {
                    let name = &operand.name;
                    quote!(#name @ ..)
                }
                false => quote!(..),
            },
        );
    let attributes = names(op.operands.iter().filter(is_attribute), expression);
    let bindings = op
        .operands
        .iter()
        .filter(|operand| mentions(expression, &operand.name.to_string()));
    let bindings = bindings.filter_map(|operand| binding(operand, ops));
    let is_given = |operand: &&Operand| mentions(expression, &operand.name.to_string());
    let givens = ops.givens.iter().map(|given| &given.operand);
    let givens = givens
        .filter(is_given)
        .map(|operand| given(operand, ops, memory));
    let blocks = op
        .operands
        .iter()
        .filter(|operand| operand.kind == OperandKind::Block)
        .enumerate();
    let blocks = blocks
        .filter(|(_, operand)| mentions(expression, &operand.name.to_string()))
        .map(|(index, operand)| {
            let (name, index) = (&operand.name, index as u64);
            quote!(let #name: u64 = #index;)
        });
    quote! {
        {
            let ([#(#words,)* #list], &[#(#attributes),*]) = (operands, attributes) else {
                return ::core::option::Option::None;
            };
            #(#bindings)*
            #(#givens)*
            #(#blocks)*
            ::core::option::Option::Some(::jit_core::ir::Meaning::outcome(#expression))
        }
    }
}

/// The names of operands, as far as the expression mentions them.
fn names<'a>(operands: impl Iterator<Item = &'a Operand>, expression: &TokenStream) -> Vec<Ident> {
    operands
        .map(
            |operand| match mentions(expression, &operand.name.to_string()) {
                true => operand.name.clone(),
                false => format_ident!("_"),
            },
        )
        .collect()
}

/// Binds something given to what the world says it is.
fn given(operand: &Operand, ops: &Ops, memory: &Ident) -> TokenStream {
    let name = &operand.name;
    let text = name.to_string();
    let ty = match &operand.kind {
        OperandKind::Value(ty) | OperandKind::Const(AttributeKind::Type(ty)) => {
            ops[*ty].representation.unwrap_or(Representation::U64)
        }
        _ => Representation::I64,
    };
    let ty = format_ident!("{}", ty.name());
    quote! {
        let ::core::option::Option::Some(#name) = ::jit_core::ir::Memory::given(#memory, #text) else {
            return ::core::option::Option::None;
        };
        let #name: #ty = ::jit_core::ir::Word::from_word(#name);
    }
}

/// Turns the word of an operand into the Rust type of its value type.
fn binding(operand: &Operand, ops: &Ops) -> Option<TokenStream> {
    let name = &operand.name;
    let typed = |ty: TypeId, word: TokenStream| {
        let ty = ops[ty].representation.unwrap_or(Representation::U64).name();
        let ty = format_ident!("{ty}");
        quote!(let #name: #ty = ::jit_core::ir::Word::from_word(#word);)
    };
    match &operand.kind {
        OperandKind::Value(ty) => Some(typed(*ty, quote!(*#name))),
        OperandKind::Const(AttributeKind::Type(ty)) => Some(typed(*ty, quote!(#name as u64))),
        _ => None,
    }
}
