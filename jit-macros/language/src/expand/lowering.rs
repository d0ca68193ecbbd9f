//! What `lowering!` leaves behind in Rust: decision code per operation, a template function and a size function per rule,
//! and a table that describes them.
//!
//! For every way in which a rule can match there is one `match_…` function, which asks first and states what it chose
//! last; for every operation a `select_…` function, which tries them in their order. That order is the one that
//! [`space`](crate::space) derives from containment and preferences: nothing is decided here.

mod attempts;
pub(super) mod choose;
mod emit;
mod opinion;
mod size;
mod table;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use crate::error::{Code, Context};
use crate::expand::names::snake;
use crate::expand::references;
use crate::invocation::Declarations;
use crate::model::isa::Isa;
use crate::model::lowering::rows::Rows;
use crate::model::lowering::{BindingId, BindingKind, Lowering, Rule};
use crate::model::ops::Ops;
use crate::model::template::{ImmediateRef, Item, LabelRef, RegisterRef, Template};
use crate::reading;
use crate::space::Relations;

/// One invocation, from its tokens to the expansion: nothing is expanded if there is a mistake, for rules without order or
/// with wrong templates have no meaning.
pub fn invocation(known: Declarations, context: &Context) -> TokenStream {
    let Some(ops) = &known.ops else {
        context.error(
            Code::Syntax,
            Span::call_site(),
            "rules need the operations that they are for",
        );
        return TokenStream::new();
    };
    let Some(set) = reading::lowering(known.body, &known.isa, ops, known.calls.as_ref(), context)
    else {
        return TokenStream::new();
    };
    let (lowering, sequence) = (&set.lowering, &set.order.sequence);
    let references = references::of_lowering(lowering, &known.isa, ops, &set.declaration);
    let rules = match context.has_errors() {
        true => table::nothing(lowering),
        false => expand(lowering, &known.isa, ops, &set.rows, sequence),
    };
    quote!(#references #rules)
}

/// Expands a rule set whose rows are tried in the order `sequence`.
fn expand(
    lowering: &Lowering,
    isa: &Isa,
    ops: &Ops,
    rows: &Rows,
    sequence: &[usize],
) -> TokenStream {
    let relations = Relations::new(&rows.universe, &rows.impossible);
    let choose = choose::expand(lowering, isa, ops, rows, sequence);
    let rules = lowering.rules.iter().map(|rule| {
        let emit = emit::expand(rule, lowering);
        let size = size::expand(rule);
        quote! { #emit #size }
    });
    let table = table::expand(lowering, isa, ops, rows, sequence, &relations);
    let opinion = opinion::expand(lowering, rows, sequence, &relations);
    quote! { #choose #(#rules)* #table #opinion }
}

/// The numbers by which a template finds what selection stated.
struct Numbering {
    /// Result, registers of the pattern, temporaries: operands in this order.
    operands: Vec<BindingId>,
    /// Constants that some template names.
    immediates: Vec<BindingId>,
    /// Literals.
    pool: Vec<BindingId>,
}

impl Numbering {
    fn new(rule: &Rule) -> Numbering {
        let used = named_in_templates(rule);
        let ids = || (0..rule.bindings.len()).map(BindingId);
        let is_operand = |id: &BindingId| matches!(rule[*id].kind, BindingKind::Register { .. });
        // An operand that nothing names need not be in a register.
        let is_read = |id: &BindingId| is_operand(id) && rule[*id].name.is_some();
        let is_temporary = |id: &BindingId| matches!(rule[*id].kind, BindingKind::Temporary { .. });
        let is_immediate = |id: &BindingId| {
            matches!(
                rule[*id].kind,
                BindingKind::Constant { .. } | BindingKind::Let { .. }
            )
        };
        let is_literal = |id: &BindingId| matches!(rule[*id].kind, BindingKind::Literal { .. });
        let is_named = |id: &BindingId| {
            rule[*id]
                .name
                .as_ref()
                .is_some_and(|name| used.contains(name))
        };
        Numbering {
            operands: rule
                .result
                .into_iter()
                .chain(ids().filter(is_read))
                .chain(ids().filter(is_temporary))
                .collect(),
            immediates: ids().filter(is_immediate).filter(is_named).collect(),
            pool: ids().filter(is_literal).collect(),
        }
    }

    fn operand(&self, id: BindingId) -> Option<u8> {
        position(&self.operands, id)
    }

    fn immediate(&self, id: BindingId) -> Option<u8> {
        position(&self.immediates, id)
    }

    fn literal(&self, id: BindingId) -> Option<u8> {
        position(&self.pool, id)
    }
}

fn position(ids: &[BindingId], id: BindingId) -> Option<u8> {
    ids.iter()
        .position(|other| *other == id)
        .map(|index| index as u8)
}

/// Everything that the lines of a template name, each name once.
fn named_in(template: &Template) -> Vec<Ident> {
    let mut names: Vec<Ident> = Vec::new();
    let mut add = |name: &Ident| {
        if !names.contains(name) {
            names.push(name.clone());
        }
    };
    for item in &template.items {
        let Item::Line(line) = item else { continue };
        for register in &line.registers {
            if let RegisterRef::Bound(name) = &register.register {
                add(name);
            }
        }
        for immediate in &line.immediates {
            if let ImmediateRef::Bound(name) = &immediate.value {
                add(name);
            }
        }
        if let Some(label) = &line.label
            && let LabelRef::Dynamic(name) = &label.label
        {
            add(name);
        }
    }
    names
}

fn named_in_templates(rule: &Rule) -> Vec<Ident> {
    rule.templates()
        .flat_map(|(_, template)| named_in(template))
        .collect()
}

/// A function that belongs to a rule: `emit_add_imm12`.
fn function(what: &str, rule: &Rule) -> Ident {
    format_ident!("{what}_{}", rule.name, span = rule.name.span())
}

/// The function that chooses for an operation: `select_add`.
fn chooser(op: &Ident) -> Ident {
    let op = snake(op);
    format_ident!("select_{}", op)
}

#[cfg(test)]
mod tests;
