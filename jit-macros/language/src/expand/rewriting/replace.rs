//! Right sides: code that makes the operations and says what takes the place of the value.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::{Sides, arrived, constant, in_width};
use crate::expand::bindings::{computed, variable};
use crate::model::lowering::expression::Expression;
use crate::model::lowering::{BindingId, BindingKind, Rule};
use crate::model::ops::{AttributeKind, OpId, OperandKind, TypeId};
use crate::model::rewriting::{
    Cold, Element, If, Operation, Right, Slice, StepId, Term, value_types,
};

/// Code that makes what is on the right side; the left side has bound its names.
pub fn expand(left: &Rule, right: &Right, sides: &Sides<'_>) -> TokenStream {
    let from = sides.dialects.from;
    let arrived = value_types(&left.pattern, from)
        .into_iter()
        .filter_map(|(id, ty)| Some((id, sides.dialects.arriving(ty)?)));
    let mut replace = Replace {
        left,
        arrived: arrived.collect(),
        sides,
        made: 0,
        out: TokenStream::new(),
    };
    for (index, binding) in left.bindings.iter().enumerate() {
        if let BindingKind::Given(id) = binding.kind {
            let (variable, name) = (variable(BindingId(index)), &from[id].operand.name);
            replace.out.extend(quote!(let #variable = given.#name;));
        }
    }
    let result = replace.block(right);
    let result = match result {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    };
    let out = replace.out;
    quote! { #out site.becomes(#result); }
}

struct Replace<'a> {
    left: &'a Rule,
    /// Operands that are values, with the types that they have on this side.
    arrived: Vec<(BindingId, TypeId)>,
    sides: &'a Sides<'a>,
    made: usize,
    out: TokenStream,
}

fn step(StepId(index): StepId) -> Ident {
    Ident::new(&format!("step_{index}"), Span::mixed_site())
}

impl Replace<'_> {
    /// Carries out the steps; the variable of the result.
    fn block(&mut self, right: &Right) -> Option<TokenStream> {
        for done in &right.steps {
            let made = match &done.does {
                Term::Operation(operation) => self.operation(operation),
                Term::If(conditional) => self.conditional(conditional),
                other => self.value(other),
            };
            let name = step(done.id);
            self.out.extend(match done.name {
                Some(_) => quote!(let #name = #made;),
                None => quote!(#made;),
            });
        }
        right.result.as_ref().map(|term| self.value(term))
    }

    /// An expression for the instruction, whose operands are made before.
    fn operation(&mut self, operation: &Operation) -> TokenStream {
        let (ops, path) = (self.sides.dialects.to, self.sides.to);
        let op = &ops[operation.op];
        let (mut values, mut attributes) = (Vec::new(), Vec::new());
        let (mut lists, mut targets) = (Vec::new(), Vec::new());
        for (declared, term) in op.operands.iter().zip(&operation.operands) {
            match (&declared.kind, term) {
                (OperandKind::Value(_), term) => values.push(self.value(term)),
                (OperandKind::Const(kind), term) => attributes.push(self.attribute(kind, term)),
                (OperandKind::List, term) => lists = self.list(term),
                (OperandKind::Block, Term::Bound(id)) => {
                    let target = variable(*id);
                    targets.push(match self.sides.dialects.differ() {
                        true => quote!(site.block_call(&#target)),
                        false => quote!(::core::clone::Clone::clone(&#target)),
                    });
                }
                (OperandKind::Block, _) => {}
            }
        }
        let values = match lists.is_empty() {
            false => quote!(&[&[#(#values),*][..] #(, #lists)*].concat()),
            true => quote!(&[#(#values),*]),
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

    /// A list, in pieces.
    fn list(&mut self, term: &Term) -> Vec<TokenStream> {
        let Term::List(elements) = term else {
            return match term {
                Term::Bound(id) => vec![self.spread(*id, Slice::All)],
                _ => Vec::new(),
            };
        };
        let pieces = elements.iter().map(|element| match element {
            Element::Value(term) => {
                let value = self.value(term);
                quote!(&[#value][..])
            }
            Element::Spread(list, slice) => self.spread(*list, *slice),
        });
        pieces.collect()
    }

    fn spread(&mut self, list: BindingId, slice: Slice) -> TokenStream {
        let mut values = variable(list);
        if self.sides.dialects.differ() {
            let name = self.fresh();
            let made = quote!(let #name = site.operands(&#values););
            self.out.extend(made);
            values = name;
        }
        let path = quote!(::jit_core::ir::expansion);
        match slice {
            Slice::All => quote!(&#values[..]),
            Slice::First(count) => {
                let count = variable(count);
                quote!(#path::first(&#values, #count))
            }
            Slice::Behind(count) => {
                let count = variable(count);
                quote!(#path::behind(&#values, #count))
            }
        }
    }

    /// An expression for the value that blocks come together with.
    fn conditional(&mut self, conditional: &If) -> TokenStream {
        let (ops, path) = (self.sides.dialects.to, self.sides.to);
        // Resolution has refused blocks where there are no such operations.
        let name = |op: Option<OpId>| op.map(|op| &ops[op].name);
        let (branch, jump) = (name(ops.branch_op()), name(ops.jump_op()));
        let condition = self.value(&conditional.condition);
        let cold = [Cold::Then, Cold::Otherwise].map(|cold| conditional.cold == cold);
        let (first, second, on) = (self.fresh(), self.fresh(), self.fresh());
        let otherwise = &conditional.otherwise;
        let has_second = !otherwise.steps.is_empty() || otherwise.result.is_some();
        self.out.extend(quote! {
            let [#first, #second, #on] =
                site.split(#path::Op::#branch, #condition, [#(#cold),*], #has_second);
        });
        let value = conditional.ty.map(|ty| {
            let (value, ty) = (self.fresh(), &ops[ty].name);
            self.out
                .extend(quote!(let #value = site.parameter(#on, #path::Type::#ty);));
            value
        });
        let mut blocks = vec![(first, &conditional.then)];
        blocks.extend(has_second.then_some((second, otherwise)));
        for (block, right) in blocks {
            let outside = std::mem::take(&mut self.out);
            let result = self.block(right);
            let inside = std::mem::replace(&mut self.out, outside);
            let result = match result {
                Some(value) => quote!(::core::option::Option::Some(#value)),
                None => quote!(::core::option::Option::None),
            };
            self.out.extend(quote! {{
                site.enter(#block);
                #inside
                site.leave(#path::Op::#jump, #on, #result);
            }});
        }
        self.out.extend(quote!(site.enter(#on);));
        value.map_or_else(|| quote!(()), |value| quote!(#value))
    }

    fn fresh(&mut self) -> Ident {
        self.made += 1;
        format_ident!("made_{}", self.made, span = Span::mixed_site())
    }

    /// A variable that holds a value.
    fn value(&mut self, term: &Term) -> TokenStream {
        let made = match term {
            Term::Bound(id) => {
                let variable = variable(*id);
                return match self.left[*id].kind {
                    BindingKind::Value { .. } => self.moved(&variable),
                    _ => quote!(#variable),
                };
            }
            Term::Step(id) => {
                let step = step(*id);
                return quote!(#step);
            }
            Term::Constant(Expression::Name(id), ty) if self.arrived.contains(&(*id, *ty)) => {
                return self.moved(&arrived(*id));
            }
            Term::Constant(value, ty) => {
                let word = computed(value);
                constant(*ty, &word, self.sides.dialects.to, self.sides.to)
            }
            Term::Operation(operation) => self.operation(operation),
            Term::If(conditional) => self.conditional(conditional),
            // Resolution lets nothing else stand for a value.
            Term::List(_) => return TokenStream::new(),
        };
        let name = self.fresh();
        self.out.extend(quote!(let #name = #made;));
        quote!(#name)
    }

    /// A value of the left side, on this side.
    fn moved(&self, value: &Ident) -> TokenStream {
        match self.sides.dialects.differ() {
            true => quote!(site.operand(#value)),
            false => quote!(#value),
        }
    }

    fn attribute(&self, kind: &AttributeKind, term: &Term) -> TokenStream {
        match (kind, term) {
            (AttributeKind::Type(ty), Term::Constant(value, _)) => {
                in_width(*ty, &computed(value), self.sides.dialects.to)
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
