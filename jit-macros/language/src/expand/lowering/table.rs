//! The table that describes the rules of a set at run time.

use proc_macro2::{Ident, TokenStream};
use quote::{quote, quote_spanned};

use super::choose::matcher;
use super::emit::other_target;
use super::{Numbering, chooser, function};
use crate::error::file;
use crate::expand::pattern::Tree;
use crate::model::isa::{Isa, LinkId};
use crate::model::lowering::rows::Rows;
use crate::model::lowering::{
    BindingId, BindingKind, Lowering, OperandPattern, OperationPattern, Rule,
};
use crate::model::ops::Ops;
use crate::model::template::{LabelRef, Template};
use crate::space::{OperationId, Relations, by_operation};

/// `RULE_SET` and its rules.
pub(super) fn expand(
    lowering: &Lowering,
    isa: &Isa,
    ops: &Ops,
    rows: &Rows,
    sequence: &[usize],
    relations: &Relations<'_>,
) -> TokenStream {
    let path = &lowering.ops_path;
    let name = lowering.name.to_string();
    let roots = lowering.total.iter().chain(&lowering.partial).map(|root| {
        let (op, chooser) = (&root.name, chooser(&ops[root.op].name));
        quote!(::jit_core::machine::Root { op: #path::Op::#op, choose: #chooser })
    });
    let together = by_operation(&rows.rows, sequence.iter().copied());
    let none = Vec::new();
    let rules = lowering.rules.iter().enumerate().map(|(index, rule)| {
        let operation = OperationId(rule.pattern.op.0 as u32);
        let tried = together.get(&operation).unwrap_or(&none);
        let after: Vec<String> = before(index, rows, tried, relations)
            .into_iter()
            .map(|rule| lowering.rules[rule].name.to_string())
            .collect();
        info(rule, &after, lowering, isa)
    });
    let count = lowering.rules.len();
    let tried = sequence
        .iter()
        .map(|&row| self::row(row, lowering, isa, ops, rows));
    let tried_count = sequence.len();
    let doc = format!("The rules of `{name}`.");
    let lowered = lowered(lowering);
    quote! {
        static RULES: [::jit_core::machine::RuleInfo; #count] = [#(#rules),*];
        static ROWS: [::jit_core::machine::RowInfo; #tried_count] = [#(#tried),*];

        #[doc = #doc]
        pub const RULE_SET: ::jit_core::machine::RuleSet = ::jit_core::machine::RuleSet {
            name: #name,
            rules: &RULES,
            rows: &ROWS,
            roots: &[#(#roots),*],
            is_refused: false,
        };
        #lowered
    }
}

/// How operations that are added to a dialect of another crate find their rules; those of a dialect that is complete are
/// looked up in a table of it.
fn lowered(lowering: &Lowering) -> TokenStream {
    if !lowering.is_extension {
        return TokenStream::new();
    }
    let path = &lowering.ops_path;
    let lists = [&lowering.total, &lowering.partial, &lowering.unlowered];
    let roots = lists.into_iter().flatten().map(|root| &root.name);
    let lowered = roots.map(|root| {
        // Rust speaks up here if another rule set lowers the same.
        quote_spanned! {root.span()=>
            impl ::jit_core::machine::Lowered for #path::lowered::#root {
                fn rules() -> &'static ::jit_core::machine::RuleSet {
                    &RULE_SET
                }
            }
        }
    });
    quote!(#(#lowered)*)
}

/// A rule set without rules, so that whoever refers to it adds no errors of its own. Operations are named all the same:
/// by that, editors find where they are declared.
pub(super) fn nothing(lowering: &Lowering) -> TokenStream {
    let name = lowering.name.to_string();
    let lowered = lowered(lowering);
    let path = &lowering.ops_path;
    let lists = [&lowering.total, &lowering.partial, &lowering.unlowered];
    let listed = lists.into_iter().flatten().map(|listed| &listed.name);
    let mut named: Vec<&Ident> = listed.collect();
    let rules = lowering.rules.iter().map(|rule| &rule.pattern);
    let impossible = lowering
        .impossible
        .iter()
        .map(|impossible| &impossible.pattern);
    for pattern in rules.chain(impossible) {
        operations(pattern, &mut named);
    }
    quote! {
        #[doc(hidden)]
        pub const RULE_SET: ::jit_core::machine::RuleSet = ::jit_core::machine::RuleSet {
            name: #name,
            rules: &[],
            rows: &[],
            roots: &[],
            is_refused: true,
        };
        const _: () = { #(let _ = #path::Op::#named;)* };
        #lowered
    }
}

/// The operations of a pattern, each by the word that names it there.
fn operations<'a>(pattern: &'a OperationPattern, named: &mut Vec<&'a Ident>) {
    named.push(&pattern.name);
    for operand in &pattern.operands {
        if let OperandPattern::Definition(inner) = operand {
            operations(inner, named);
        }
    }
}

/// The rules that are tried before a rule and accept a common input; `sequence` is that of their operation.
fn before(index: usize, rows: &Rows, sequence: &[usize], relations: &Relations<'_>) -> Vec<usize> {
    let mut rules: Vec<usize> = Vec::new();
    for (position, &row) in sequence
        .iter()
        .enumerate()
        .filter(|(_, row)| rows.rows[**row].rule == index)
    {
        for &earlier in &sequence[..position] {
            let rule = rows.rows[earlier].rule;
            let meets = || {
                relations
                    .overlap(&rows.rows[earlier], &rows.rows[row])
                    .is_some()
            };
            if rule != index && !rules.contains(&rule) && meets() {
                rules.push(rule);
            }
        }
    }
    rules
}

fn info(rule: &Rule, after: &[String], lowering: &Lowering, isa: &Isa) -> TokenStream {
    let name = rule.name.to_string();
    let (path, op) = (&lowering.ops_path, &rule.pattern.name);
    let (file, line) = (
        file(rule.region.first),
        rule.region.first.start().line as u32,
    );
    let Rule {
        doc,
        pattern_text,
        condition_text,
        template_text,
        ..
    } = rule;
    let (least, most) = rule.size();
    let most = most.map_or_else(|| quote!(None), |most| quote!(Some(#most)));
    let clobbers = rule.clobbers.iter().map(|clobber| &clobber.text);
    let links = links(rule, isa);
    let (emit, size): (Ident, Ident) = (function("emit", rule), function("size", rule));
    quote! {
        ::jit_core::machine::RuleInfo {
            name: #name,
            op: #path::Op::#op,
            file: #file,
            line: #line,
            doc: #doc,
            pattern: #pattern_text,
            condition: #condition_text,
            template: #template_text,
            min_bytes: #least,
            max_bytes: ::core::option::Option::#most,
            clobbers: &[#(#clobbers),*],
            after: &[#(#after),*],
            links: &[#(#links),*],
            emit: #emit,
            size: #size,
        }
    }
}

/// One of the ways in which a rule matches.
fn row(row: usize, lowering: &Lowering, isa: &Isa, ops: &Ops, rows: &Rows) -> TokenStream {
    let (index, variant) = (rows.rows[row].rule, rows.rows[row].variant as u8);
    let rule = &lowering.rules[index];
    let tree = Tree {
        rule,
        isa: Some(isa),
        ops,
        path: &lowering.ops_path,
    };
    let tree = tree.operation(&rows.patterns[row]);
    let is_exact = rule.is_exact();
    let matcher = matcher(lowering, rows, row);
    quote! {
        ::jit_core::machine::RowInfo {
            rule: &RULES[#index],
            variant: #variant,
            tree: #tree,
            is_exact: #is_exact,
            apply: #matcher::<::jit_core::ir::trace::Untraced>,
            explain: #matcher::<::jit_core::machine::Findings>,
        }
    }
}

/// Everything that the templates refer to by distance: literals in their order, then the branch in both directions.
fn links(rule: &Rule, isa: &Isa) -> Vec<TokenStream> {
    let numbering = Numbering::new(rule);
    let mut links: Vec<TokenStream> = Vec::new();
    for (index, id) in numbering.pool.iter().enumerate() {
        let index = index as u8;
        if let Some(link) = rule[*id].name.as_ref().and_then(|name| link_to(rule, name)) {
            links.push(link_info(&quote!(Pool(#index)), [Some(link)], isa));
        }
    }
    if let Some(branch) = &rule.branch {
        let link = |template: &Template| {
            template
                .lines()
                .find_map(|line| line.label.as_ref())
                .map(|label| label.link)
        };
        let both = [
            link(&branch.template),
            branch.inverse.as_ref().and_then(link),
        ];
        links.push(link_info(&target(rule, branch.target), both, isa));
        if let Some(other) = other_target(rule, branch) {
            links.push(link_info(&target(rule, other), both, isa));
        }
    }
    links
}

fn target(rule: &Rule, id: BindingId) -> TokenStream {
    match rule[id].kind {
        BindingKind::Block(position) => {
            let position = position as u8;
            quote!(Block(#position))
        }
        _ => quote!(Exit),
    }
}

/// The link by which the main template reaches a label.
fn link_to(rule: &Rule, name: &Ident) -> Option<LinkId> {
    let lines = rule.emit.as_ref()?.lines();
    lines
        .filter_map(|line| line.label.as_ref())
        .find(|label| label.label == LabelRef::Dynamic(name.clone()))
        .map(|label| label.link)
}

/// The shortest of several reaches, for a template may be replaced by its inverse.
fn link_info(
    target: &TokenStream,
    links: impl IntoIterator<Item = Option<LinkId>>,
    isa: &Isa,
) -> TokenStream {
    let bounds = links
        .into_iter()
        .flatten()
        .filter_map(|link| isa[link].reach.bounds());
    let (least, most) = bounds.fold(
        (i64::MIN.into(), i64::MAX.into()),
        |(least, most): (i128, i128), (lo, hi)| (least.max(lo), most.min(hi)),
    );
    let (least, most) = (least as i64, most as i64);
    quote! {
        ::jit_core::machine::LinkInfo {
            target: ::jit_core::machine::LinkTarget::#target,
            reach: ::jit_core::machine::Reach { least: #least, most: #most },
        }
    }
}
