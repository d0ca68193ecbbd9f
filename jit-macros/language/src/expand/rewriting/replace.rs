//! Right sides: code that makes the operations and says what takes the place of the value.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{arrived, constant, in_width};
use crate::expand::bindings::{computed, variable};
use crate::model::lowering::expression::Expression;
use crate::model::lowering::{BindingId, Rule};
use crate::model::ops::{AttributeKind, OperandKind, Ops, TypeId};
use crate::model::rewriting::{Operation, Right, Term, value_types};

/// Code that makes what is on the right side; the left side has bound its names.
pub fn expand(left: &Rule, right: &Right, ops: &Ops, path: &TokenStream) -> TokenStream {
    let mut replace = Replace {
        arrived: value_types(&left.pattern, ops),
        ops,
        path,
        made: 0,
        out: TokenStream::new(),
    };
    for (index, step) in right.steps.iter().enumerate() {
        let made = replace.operation(&step.operation);
        let name = self::step(index);
        replace.out.extend(quote!(let #name = #made;));
    }
    let result = right.result.as_ref().map(|term| replace.value(term));
    let result = match result {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    };
    let out = replace.out;
    quote! { #out site.becomes(#result); }
}

struct Replace<'a> {
    /// Operands that are values.
    arrived: Vec<(BindingId, TypeId)>,
    ops: &'a Ops,
    path: &'a TokenStream,
    made: usize,
    out: TokenStream,
}

fn step(index: usize) -> Ident {
    Ident::new(&format!("step_{index}"), Span::mixed_site())
}

impl Replace<'_> {
    /// An expression for the instruction, whose operands are made before.
    fn operation(&mut self, operation: &Operation) -> TokenStream {
        let (ops, path) = (self.ops, self.path);
        let op = &ops[operation.op];
        let (mut values, mut attributes) = (Vec::new(), Vec::new());
        let (mut list, mut targets) = (None, Vec::new());
        for (declared, term) in op.operands.iter().zip(&operation.operands) {
            match (&declared.kind, term) {
                (OperandKind::Value(_), term) => values.push(self.value(term)),
                (OperandKind::Const(kind), term) => attributes.push(self.attribute(kind, term)),
                (OperandKind::List, Term::Bound(id)) => list = Some(variable(*id)),
                (OperandKind::Block, Term::Bound(id)) => {
                    let target = variable(*id);
                    targets.push(quote!(::core::clone::Clone::clone(&#target)));
                }
                (OperandKind::List | OperandKind::Block, _) => {}
            }
        }
        let values = match list {
            Some(list) => quote!(&[&[#(#values),*][..], &#list[..]].concat()),
            None => quote!(&[#(#values),*]),
        };
        let name = &op.name;
        let parts = quote!(#values, &[#(#attributes),*], &[#(#targets),*]);
        match op.result {
            Some(ty) => {
                let ty = &ops[ty].name;
                quote!(site.make_value(#path::Op::#name, #path::Type::#ty, #parts))
            }
            None => quote!(site.make(#path::Op::#name, #parts)),
        }
    }

    /// A variable that holds a value.
    fn value(&mut self, term: &Term) -> Ident {
        let made = match term {
            Term::Bound(id) => return variable(*id),
            Term::Step(index) => return step(*index),
            Term::Constant(Expression::Name(id), ty) if self.arrived.contains(&(*id, *ty)) => {
                return arrived(*id);
            }
            Term::Constant(value, ty) => constant(*ty, &computed(value), self.ops, self.path),
            Term::Operation(operation) => self.operation(operation),
        };
        self.made += 1;
        let name = Ident::new(&format!("made_{}", self.made), Span::mixed_site());
        self.out.extend(quote!(let #name = #made;));
        name
    }

    fn attribute(&self, kind: &AttributeKind, term: &Term) -> TokenStream {
        match (kind, term) {
            (AttributeKind::Type(ty), Term::Constant(value, _)) => {
                in_width(*ty, &computed(value), self.ops)
            }
            (_, Term::Bound(id)) => {
                let variable = variable(*id);
                quote!(#variable)
            }
            // Resolution lets nothing else stand for a word of the instruction.
            _ => quote!(0),
        }
    }
}
