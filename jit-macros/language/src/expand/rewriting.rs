//! What `rewriting!` leaves behind in Rust: a function per row that matches and replaces, a function that tries the rows
//! of an operation in their order, and a table that describes the rules.
//!
//! Rules that lead to another dialect have the same functions, at a site of another type ([`expansion`]).

mod expansion;
mod replace;
mod take;

use std::collections::{BTreeMap, BTreeSet};

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote};

use super::names::snake;
use super::pattern::Tree;
use super::references;
use crate::error::{Code, Context, file};
use crate::invocation::Declarations;
use crate::model::lowering::BindingId;
use crate::model::ops::{OpId, Ops, Representation, TypeId};
use crate::model::rewriting::{Dialects, Rewriting};
use crate::reading::{self, RewriteSet};

/// The dialects of both sides, and the modules in which they are declared.
struct Sides<'a> {
    dialects: Dialects<'a>,
    from: &'a TokenStream,
    to: &'a TokenStream,
}

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
    let dialects = Dialects {
        from: ops,
        to: known.to.as_ref().unwrap_or(ops),
    };
    let body = known.body.clone();
    let Some(set) = reading::rewriting(known.body, dialects, context) else {
        return TokenStream::new();
    };
    let references = references::of_rewriting(&set.rewriting, dialects, &body);
    let rewriting = &set.rewriting;
    let sides = Sides {
        dialects,
        from: &rewriting.ops_path,
        to: rewriting.to_path.as_ref().unwrap_or(&rewriting.ops_path),
    };
    let rules = match (dialects.differ(), context.has_errors()) {
        (true, has_errors) => expansion::expand(&set, &sides, has_errors),
        (false, true) => table(rewriting, ops, &[], &quote!(&[]), &quote!(&[])),
        (false, false) => expand(&set, &sides),
    };
    quote!(#references #rules)
}

fn expand(set: &RewriteSet, sides: &Sides<'_>) -> TokenStream {
    let (rewriting, ops) = (&set.rewriting, sides.dialects.from);
    let dialect = dialect(rewriting, ops);
    let parameters = quote!(site: &mut ::jit_core::ir::rewriting::Site<'_, #dialect>);
    let rows = rows(set, sides, &parameters);
    let rules = rows_of_rules(set);
    let rules = rules.iter().enumerate();
    let rules: Vec<TokenStream> = rules.map(|(index, rows)| info(index, rows, set)).collect();
    let dispatch = dispatch(set, ops);
    let table = table(rewriting, ops, &rules, &row_table(set, sides), &asked(set));
    quote! { #rows #dispatch #table }
}

/// A function for each row, which says whether it accepts the instruction at a site, and replaces it then, unless whoever
/// it reports to only asks.
fn rows(set: &RewriteSet, sides: &Sides<'_>, parameters: &TokenStream) -> TokenStream {
    let rewriting = &set.rewriting;
    let dialect = dialect(rewriting, sides.dialects.from);
    let op = quote!(<#dialect as ::jit_core::ir::Dialect>::Op);
    let rows = set.order.sequence.iter().map(|&row| {
        let index = set.rows.rows[row].rule;
        let (left, right) = (&rewriting.left.rules[index], &rewriting.right[index]);
        let name = function(set, row);
        let pattern = &set.rows.patterns[row];
        let taken = take::expand(left, pattern, sides.dialects.from, sides.from);
        let replaced = replace::expand(left, right, sides);
        quote! {
            #[allow(unused_variables, clippy::all, reason = "generated: what a rule does not need is not left out")]
            fn #name<T: ::jit_core::ir::trace::Trace<#op>>(#parameters, trace: &mut T) -> bool {
                #taken
                if T::APPLIES {
                    #replaced
                }
                true
            }
        }
    });
    rows.collect()
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

/// For each operation the functions of its rows, in the order in which they are tried, each with its place in the table of
/// rows.
fn tried(set: &RewriteSet) -> BTreeMap<OpId, Vec<(Ident, usize)>> {
    let mut tried: BTreeMap<OpId, Vec<(Ident, usize)>> = BTreeMap::new();
    for (place, &row) in set.order.sequence.iter().enumerate() {
        let op = OpId(set.rows.rows[row].operation.0 as usize);
        let of_op = tried.entry(op).or_default();
        of_op.push((function(set, row), place));
    }
    tried
}

/// The table of rows, in the order in which they are tried.
fn row_table(set: &RewriteSet, sides: &Sides<'_>) -> TokenStream {
    let rows = set.order.sequence.iter().map(|&row| {
        let (index, variant) = (set.rows.rows[row].rule, set.rows.rows[row].variant as u8);
        let rule = &set.rewriting.left.rules[index];
        let tree = Tree {
            rule,
            isa: None,
            ops: sides.dialects.from,
            path: sides.from,
        };
        let tree = tree.operation(&set.rows.patterns[row]);
        let is_exact = rule.is_exact();
        quote! {
            ::jit_core::ir::pattern::LeftRow {
                rule: #index,
                variant: #variant,
                tree: #tree,
                is_exact: #is_exact,
            }
        }
    });
    quote!(&[#(#rows),*])
}

/// For each row what asks without replacing anything.
fn asked(set: &RewriteSet) -> TokenStream {
    let rows = set.order.sequence.iter().map(|&row| function(set, row));
    quote!(&[#(#rows::<::jit_core::ir::trace::Findings<_>>),*])
}

/// For each operation a function that tries folding first, then the rows in their order; and one that finds it.
fn dispatch(set: &RewriteSet, ops: &Ops) -> TokenStream {
    let rewriting = &set.rewriting;
    let path = &rewriting.ops_path;
    let dialect = dialect(rewriting, ops);
    let signature = quote! {
        (
            site: &mut ::jit_core::ir::rewriting::Site<'_, #dialect>,
        ) -> ::core::option::Option<::jit_core::ir::rewriting::Applied>
    };
    let folds: BTreeSet<usize> = rewriting.fold.iter().map(|listed| listed.op.0).collect();
    let mut tried = tried(set);
    let (mut functions, mut arms) = (TokenStream::new(), TokenStream::new());
    for (index, op) in ops.ops.iter().enumerate() {
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
        let tries = tried.remove(&OpId(index)).unwrap_or_default();
        if fold.is_none() && tries.is_empty() {
            continue;
        }
        let tries = tries.iter().map(|(name, row)| {
            quote! {
                if #name(site, &mut ::jit_core::ir::trace::Untraced) {
                    return ::core::option::Option::Some(::jit_core::ir::rewriting::Applied::Row(#row));
                }
            }
        });
        let (name, function) = (&op.name, format_ident!("rewriting_of_{}", snake(&op.name)));
        // Inlined into each other, all rules would be one function, which takes a compiler longer the more it has.
        functions.extend(quote! {
            #[inline(never)]
            fn #function #signature {
                #fold
                #(#tries)*
                ::core::option::Option::None
            }
        });
        arms.extend(quote!(#path::Op::#name => #function(site),));
    }
    quote! {
        #functions

        fn rewrite #signature {
            match site.left().op() {
                #arms
                _ => ::core::option::Option::None,
            }
        }
    }
}

/// `REWRITE_SET` with `rules` and `rows`; one without any rewrites nothing.
fn table(
    rewriting: &Rewriting,
    ops: &Ops,
    rules: &[TokenStream],
    rows: &TokenStream,
    explain: &TokenStream,
) -> TokenStream {
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
                rows: #rows,
                explain: #explain,
                folded: &[#(#folded),*],
                rewrite: #rewrite,
            };
    }
}

/// A rule in the table; `rows` are the functions that try it, in their order.
fn info(index: usize, rows: &[Ident], set: &RewriteSet) -> TokenStream {
    let text = text(index, set);
    quote! {
        ::jit_core::ir::rewriting::RewriteRule {
            text: #text,
            apply: |site| false #(|| #rows(site, &mut ::jit_core::ir::trace::Untraced))*,
        }
    }
}

/// The functions of the rows of each rule, in the order in which they are tried.
fn rows_of_rules(set: &RewriteSet) -> Vec<Vec<Ident>> {
    let mut rows = vec![Vec::new(); set.rewriting.left.rules.len()];
    for &row in &set.order.sequence {
        rows[set.rows.rows[row].rule].push(function(set, row));
    }
    rows
}

/// What a rule says.
fn text(index: usize, set: &RewriteSet) -> TokenStream {
    let (left, right) = (
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
        ::jit_core::ir::rewriting::RuleText {
            name: #name,
            doc: #doc,
            pattern: #pattern,
            condition: #condition,
            right: #right,
            file: #file,
            line: #line,
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
