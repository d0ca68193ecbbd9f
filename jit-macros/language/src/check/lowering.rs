//! All checks of a rule set.

use std::collections::BTreeSet;

use super::{
    callee, computed, condition, coverage, documentation, impossible, order, reach, rule, size,
};
use crate::error::{Context, Diagnostic};
use crate::model::isa::Isa;
use crate::model::lowering::rows::Rows;
use crate::model::lowering::{Lowering, Rule};
use crate::model::ops::Ops;
use crate::space::Order;

/// Reports everything that is wrong with `lowering`, given its rows and their order.
pub fn check(
    lowering: &Lowering,
    isa: &Isa,
    ops: &Ops,
    rows: &Rows,
    rows_in_order: &Order,
    context: &Context,
) {
    let mut found = Vec::new();
    let mut seen = BTreeSet::new();
    for rule in &lowering.rules {
        // What could not be read would be missed by every check; it has been reported.
        if !rule.complete {
            continue;
        }
        for finding in in_rule(rule, isa, ops) {
            // The instances of a family share their mistakes: the first one stands for all of them.
            let places: Vec<_> = finding
                .regions
                .iter()
                .map(|region| format!("{region:?}"))
                .collect();
            let key = (finding.code.name(), places);
            if rule.instance.is_none() || seen.insert(key) {
                found.push(at_instance(rule, finding));
            }
        }
    }
    found.extend(idle(lowering, isa, ops));
    found.extend(rule::check_jump(lowering, isa));
    found.extend(among_rules(lowering, rows, rows_in_order, context));
    if found.is_empty() && context.count() == 0 {
        found.extend(impossible::check(lowering, rows));
    }
    found.extend(documentation::check_rules(&lowering.rules));
    found
        .into_iter()
        .for_each(|finding| context.report(finding));
}

/// What is wrong with rules of which each is right by itself.
pub fn among_rules(
    lowering: &Lowering,
    rows: &Rows,
    rows_in_order: &Order,
    context: &Context,
) -> Vec<Diagnostic> {
    let mut found = order::check(lowering, rows, rows_in_order, context);
    // A rule that could not be read may be the one that is missing.
    if !lowering.incomplete {
        found.extend(coverage::check(lowering, rows, true));
    }
    found
}

/// What is wrong with a rule by itself.
pub fn in_rule(rule: &Rule, isa: &Isa, ops: &Ops) -> Vec<Diagnostic> {
    // Without knowing what a callee changes, nothing can be said about registers.
    let mut found = match callee::check(rule, isa) {
        Some(finding) => vec![finding],
        None => rule::check(rule, isa, ops),
    };
    found.extend(computed::check(rule, isa));
    found.extend(reach::check(rule, isa));
    found.extend(size::check(rule));
    found
}

/// Statements that change nothing; those of a family if they do so in none of its rows.
fn idle(lowering: &Lowering, isa: &Isa, ops: &Ops) -> Vec<Diagnostic> {
    let whole = |rules: &&Vec<&Rule>| rules.iter().all(|rule| rule.complete);
    let everywhere = |rules: &Vec<&Rule>| {
        let mut rows = rules.iter().map(|rule| rule::idle(rule, isa, ops));
        let mut found = rows.next().unwrap_or_default();
        for row in rows {
            let is_idle = |one: &Diagnostic| row.iter().any(|other| one.says(other));
            found.retain(is_idle);
        }
        found
    };
    let written = lowering.written();
    let mut found: Vec<_> = written.iter().filter(whole).flat_map(everywhere).collect();
    found.extend(condition::idle(&written));
    found
}

fn at_instance(rule: &Rule, finding: Diagnostic) -> Diagnostic {
    match &rule.instance {
        Some(instance) => finding.note(format!(
            "with {} from the table at {}",
            instance.text,
            instance.row.place()
        )),
        None => finding,
    }
}
