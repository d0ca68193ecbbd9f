//! All checks of a set of rewriting rules.

use std::collections::BTreeSet;

use super::{condition, coverage, documentation, effects, endless, order};
use crate::error::{Code, Context, Diagnostic};
use crate::model::isa::Isa;
use crate::model::lowering::rows::Rows;
use crate::model::lowering::{BindingId, Rule};
use crate::model::rewriting::{Dialects, Rewriting, Right};
use crate::space::Order;

/// Reports everything that is wrong with `rewriting`, given the rows of its left sides and their order.
pub fn check(
    rewriting: &Rewriting,
    dialects: Dialects<'_>,
    rows: &Rows,
    in_order: &Order,
    context: &Context,
) {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    let rules = || rewriting.left.rules.iter().zip(&rewriting.right);
    for (left, right) in rules() {
        for finding in in_rule(left, right, dialects) {
            // The instances of a family share their mistakes: the first one stands for all of them.
            let key = (finding.code.name(), format!("{:?}", finding.regions));
            if seen.insert(key) {
                found.push(finding);
            }
        }
    }
    // A machine without kinds of immediates, which left sides have none of.
    found.extend(condition::idle(
        &rewriting.left.written(),
        &Isa::default(),
    ));
    found.extend(among_rules(rewriting, dialects, rows, in_order, context));
    found.extend(documentation::check_rules(&rewriting.left.rules));
    found
        .into_iter()
        .for_each(|finding| context.report(finding));
}

/// What is wrong with rules of which each is right by itself.
pub fn among_rules(
    rewriting: &Rewriting,
    dialects: Dialects<'_>,
    rows: &Rows,
    in_order: &Order,
    context: &Context,
) -> Vec<Diagnostic> {
    let mut found = order::check(&rewriting.left, rows, in_order, context);
    // Nobody takes what has become another dialect's; but nothing may stay behind.
    match dialects.differ() {
        false => found.extend(endless::check(rewriting, dialects.from, rows)),
        true if rewriting.left.incomplete => {}
        true => found.extend(coverage::check(&rewriting.left, rows, false)),
    }
    found
}

/// What is wrong with a rule by itself.
pub fn in_rule(left: &Rule, right: &Right, dialects: Dialects<'_>) -> Vec<Diagnostic> {
    let mut found = unused(left, right);
    found.extend(effects::check(left, right, dialects));
    found
}

/// Every name that a pattern binds is used, on the right side, in a condition, or once more in the pattern (JL030).
fn unused(left: &Rule, right: &Right) -> Vec<Diagnostic> {
    use crate::model::lowering::BindingKind;
    let mut used: BTreeSet<BindingId> = right.names().into_iter().collect();
    used.extend(
        left.bindings
            .iter()
            .filter_map(|binding| match binding.kind {
                BindingKind::Again(first) => Some(first),
                _ => None,
            }),
    );
    let bindings = left.bindings.iter().enumerate();
    bindings
        .filter_map(|(index, binding)| {
            let (id, name) = (BindingId(index), binding.name.as_ref()?);
            // What is given is bound because it is named.
            let is_given = matches!(binding.kind, BindingKind::Given(_));
            if is_given || binding.tested || used.contains(&id) {
                return None;
            }
            let message = format!("`{name}` is bound and never used");
            let diagnostic = Diagnostic::new(Code::UnboundOrUnused, binding.region, message);
            Some(diagnostic.help("write `_`, or use it"))
        })
        .collect()
}
