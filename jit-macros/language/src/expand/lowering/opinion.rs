//! A second opinion on coverage and dead rules: the compiler's own.
//!
//! For each total operation there is a function that is never called, with a `match` whose arms are the rules in their
//! order. Rust's exhaustiveness check was written by others, so a mistake in [`space`](crate::space) that lets a gap or
//! a dead rule through would have to be made twice. What `match` cannot say (strides, conditions that are no sets)
//! becomes an arm with a guard: it may fail, and so covers nothing.

use std::collections::BTreeMap;

use proc_macro2::{Group, Literal, Span, TokenStream, TokenTree};
use quote::{format_ident, quote, quote_spanned};

use crate::model::lowering::rows::Rows;
use crate::model::lowering::{Listed, Lowering};
use crate::space::{Operation, OperationId, Pattern, Position, Relations, Row, Set, by_operation};

/// The functions, in a scope of their own; nothing if no operation is total.
pub(super) fn expand(
    lowering: &Lowering,
    rows: &Rows,
    sequence: &[usize],
    relations: &Relations<'_>,
) -> Option<TokenStream> {
    second_opinion(lowering, rows, sequence, relations, needs_rest)
}

/// The functions, where `open` says of which operations the arms do not decide the coverage.
fn second_opinion(
    lowering: &Lowering,
    rows: &Rows,
    sequence: &[usize],
    relations: &Relations<'_>,
    open: Open,
) -> Option<TokenStream> {
    let together = by_operation(&rows.rows, sequence.iter().copied());
    let none = Vec::new();
    let functions: Vec<_> = lowering
        .total
        .iter()
        .map(|listed| {
            let tried = together.get(&OperationId(listed.op.0 as u32));
            let tried = tried.unwrap_or(&none);
            function(lowering, listed, rows, tried, relations, open)
        })
        .collect();
    (!functions.is_empty()).then(|| {
        quote! {
            #[allow(dead_code, unused_variables, clippy::all, reason = "generated: only checked, never run")]
            const _: () = {
                /// What a value can be found to be.
                enum Form<'a> {
                    Unknown,
                    Constant(i64),
                    Definition(u32, &'a [Form<'a>]),
                }
                #(#functions)*
            };
        }
    })
}

/// Whether the arms for some rows of an operation leave its coverage undecided.
type Open = fn(OperationId, &Operation, &Relations<'_>, &[&Row]) -> bool;

/// The function for an operation; `sequence` is that of its rows.
fn function(
    lowering: &Lowering,
    listed: &Listed,
    rows: &Rows,
    sequence: &[usize],
    relations: &Relations<'_>,
    open: Open,
) -> TokenStream {
    let id = OperationId(listed.op.0 as u32);
    let operation = rows.universe.operation(id);
    let types: Vec<_> = operation.operands.iter().filter_map(parameter).collect();
    let names: Vec<_> = (0..types.len())
        .map(|index| format_ident!("operand{index}"))
        .collect();
    let mine: Vec<&Row> = sequence.iter().map(|&row| &rows.rows[row]).collect();
    let mut rows_of_rule: BTreeMap<usize, usize> = BTreeMap::new();
    for row in &mine {
        *rows_of_rule.entry(row.rule).or_default() += 1;
    }
    let arms = mine.iter().map(|row| {
        let (pattern, exact) = arm(row, operation);
        let rule = &lowering.rules[row.rule];
        // The lint is silent about patterns that only the macro has seen.
        let pattern = at(rule.name.span(), pattern);
        let guard = (!exact).then(|| quote!(if opaque));
        // The mirrored form of a rule may well be covered by others; a rule that cannot be reached at all may not.
        let alone = rows_of_rule[&row.rule] == 1;
        let level = if alone { quote!(deny) } else { quote!(allow) };
        quote! { #[#level(unreachable_patterns)] #pattern #guard => {} }
    });
    let impossible = relations.impossible(id).iter().map(|row| {
        let (pattern, _) = arm(row, operation);
        quote! { #[allow(unreachable_patterns, reason = "rules may cover it")] #pattern => {} }
    });
    let rest = open(id, operation, relations, &mine)
        .then(|| quote! { #[allow(unreachable_patterns, reason = "arms may say enough")] _ => {} });
    let name = format_ident!("cover_{}", listed.op.0);
    let span = listed.name.span();
    let scrutinee = quote_spanned! {span=> (#(#names,)*) };
    quote! {
        fn #name(#(#names: #types,)* opaque: bool) {
            match #scrutinee { #(#arms)* #(#impossible)* #rest }
        }
    }
}

/// Whether coverage depends on something that arms cannot say, which leaves the decision to the exact reasoning alone.
fn needs_rest(
    id: OperationId,
    operation: &Operation,
    relations: &Relations<'_>,
    mine: &[&Row],
) -> bool {
    let exact = mine.iter().copied().filter(|row| arm(row, operation).1);
    let exact: Vec<&Row> = exact.collect();
    let known = |position: &Position| match position {
        Position::Attribute { values } => is_all(values),
        Position::Value { .. } | Position::Always(_) => true,
    };
    relations.uncovered(id, &exact).is_some() || !operation.operands.iter().all(known)
}

/// The type of an operand; none if every pattern accepts it.
fn parameter(position: &Position) -> Option<TokenStream> {
    match position {
        Position::Value { .. } => Some(quote!(Form<'_>)),
        Position::Attribute { .. } => Some(quote!(i64)),
        Position::Always(_) => None,
    }
}

/// The pattern of a row, and whether it accepts exactly what the row accepts.
fn arm(row: &Row, operation: &Operation) -> (TokenStream, bool) {
    let mut exact = row.guards.is_empty();
    let patterns: Vec<_> = operation
        .operands
        .iter()
        .zip(&row.operands)
        .filter(|(position, _)| !matches!(position, Position::Always(_)))
        .map(|(position, pattern)| match (position, pattern) {
            (Position::Attribute { .. }, Pattern::Constants(set)) => constants(set, &mut exact),
            (_, pattern) => form(pattern, &mut exact),
        })
        .collect();
    (quote!((#(#patterns,)*)), exact)
}

fn form(pattern: &Pattern, exact: &mut bool) -> TokenStream {
    match pattern {
        Pattern::Any => quote!(_),
        Pattern::Constants(set) => {
            let set = constants(set, exact);
            quote!(Form::Constant(#set))
        }
        Pattern::Definition(OperationId(id), inner) => {
            let inner = inner.iter().map(|pattern| form(pattern, exact));
            quote!(Form::Definition(#id, [#(#inner),*]))
        }
    }
}

fn constants(set: &Set, exact: &mut bool) -> TokenStream {
    let pieces = set.pieces().iter().map(|piece| {
        *exact &= piece.shift == 0 || piece.lo == piece.hi;
        let (lo, hi) = (word(piece.lo), word(piece.hi));
        quote!(#lo..=#hi)
    });
    let pieces: Vec<_> = pieces.collect();
    quote!((#(#pieces)|*))
}

fn word(value: i128) -> Literal {
    Literal::i64_suffixed(value.clamp(i64::MIN.into(), i64::MAX.into()) as i64)
}

fn is_all(set: &Set) -> bool {
    Set::all_i64().outside(set).is_none()
}

/// The same tokens as if they stood at `span`.
fn at(span: Span, tokens: TokenStream) -> TokenStream {
    let moved = tokens.into_iter().map(|token| {
        let mut token = match token {
            TokenTree::Group(group) => {
                TokenTree::from(Group::new(group.delimiter(), at(span, group.stream())))
            }
            token => token,
        };
        token.set_span(span);
        token
    });
    moved.collect()
}

#[cfg(test)]
mod tests;
