//! Left sides: code that binds what a pattern wants, and goes away if an instruction is not like it, which it tells `trace`.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::arrived;
use crate::expand::bindings::{called, conditions, contains, variable};
use crate::model::lowering::{BindingId, BindingKind, OperandPattern, OperationPattern, Rule};
use crate::model::ops::{OperandKind, Ops};

/// Code that returns `false` unless the instruction at `site` is like `pattern`.
pub fn expand(
    rule: &Rule,
    pattern: &OperationPattern,
    ops: &Ops,
    path: &TokenStream,
) -> TokenStream {
    let mut take = Take {
        rule,
        ops,
        path,
        insts: 0,
        constants: 0,
        out: quote! {
            let left = site.left();
            let inst = left.inst();
        },
    };
    take.operation(pattern, &quote!(inst));
    let mut out = take.out;
    for (index, binding) in rule.bindings.iter().enumerate() {
        if let BindingKind::Again(first) = binding.kind {
            let name = called(rule, first);
            let (again, first) = (variable(BindingId(index)), variable(first));
            out.extend(quote! {
                if #again != #first { return trace.different(#name, [#first, #again]); }
            });
        }
    }
    // There are no immediate kinds where no machine is known.
    out.extend(conditions(rule, &|_, _| quote!(false), &|_| String::new()));
    out
}

struct Take<'a> {
    rule: &'a Rule,
    ops: &'a Ops,
    path: &'a TokenStream,
    insts: usize,
    /// How many constants have been asked for, from left to right.
    constants: usize,
    out: TokenStream,
}

impl Take<'_> {
    fn operation(&mut self, pattern: &OperationPattern, inst: &TokenStream) {
        let (mut values, mut attributes) = (0usize, 0usize);
        let ops = self.ops;
        for (declared, operand) in ops[pattern.op].operands.iter().zip(&pattern.operands) {
            match (&declared.kind, operand) {
                (OperandKind::Value(_), operand) => {
                    let value = quote!(left.value(#inst, #values));
                    values += 1;
                    self.value(operand, &value);
                }
                (OperandKind::Const(_), OperandPattern::Bound(id)) => {
                    let variable = variable(*id);
                    self.out
                        .extend(quote!(let #variable = left.attribute(#inst, #attributes);));
                    attributes += 1;
                    self.set(*id);
                }
                (OperandKind::Const(_), _) => attributes += 1,
                (OperandKind::List, OperandPattern::Bound(id)) => {
                    let variable = variable(*id);
                    self.out.extend(quote!(let #variable = left.list(#inst);));
                }
                (OperandKind::Block, OperandPattern::Bound(id)) => {
                    if let BindingKind::Block(position) = self.rule[*id].kind {
                        let variable = variable(*id);
                        self.out
                            .extend(quote!(let #variable = left.target(#inst, #position);));
                    }
                }
                (OperandKind::List | OperandKind::Block, _) => {}
            }
        }
    }

    fn value(&mut self, operand: &OperandPattern, value: &TokenStream) {
        match operand {
            OperandPattern::Definition(inner) => {
                self.insts += 1;
                let name = format!("definition_{}", self.insts);
                let definition = Ident::new(&name, Span::mixed_site());
                let (path, op) = (self.path, &self.ops[inner.op].name);
                self.out.extend(quote! {
                    let ::core::option::Option::Some(#definition) = left.definition(#value, #path::Op::#op) else {
                        return trace.unfolded(#value, #path::Op::#op, || left.undefined(#value));
                    };
                });
                self.operation(inner, &quote!(#definition));
            }
            OperandPattern::Bound(id) => match self.rule[*id].kind {
                BindingKind::Constant { .. } => {
                    let (arrived, variable) = (arrived(*id), variable(*id));
                    let constant = self.constants;
                    self.out.extend(quote! {
                        let #arrived = #value;
                        let ::core::option::Option::Some(#variable) = left.constant(#arrived) else {
                            return trace.not_constant(#constant, #arrived);
                        };
                    });
                    self.set(*id);
                }
                _ => {
                    let variable = variable(*id);
                    self.out.extend(quote!(let #variable = #value;));
                }
            },
            OperandPattern::Any | OperandPattern::AnyConstant => {}
        }
    }

    fn set(&mut self, id: BindingId) {
        let BindingKind::Constant { set, .. } = &self.rule[id].kind else {
            return;
        };
        let (variable, constant) = (variable(id), self.constants);
        self.constants += 1;
        if let Some(test) = contains(set, &variable) {
            self.out
                .extend(quote!(if !(#test) { return trace.outside(#constant, #variable); }));
        }
        self.out
            .extend(quote!(trace.accepted(#constant, #variable);));
    }
}
