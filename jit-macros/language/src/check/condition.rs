//! No condition is idle (JL013): without it, the rule would accept more.
//!
//! A condition that holds for everything that the kinds and the other conditions accept is a mistake about what arrives or
//! about what it says, and asks for nothing each time that the rule is tried. What is a set of one constant is compared
//! exactly with what the others leave of it. Others are idle if they hold whatever the values of their sides, as far as
//! these are known, or if others about the same say as much; more is not refused, for it would be a guess. Where each of
//! two makes the other one idle, it is the later one that can go. One of a family is needed if it is in any of the rows.

use std::collections::BTreeSet;

use crate::error::{Code, Diagnostic};
use crate::model::lowering::expression::Predicate;
use crate::model::lowering::rows::guards_of;
use crate::model::lowering::{Binding, BindingId, BindingKind, Condition, Rule, Stated};
use crate::space::{Guard, Set};

/// The conditions that could be left out, of rules as they were written.
pub fn idle(written: &[Vec<&Rule>]) -> Vec<Diagnostic> {
    let with_conditions = written.iter().filter(|rows| {
        let is_whole = |rule: &&Rule| rule.complete && !rule.stated.is_empty();
        rows.iter().all(is_whole)
    });
    with_conditions
        .flat_map(|rows| in_every_row(rows))
        .collect()
}

fn in_every_row(rows: &[&Rule]) -> Vec<Diagnostic> {
    let first = rows[0];
    let mut idle = of_rule(first);
    for rule in &rows[1..] {
        if idle.is_empty() {
            break;
        }
        // An entry of a row may be several conditions; then they cannot be told to be the same.
        match rule.stated.len() == first.stated.len() {
            true => idle = &idle & &of_rule(rule),
            false => idle.clear(),
        }
    }
    let reports = idle.iter();
    reports.map(|index| report(first, *index)).collect()
}

/// The conditions of a rule that could be left out together, by their number.
fn of_rule(rule: &Rule) -> BTreeSet<usize> {
    let mut idle = BTreeSet::new();
    // That no value is left has been reported where it is so.
    let is_empty = |binding: &Binding| matches!(&binding.kind, BindingKind::Constant { accepted, .. } if accepted.is_empty());
    if rule.bindings.iter().any(is_empty) {
        return idle;
    }
    let is_open = |stated: &Stated| stated.open.is_some();
    let mut guards = match rule.stated.iter().any(is_open) {
        true => guards_of(rule),
        false => Vec::new(),
    };
    for (number, stated) in rule.stated.iter().enumerate().rev() {
        let excludes = |(id, set): &(BindingId, Set)| {
            let left = without(rule, *id, |other| other == number || idle.contains(&other));
            left.outside(set).is_some()
        };
        if stated.set.as_ref().is_some_and(excludes) {
            continue;
        }
        if let Some(open) = stated.open {
            let others = guards.iter().enumerate();
            let others = others.filter(|(other, _)| *other != open);
            let others: Vec<&Guard> = others.filter_map(|(_, guard)| guard.as_ref()).collect();
            let is_needed = |guard: &Guard| !guard.is_implied(&others);
            let is_needed = guards[open].as_ref().is_some_and(is_needed);
            if is_needed && !is_certain(rule, &rule.conditions[open]) {
                continue;
            }
            guards[open] = None;
        }
        idle.insert(number);
    }
    idle
}

/// The values that a constant may have if some conditions are left out.
fn without(rule: &Rule, id: BindingId, left_out: impl Fn(usize) -> bool) -> Set {
    let BindingKind::Constant { unconditional, .. } = &rule[id].kind else {
        return Set::all_i64();
    };
    let stated = rule.stated.iter().enumerate();
    let others = stated.filter(|(other, _)| !left_out(*other));
    let sets = others.filter_map(|(_, stated)| stated.set.as_ref());
    let about = sets.filter(|(other, _)| *other == id);
    about.fold(unconditional.clone(), |left, (_, set)| left.intersect(set))
}

/// Whether a condition that is no comparison holds for all values that there can be.
fn is_certain(rule: &Rule, condition: &Condition) -> bool {
    let lies_in = |value, set: &Set| rule.values(value).outside(set).is_none();
    match condition {
        Condition::Compare { .. } => false,
        Condition::Fits {
            value,
            set,
            is_exact,
            ..
        } => *is_exact && lies_in(value, set),
        Condition::Holds {
            predicate: Predicate::PowerOfTwo,
            value,
        } => lies_in(value, &Set::powers_of_two()),
    }
}

fn report(rule: &Rule, number: usize) -> Diagnostic {
    let stated = &rule.stated[number];
    let message = "this condition excludes nothing: the rule accepts the same without it";
    let finding = Diagnostic::new(Code::EmptyPattern, stated.region, message);
    let finding = match &stated.set {
        Some((id, _)) => {
            let binding = &rule[*id];
            let name = binding.name.as_ref();
            let name = name.map_or("_".to_owned(), ToString::to_string);
            let (place, left) = (
                binding.region.place(),
                without(rule, *id, |other| other == number),
            );
            finding.note(format!(
                "without it, `{name}`, bound at {place}, is in {left}"
            ))
        }
        None => finding.note("it holds whenever the kinds and the other conditions do"),
    };
    finding.help("delete it")
}
