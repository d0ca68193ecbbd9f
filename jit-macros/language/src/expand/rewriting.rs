//! What `rewriting!` leaves behind in Rust: a function per row that matches and replaces, a function that tries the rows
//! of an operation in their order, and a table that describes the rules.

mod replace;
mod take;

use std::collections::BTreeSet;

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::references;
use crate::error::{Code, Context, file};
use crate::invocation::Declarations;
use crate::model::lowering::{BindingId, Rule};
use crate::model::ops::{Ops, Representation, TypeId};
use crate::model::rewriting::{Rewriting, Right};
use crate::reading::{self, RewriteSet};
use crate::space::{OperationId, by_operation};

/// One invocation, from its tokens to the expansion: nothing is expanded if there is a mistake.
pub fn invocation(known: Declarations, context: &Context) -> TokenStream {
    let Some(ops) = &known.ops else {
        context.error(
            Code::Syntax,
            Span::call_site(),
            "rules need the operations that they are for",
        );
        return TokenStream::new();
    };
    let Some(set) = reading::rewriting(known.body, ops, context) else {
        return TokenStream::new();
    };
    let references = references::preferences(&set.rewriting.left);
    let rules = match context.has_errors() {
        true => table(&set.rewriting, ops, &[]),
        false => expand(&set, ops),
    };
    quote!(#rules #references)
}

fn expand(set: &RewriteSet, ops: &Ops) -> TokenStream {
    let rewriting = &set.rewriting;
    let sequence = &set.order.sequence;
    let rows = sequence.iter().map(|&row| {
        let index = set.rows.rows[row].rule;
        let (left, right) = (&rewriting.left.rules[index], &rewriting.right[index]);
        let name = function(set, row);
        let taken = take::expand(left, &set.rows.patterns[row], ops, &rewriting.ops_path);
        let replaced = replace::expand(left, right, ops, &rewriting.ops_path);
        let dialect = dialect(rewriting, ops);
        quote! {
            #[allow(unused_variables, clippy::all, reason = "generated: what a rule does not need is not left out")]
            fn #name(site: &mut ::jit_core::ir::rewriting::Site<'_, #dialect>) -> bool {
                #taken
                #replaced
                true
            }
        }
    });
    let mut rows_of = vec![Vec::new(); rewriting.left.rules.len()];
    for &row in sequence {
        rows_of[set.rows.rows[row].rule].push(function(set, row));
    }
    let rules = rows_of.iter().enumerate();
    let rules: Vec<TokenStream> = rules.map(|(index, rows)| info(index, rows, set)).collect();
    let dispatch = dispatch(set, ops);
    let table = table(rewriting, ops, &rules);
    quote! { #(#rows)* #dispatch #table }
}

/// The type of the dialect.
fn dialect(rewriting: &Rewriting, ops: &Ops) -> TokenStream {
    let (path, dialect) = (&rewriting.ops_path, &ops.dialect);
    quote!(#path::#dialect)
}

/// The function for a row.
fn function(set: &RewriteSet, row: usize) -> Ident {
    let row = &set.rows.rows[row];
    let rule = &set.rewriting.left.rules[row.rule].name;
    match row.variant {
        0 => format_ident!("rewrite_{rule}"),
        variant => format_ident!("rewrite_{rule}_swapped_{variant}"),
    }
}

/// Tries folding first, then the rows of the operation in their order.
fn dispatch(set: &RewriteSet, ops: &Ops) -> TokenStream {
    let rewriting = &set.rewriting;
    let path = &rewriting.ops_path;
    let dialect = dialect(rewriting, ops);
    let folds: BTreeSet<usize> = rewriting.fold.iter().map(|listed| listed.op.0).collect();
    let together = by_operation(&set.rows.rows, set.order.sequence.iter().copied());
    let arms = ops.ops.iter().enumerate().filter_map(|(index, op)| {
        let fold = op.result.filter(|_| folds.contains(&index)).map(|ty| {
            let make = constant(ty, &quote!(word as i64), ops, path);
            quote! {
                if let ::core::option::Option::Some(word) = site.folded() {
                    let value = #make;
                    site.becomes(::core::option::Option::Some(value));
                    return ::core::option::Option::Some(::jit_core::ir::rewriting::Applied::Fold);
                }
            }
        });
        let of_op = together.get(&OperationId(index as u32));
        let tries: Vec<TokenStream> = of_op
            .into_iter()
            .flatten()
            .map(|&row| {
                let (name, rule) = (function(set, row), set.rows.rows[row].rule);
                quote! {
                    if #name(site) {
                        return ::core::option::Option::Some(::jit_core::ir::rewriting::Applied::Rule(#rule));
                    }
                }
            })
            .collect();
        if fold.is_none() && tries.is_empty() {
            return None;
        }
        let name = &op.name;
        Some(quote!(#path::Op::#name => { #fold #(#tries)* }))
    });
    quote! {
        fn rewrite(
            site: &mut ::jit_core::ir::rewriting::Site<'_, #dialect>,
        ) -> ::core::option::Option<::jit_core::ir::rewriting::Applied> {
            match site.op() {
                #(#arms)*
                _ => {}
            }
            ::core::option::Option::None
        }
    }
}

/// `REWRITE_SET` with `rules`; one without any rewrites nothing.
fn table(rewriting: &Rewriting, ops: &Ops, rules: &[TokenStream]) -> TokenStream {
    let name = rewriting.name.to_string();
    let dialect = dialect(rewriting, ops);
    let (doc, path) = (format!("The rules of `{name}`."), &rewriting.ops_path);
    let (folded, rewrite) = match rules.is_empty() {
        true => (Vec::new(), quote!(|_| ::core::option::Option::None)),
        false => {
            let folded = rewriting.fold.iter().map(|listed| {
                let name = &listed.name;
                quote!(#path::Op::#name)
            });
            (folded.collect(), quote!(rewrite))
        }
    };
    quote! {
        #[doc = #doc]
        pub const REWRITE_SET: ::jit_core::ir::rewriting::RewriteSet<#dialect> =
            ::jit_core::ir::rewriting::RewriteSet {
                name: #name,
                rules: &[#(#rules),*],
                folded: &[#(#folded),*],
                rewrite: #rewrite,
            };
    }
}

/// A rule in the table; `rows` are the functions that try it, in their order.
fn info(index: usize, rows: &[Ident], set: &RewriteSet) -> TokenStream {
    let (left, right): (&Rule, &Right) = (
        &set.rewriting.left.rules[index],
        &set.rewriting.right[index],
    );
    let (name, doc) = (left.name.to_string(), &left.doc);
    let (pattern, condition) = (&left.pattern_text, &left.condition_text);
    let right = &right.text;
    let (file, line) = (
        file(left.region.first),
        left.region.first.start().line as u32,
    );
    quote! {
        ::jit_core::ir::rewriting::RewriteRule {
            name: #name,
            doc: #doc,
            pattern: #pattern,
            condition: #condition,
            right: #right,
            file: #file,
            line: #line,
            apply: |site| false #(|| #rows(site))*,
        }
    }
}

/// The Rust variable that holds the value that a constant arrived as.
fn arrived(id: BindingId) -> Ident {
    Ident::new(&format!("arrived_{}", id.0), Span::mixed_site())
}

/// What is left of the `i64` that `value` yields in the width of a type, as an instruction holds it.
fn in_width(ty: TypeId, value: &TokenStream, ops: &Ops) -> TokenStream {
    match ops[ty].representation {
        Some(Representation::I32) => quote!(i64::from((#value) as i32)),
        Some(Representation::U32) => quote!(i64::from((#value) as u32)),
        _ => quote!((#value)),
    }
}

/// Code that makes a value out of a constant, given the `i64`.
fn constant(ty: TypeId, value: &TokenStream, ops: &Ops, path: &TokenStream) -> TokenStream {
    let value = in_width(ty, value, ops);
    let name = &ops[ty].name;
    // Resolution has refused constants of types that have no such operation.
    let op = ops.constant_op(ty).map(|op| &ops[op].name);
    quote!(site.make_value(#path::Op::#op, #path::Type::#name, &[], &[#value], &[]))
}
