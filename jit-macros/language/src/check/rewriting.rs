//! All checks of a set of rewriting rules.

use std::collections::BTreeSet;

use super::{condition, coverage, documentation, effects, endless, order};
use crate::error::{Code, Context, Diagnostic, Region};
use crate::model::lowering::rows::Rows;
use crate::model::lowering::{BindingId, Rule};
use crate::model::ops::Ops;
use crate::model::rewriting::{Dialects, Rewriting, Right, Term};
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
    found.extend(condition::idle(&rewriting.left.written()));
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
    found.extend(unneeded(right, right, dialects.to));
    found.extend(effects::check(left, right, dialects));
    found
}

/// Steps of a block whose value nothing on the right side uses, and that do nothing else, or have a name all the same (JL030).
fn unneeded(block: &Right, whole: &Right, ops: &Ops) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for step in &block.steps {
        let does_something = match &step.does {
            Term::Operation(operation) => {
                let effects = ops[operation.op].effects;
                effects.writes || effects.call || effects.guard || effects.terminator
            }
            _ => true,
        };
        if let Term::If(conditional) = &step.does {
            found.extend(unneeded(&conditional.then, whole, ops));
            found.extend(unneeded(&conditional.otherwise, whole, ops));
        }
        if whole.uses_step(step.id) {
            continue;
        }
        let (region, message) = match (&step.name, &step.does) {
            (Some(name), _) => {
                let message = format!("`{name}` is bound and never used");
                (Region::from(name.span()), message)
            }
            (None, Term::Operation(operation)) if !does_something => {
                let name = &ops[operation.op].name;
                let message =
                    format!("nothing uses the value of `{name}`, which does nothing else");
                (operation.region, message)
            }
            _ => continue,
        };
        let help = match does_something {
            true => "use it, or leave out the `let` and the name",
            false => "use it, or delete this step",
        };
        found.push(Diagnostic::new(Code::UnboundOrUnused, region, message).help(help));
    }
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
