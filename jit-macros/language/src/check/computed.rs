//! Computed constants lie in the kind that they are declared with (JL041).
//!
//! `let n: Imm12 = -b;` claims that every `b` which the rule accepts gives such an `n`. Bounds decide most claims. Where
//! they are too coarse and there are few enough values, all of them are tried, which also gives an example.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::{Code, Diagnostic};
use crate::model::isa::{ImmediateId, Isa};
use crate::model::lowering::expression::Expression;
use crate::model::lowering::{Binding, BindingId, BindingKind, Condition, Rule};
use crate::space::{Piece, Set};

/// How many values are computed before giving up.
const MOST_STEPS: i128 = 1 << 16;

pub fn check(rule: &Rule, isa: &Isa) -> Vec<Diagnostic> {
    let of = |binding: &Binding| match &binding.kind {
        BindingKind::Let { kind, value } => claim(rule, isa, binding, *kind, value),
        _ => None,
    };
    rule.bindings.iter().filter_map(of).collect()
}

fn claim(
    rule: &Rule,
    isa: &Isa,
    binding: &Binding,
    kind: ImmediateId,
    value: &Expression,
) -> Option<Diagnostic> {
    let declared = &isa[kind];
    let name = binding.name.as_ref()?;
    if declared.encodable.is_some() {
        let tested = rule.conditions.iter().any(|condition| {
            matches!(condition, Condition::Fits { kind: tested, value: of, .. } if *tested == kind && of == value)
        });
        if tested {
            return None;
        }
        let message = format!(
            "`{name}` may be a value that `{}` cannot hold: only a test can tell",
            declared.name
        );
        let help = format!("add `if … in {};` about the same expression", declared.name);
        return Some(
            Diagnostic::new(Code::ImmediateOutOfRange, binding.region, message)
                .declared(format!("`{}`", declared.name), declared.region)
                .help(help),
        );
    }
    let outside = rule.values(value).outside(&declared.set)?;
    let (message, example) = match try_all(rule, value, &declared.set) {
        Tried::Fits => return None,
        Tried::Fails { value, inputs } => (
            format!(
                "`{name}` may be {value}, and `{}` holds {}",
                declared.name, declared.set
            ),
            Some(inputs),
        ),
        Tried::TooMany => (
            format!(
                "`{name}` may be {outside}, as far as its bounds tell, and `{}` holds {}",
                declared.name, declared.set
            ),
            None,
        ),
    };
    let mut finding = Diagnostic::new(Code::ImmediateOutOfRange, binding.region, message)
        .declared(format!("`{}`", declared.name), declared.region)
        .help("add an `if` that keeps it within, or use a wider kind");
    finding.example = example;
    Some(finding)
}

enum Tried {
    Fits,
    Fails { value: String, inputs: String },
    TooMany,
}

/// The constants of the pattern that an expression is computed from.
fn inputs(rule: &Rule, expression: &Expression) -> BTreeSet<BindingId> {
    let (mut inputs, mut seen) = (BTreeSet::new(), BTreeSet::new());
    let mut open = expression.names();
    while let Some(id) = open.pop() {
        match &rule[id].kind {
            BindingKind::Let { value, .. } if seen.insert(id) => open.extend(value.names()),
            BindingKind::Let { .. } => {}
            _ => {
                inputs.insert(id);
            }
        }
    }
    inputs
}

/// Every `let` of a rule; each names earlier ones only.
fn lets(rule: &Rule) -> impl Iterator<Item = (BindingId, &Expression)> {
    let bindings = rule.bindings.iter().enumerate();
    bindings.filter_map(|(index, binding)| match &binding.kind {
        BindingKind::Let { value, .. } => Some((BindingId(index), value)),
        _ => None,
    })
}

/// Evaluates `expression` for every combination of the constants that it depends on and the conditions let through.
fn try_all(rule: &Rule, expression: &Expression, within: &Set) -> Tried {
    let inputs = inputs(rule, expression);
    let mut steps = 1 + lets(rule).count() as i128;
    let mut domains: Vec<(BindingId, Vec<i128>)> = Vec::new();
    for id in &inputs {
        let BindingKind::Constant { accepted, .. } = &rule[*id].kind else {
            return Tried::TooMany;
        };
        steps = steps.saturating_mul(size(accepted));
        if steps > MOST_STEPS {
            // The ends decide many claims, and an example from there is better than none.
            return ends(rule, expression, within, &inputs);
        }
        domains.push((*id, members(accepted)));
    }
    let found = first_outside(rule, expression, within, &domains);
    found.unwrap_or(Tried::Fits)
}

fn ends(rule: &Rule, expression: &Expression, within: &Set, inputs: &BTreeSet<BindingId>) -> Tried {
    let near = |id: &BindingId| {
        let values = match &rule[*id].kind {
            BindingKind::Constant { accepted, .. } => {
                let pieces = accepted.pieces().iter();
                let ends = pieces.flat_map(|piece| [piece.lo, piece.hi]);
                ends.chain([0, 1, -1])
                    .filter(|value| accepted.contains(*value))
                    .collect()
            }
            _ => Vec::new(),
        };
        (*id, values)
    };
    let domains: Vec<_> = inputs.iter().map(near).collect();
    let found = first_outside(rule, expression, within, &domains);
    found.unwrap_or(Tried::TooMany)
}

fn first_outside(
    rule: &Rule,
    expression: &Expression,
    within: &Set,
    domains: &[(BindingId, Vec<i128>)],
) -> Option<Tried> {
    let mut rows: Vec<BTreeMap<BindingId, i128>> = vec![BTreeMap::new()];
    for (id, values) in domains {
        let extend = |row: &BTreeMap<BindingId, i128>| {
            let row = row.clone();
            values.iter().map(move |value| {
                let mut row = row.clone();
                row.insert(*id, *value);
                row
            })
        };
        rows = rows.iter().flat_map(extend).collect();
    }
    let outside = |row: &BTreeMap<BindingId, i128>| {
        let computed = computed(rule, row);
        let mut conditions = rule.conditions.iter();
        let value = |id: BindingId| computed.get(&id).copied();
        // What only a predicate can tell may hold.
        if conditions.any(|condition| condition.holds(&value) == Some(false)) {
            return None;
        }
        // Leaving `i64` means wrapping around: no claim holds then.
        let exact = exact(rule, row);
        let value = expression.evaluate(&|id| exact.get(&id).copied());
        match value {
            Some(value) if within.contains(value) => None,
            Some(value) => Some(value.to_string()),
            None => Some("a value beyond 64 bits".into()),
        }
    };
    let found = rows.iter().find_map(|row| Some((outside(row)?, row)));
    found.map(|(value, row)| {
        let name = |id: &BindingId| {
            rule[*id]
                .name
                .as_ref()
                .map_or("_".into(), ToString::to_string)
        };
        let inputs: Vec<_> = row
            .iter()
            .map(|(id, value)| format!("{} = {value}", name(id)))
            .collect();
        Tried::Fails {
            value,
            inputs: inputs.join(", "),
        }
    })
}

/// The values of names at run time.
fn computed(rule: &Rule, row: &BTreeMap<BindingId, i128>) -> BTreeMap<BindingId, i64> {
    let constants = row.iter().map(|(id, value)| (*id, *value as i64));
    let mut values: BTreeMap<BindingId, i64> = constants.collect();
    for (id, value) in lets(rule) {
        if let Some(value) = value.compute(&|id| values.get(&id).copied()) {
            values.insert(id, value);
        }
    }
    values
}

/// The values of names, as far as nothing on the way leaves `i64`.
fn exact(rule: &Rule, row: &BTreeMap<BindingId, i128>) -> BTreeMap<BindingId, i128> {
    let mut values = row.clone();
    for (id, value) in lets(rule) {
        if let Some(value) = value.evaluate(&|id| values.get(&id).copied()) {
            values.insert(id, value);
        }
    }
    values
}

fn size(set: &Set) -> i128 {
    set.pieces().iter().map(Piece::count).sum()
}

fn members(set: &Set) -> Vec<i128> {
    let mut members: Vec<i128> = set
        .pieces()
        .iter()
        .flat_map(|piece| (0..piece.count()).map(|index| piece.lo + (index << piece.shift)))
        .collect();
    members.sort_by_key(|value| (value.unsigned_abs(), *value < 0));
    members.dedup();
    members
}
