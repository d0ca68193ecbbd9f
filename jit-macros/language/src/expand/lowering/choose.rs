//! Decision code: which rule an instruction gets, and what the rule states about it.
//!
//! A matcher is generic over what it reports to: selection passes something that ignores every report, so that nothing is
//! left of them; explanations and coverage pass something that writes them down, and ask without stating anything.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::{format_ident, quote};

use super::{Numbering, attempts, chooser, function};
use crate::expand::bindings::{computed, conditions, contains, variable};
use crate::model::isa::{Bank, ImmediateId, Isa, Register};
use crate::model::lowering::rows::Rows;
use crate::model::lowering::{
    BindingId, BindingKind, Clobbered, Constraint, Lowering, OperandPattern, OperationPattern, Rule,
};
use crate::model::ops::{OperandKind, Ops};
use crate::model::template::Item;
use crate::space::{OperationId, by_operation};

/// All decision code of a rule set; `sequence` is the order in which rows are tried.
pub(super) fn expand(
    lowering: &Lowering,
    isa: &Isa,
    ops: &Ops,
    rows: &Rows,
    sequence: &[usize],
) -> TokenStream {
    let matchers = sequence.iter().map(|&row| {
        let index = rows.rows[row].rule;
        let name = matcher(lowering, rows, row);
        Matcher {
            lowering,
            isa,
            ops,
            rule: &lowering.rules[index],
            index,
            name,
        }
        .expand(&rows.patterns[row])
    });
    let roots = lowering.total.iter().chain(&lowering.partial);
    let together = by_operation(&rows.rows, sequence.iter().copied());
    let choosers = roots.map(|root| {
        let of_root = together.get(&OperationId(root.op.0 as u32));
        let of_root = of_root.map_or(&[][..], Vec::as_slice);
        let tried = attempts::expand(lowering, ops, rows, of_root);
        let chooser = chooser(&ops[root.op].name);
        // Inlined into each other, all that is chosen would be one function, which takes a compiler longer the more it has.
        quote! {
            #[inline(never)]
            fn #chooser(
                context: &mut ::jit_core::machine::Select<'_>,
                inst: ::jit_core::ir::Inst,
            ) -> bool {
                let trace = &mut ::jit_core::ir::trace::Untraced;
                let _ = (&context, inst, &trace);
                #tried
            }
        }
    });
    quote! {
        #(#matchers)*
        #(#choosers)*
    }
}

/// The function for a row: `match_add_imm12`, `match_add_imm12_swapped`.
pub(super) fn matcher(lowering: &Lowering, rows: &Rows, row: usize) -> Ident {
    let name = function("match", &lowering.rules[rows.rows[row].rule]);
    match rows.rows[row].variant {
        0 => name,
        1 => format_ident!("{name}_swapped"),
        variant => format_ident!("{name}_swapped_{variant}"),
    }
}

struct Matcher<'a> {
    lowering: &'a Lowering,
    isa: &'a Isa,
    ops: &'a Ops,
    rule: &'a Rule,
    index: usize,
    name: Ident,
}

/// How much of a pattern has been asked for, in its order from left to right.
#[derive(Default)]
struct Seen {
    definitions: usize,
    constants: usize,
}

impl Matcher<'_> {
    fn expand(&self, pattern: &OperationPattern) -> TokenStream {
        let mut asked = TokenStream::new();
        self.ask(pattern, &quote!(inst), &mut Seen::default(), &mut asked);
        let conditions = conditions(self.rule, &|kind, value| self.fits(kind, value), &|kind| {
            self.isa[kind].name.to_string()
        });
        let lets = self.lets();
        let stated = self.state();
        let name = &self.name;
        quote! {
            #[allow(unused_variables, clippy::all, reason = "generated: what a rule does not need is not left out")]
            fn #name<T: ::jit_core::ir::trace::Trace<::jit_core::specs::ops::Op>>(
                context: &mut ::jit_core::machine::Select<'_>,
                inst: ::jit_core::ir::Inst,
                trace: &mut T,
            ) -> bool {
                #asked
                #lets
                #conditions
                if T::APPLIES {
                    #stated
                }
                true
            }
        }
    }

    /// Asks for everything that the pattern wants; `inst` is the instruction that has to be like this.
    fn ask(
        &self,
        pattern: &OperationPattern,
        inst: &TokenStream,
        seen: &mut Seen,
        out: &mut TokenStream,
    ) {
        let (mut values, mut attributes) = (0usize, 0usize);
        for (declared, operand) in self.ops[pattern.op].operands.iter().zip(&pattern.operands) {
            match declared.kind {
                OperandKind::Value(_) => {
                    let value = quote!(context.value(#inst, #values));
                    values += 1;
                    match operand {
                        OperandPattern::Bound(id) => self.ask_value(*id, &value, seen, out),
                        OperandPattern::Definition(inner) => {
                            seen.definitions += 1;
                            let folded = format!("folded_{}", seen.definitions);
                            let folded = Ident::new(&folded, Span::mixed_site());
                            let path = &self.lowering.ops_path;
                            let op = &self.ops[inner.op].name;
                            out.extend(quote! {
                                let Some(#folded) = context.definition(#value, #path::Op::#op) else {
                                    return trace.unfolded(#value, #path::Op::#op, || context.unfoldable(#value, #path::Op::#op));
                                };
                            });
                            self.ask(inner, &quote!(#folded), seen, out);
                        }
                        OperandPattern::Any | OperandPattern::AnyConstant => {}
                    }
                }
                OperandKind::Const(_) => {
                    if let OperandPattern::Bound(id) = operand {
                        let variable = variable(*id);
                        out.extend(
                            quote!(let #variable: i64 = context.attribute(#inst, #attributes);),
                        );
                        self.ask_set(*id, seen, out);
                    }
                    attributes += 1;
                }
                OperandKind::List | OperandKind::Block => {}
            }
        }
    }

    fn ask_value(
        &self,
        id: BindingId,
        value: &TokenStream,
        seen: &mut Seen,
        out: &mut TokenStream,
    ) {
        let variable = variable(id);
        if matches!(self.rule[id].kind, BindingKind::Constant { .. }) {
            let constant = seen.constants;
            out.extend(quote! {
                let Some(#variable) = context.constant(#value) else {
                    return trace.not_constant(#constant, #value);
                };
            });
            self.ask_set(id, seen, out);
        } else {
            out.extend(quote!(let #variable = #value;));
        }
    }

    fn ask_set(&self, id: BindingId, seen: &mut Seen, out: &mut TokenStream) {
        let BindingKind::Constant { set, .. } = &self.rule[id].kind else {
            return;
        };
        let (variable, constant) = (variable(id), seen.constants);
        seen.constants += 1;
        if let Some(test) = contains(set, &variable) {
            out.extend(quote!(if !(#test) { return trace.outside(#constant, #variable); }));
        }
        out.extend(quote!(trace.accepted(#constant, #variable);));
    }

    fn fits(&self, kind: ImmediateId, value: &TokenStream) -> TokenStream {
        let immediate = &self.isa[kind];
        let ty = Ident::new(immediate.ty.name(), Span::call_site());
        let holder = Ident::new("fitting", Span::mixed_site());
        let set = contains(&immediate.set, &holder).unwrap_or_else(|| quote!(true));
        let encodable = immediate.encodable.as_ref().map(
            |encodable| quote!(&& ::core::option::Option::is_some(&#encodable(#holder as #ty))),
        );
        quote! { { let #holder: i64 = #value; (#set) #encodable } }
    }

    fn lets(&self) -> TokenStream {
        let mut lets = TokenStream::new();
        for (index, binding) in self.rule.bindings.iter().enumerate() {
            if let BindingKind::Let { value, .. } | BindingKind::Literal { value } = &binding.kind {
                let name = variable(BindingId(index));
                let value = computed(value);
                lets.extend(quote!(let #name: i64 = #value;));
            }
        }
        lets
    }

    /// States the instruction.
    fn state(&self) -> TokenStream {
        let numbering = Numbering::new(self.rule);
        let index = Literal::usize_unsuffixed(self.index);
        let operands = numbering
            .operands
            .iter()
            .map(|id| self.operand(*id, &numbering));
        let list = self.list();
        let immediates = numbering.immediates.iter().map(|id| variable(*id));
        let literals = numbering.pool.iter().map(|id| variable(*id));
        let clobbers = self.clobbers();
        let has_targets = self.ops[self.rule.pattern.op]
            .operands
            .iter()
            .any(|operand| operand.kind == OperandKind::Block);
        let targets = has_targets.then(|| quote!(context.targets();));
        let calls = self.rule.templates().any(|(_, template)| {
            template.items.iter().any(
                |item| matches!(item, Item::Directive(directive) if directive.keyword == "call"),
            )
        });
        let address = self
            .first(|kind| matches!(kind, BindingKind::Address))
            .filter(|_| calls);
        let call = address.map(|address| quote!(context.call(#address);));
        quote! {
            context.begin(#index);
            #(#operands)*
            #list
            #targets
            #(context.immediate(#immediates);)*
            #(context.literal(#literals as u64);)*
            #clobbers
            #call
        }
    }

    fn first(&self, is_it: impl Fn(&BindingKind) -> bool) -> Option<Ident> {
        self.rule
            .bindings
            .iter()
            .position(|binding| is_it(&binding.kind))
            .map(|index| variable(BindingId(index)))
    }

    fn operand(&self, id: BindingId, numbering: &Numbering) -> TokenStream {
        let binding = &self.rule[id];
        let fixed = match binding.constraint {
            Constraint::Fixed(register) => Some(register.code()),
            Constraint::Free | Constraint::Early(_) => None,
        };
        match binding.kind {
            BindingKind::Result { .. } => {
                let same = self.rule.same.iter().find(|same| same.result == id);
                let same = same.and_then(|same| numbering.operand(same.operand));
                let place = match (same, fixed, binding.constraint) {
                    (Some(operand), ..) => quote!(Same(#operand)),
                    (None, Some(code), _) => quote!(Fixed(#code)),
                    (None, None, Constraint::Early(_)) => quote!(Early),
                    (None, None, _) => quote!(Register),
                };
                quote!(context.define(::jit_core::machine::Place::#place);)
            }
            BindingKind::Temporary { class } => {
                let class = bank(self.isa[class].view.bank());
                quote!(context.temporary(#class);)
            }
            BindingKind::Register { class, .. } => {
                let value = variable(id);
                let or_zero = self.isa[class].registers.contains(&Register::Zero);
                let read = if or_zero {
                    quote!(read_or_zero)
                } else {
                    quote!(read)
                };
                let fixed = match fixed {
                    None => quote!(None),
                    Some(code) => quote!(Some(#code)),
                };
                quote!(context.#read(#value, ::core::option::Option::#fixed);)
            }
            _ => TokenStream::new(),
        }
    }

    /// The list: what an exit needs, or the arguments of a call.
    fn list(&self) -> TokenStream {
        if let Some(exit) = self.first(|kind| matches!(kind, BindingKind::Exit)) {
            return quote!(context.exit(#exit););
        }
        match &self.rule.list {
            Some(place) if place.convention.is_some() => quote!(context.arguments();),
            _ => TokenStream::new(),
        }
    }

    fn clobbers(&self) -> TokenStream {
        let mut registers: Vec<Register> = Vec::new();
        for clobber in &self.rule.clobbers {
            match clobber.what {
                Clobbered::Flags => {}
                Clobbered::Register(register) => registers.push(register),
                Clobbered::Convention(convention) => {
                    registers.extend(self.isa[convention].clobbered())
                }
            }
        }
        // Registers that are never handed out need not be kept free.
        registers.retain(|register| {
            self.isa
                .classes
                .iter()
                .any(|class| class.registers.contains(register))
        });
        let of = |wanted: Bank| {
            let registers = registers.iter();
            let codes = registers
                .filter(|register| register.bank() == wanted)
                .map(|register| register.code());
            codes.collect::<Vec<u8>>()
        };
        let (general, float) = (of(Bank::General), of(Bank::Float));
        if general.is_empty() && float.is_empty() {
            return TokenStream::new();
        }
        quote! {
            context.clobber(const { ::jit_core::machine::registers(&[#(#general),*], &[#(#float),*]) });
        }
    }
}

fn bank(bank: Bank) -> TokenStream {
    match bank {
        Bank::General => quote!(::jit_core::machine::Class::Int),
        Bank::Float => quote!(::jit_core::machine::Class::Float),
    }
}
