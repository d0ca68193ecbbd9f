//! The bindings of a rule as Rust variables, and what conditions and expressions say about them.
//!
//! Decision code of lowering rules and left sides of rewriting rules state the same things here, so that a condition means
//! the same in both.

use proc_macro2::{Ident, Literal, Span, TokenStream};
use quote::quote;

use crate::model::isa::ImmediateId;
use crate::model::lowering::expression::Expression;
use crate::model::lowering::{BindingId, Condition, Rule};
use crate::space::Set;

/// The Rust variable that holds a binding.
pub fn variable(id: BindingId) -> Ident {
    Ident::new(&format!("binding_{}", id.0), Span::mixed_site())
}

/// An expression over bindings, as an `i64`.
pub fn computed(value: &Expression) -> TokenStream {
    value.tokens(&|id| {
        let variable = variable(id);
        quote!(#variable)
    })
}

/// Code that goes away unless all conditions of a rule hold; `fits` says whether a kind of immediate holds a value, `named`
/// what it is called.
pub fn conditions(
    rule: &Rule,
    fits: &dyn Fn(ImmediateId, &TokenStream) -> TokenStream,
    named: &dyn Fn(ImmediateId) -> String,
) -> TokenStream {
    let conditions = rule.conditions.iter().map(|condition| {
        let holds = holds(condition, fits);
        let text = text(condition, rule, named);
        let words = condition.names().into_iter().map(|id| {
            let (name, variable) = (called(rule, id), variable(id));
            quote!((#name, #variable))
        });
        quote! { if !(#holds) { return trace.unmet(#text, &[#(#words),*]); } }
    });
    conditions.collect()
}

/// What the declaration calls a binding.
pub fn called(rule: &Rule, id: BindingId) -> String {
    let name = rule[id].name.as_ref();
    name.map_or_else(|| "_".to_owned(), Ident::to_string)
}

/// A condition as it is written, or what a kind of immediate asks besides its range.
fn text(condition: &Condition, rule: &Rule, named: &dyn Fn(ImmediateId) -> String) -> String {
    let text = |value: &Expression| value.text(&|id| called(rule, id));
    match condition {
        Condition::Compare {
            comparison,
            left,
            right,
        } => format!("{} {} {}", text(left), comparison.symbol(), text(right)),
        Condition::Fits { kind, value, .. } => format!("{} is a {}", text(value), named(*kind)),
        Condition::Holds {
            predicate, value, ..
        } => format!("{}({})", predicate.name(), text(value)),
    }
}

/// Whether a condition holds.
fn holds(
    condition: &Condition,
    fits: &dyn Fn(ImmediateId, &TokenStream) -> TokenStream,
) -> TokenStream {
    match condition {
        Condition::Compare {
            comparison,
            left,
            right,
        } => {
            let (left, right) = (computed(left), computed(right));
            let operator: TokenStream = comparison.symbol().parse().unwrap_or_default();
            quote!(#left #operator #right)
        }
        Condition::Holds { value, .. } => {
            let value = computed(value);
            quote!(i64::count_ones(#value) == 1)
        }
        Condition::Fits { kind, value, .. } => fits(*kind, &computed(value)),
    }
}

/// Whether `variable`, an `i64`, is in `set`; none if it always is.
pub fn contains(set: &Set, variable: &Ident) -> Option<TokenStream> {
    let (least, most) = (i128::from(i64::MIN), i128::from(i64::MAX));
    if set
        .pieces()
        .iter()
        .any(|piece| piece.lo <= least && piece.hi >= most && piece.shift == 0)
    {
        return None;
    }
    let pieces = set.pieces().iter().map(|piece| {
        let lo = Literal::i64_suffixed(piece.lo.clamp(least, most) as i64);
        let hi = Literal::i64_suffixed(piece.hi.clamp(least, most) as i64);
        let range = if piece.lo == piece.hi {
            quote!(#variable == #lo)
        } else {
            quote!((#lo..=#hi).contains(&#variable))
        };
        match piece.shift {
            0 => range,
            shift => {
                let mask = Literal::i64_suffixed(((1i128 << shift) - 1) as i64);
                let residue = Literal::i64_suffixed(piece.residue() as i64);
                quote!((#range && #variable & #mask == #residue))
            }
        }
    });
    let mut pieces = pieces.peekable();
    pieces.peek()?;
    Some(quote!(#(#pieces)||*))
}
