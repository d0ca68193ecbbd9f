//! Examples that conditions agree with.
//!
//! Reasoning about sets picks the constants of an example one by one, and takes conditions that are no sets to hold: of rules
//! for `a == b` and for `b > 5`, it finds that both accept `Sub(#0, #6)`. Before such an example is shown, constants nearby
//! are tried in its place until each condition says what it should. If none are found, the example stays, with the note that
//! a condition is taken to hold.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::lowering::rows::Rows;
use crate::model::lowering::{
    BindingId, BindingKind, Condition, Lowering, OperandPattern, OperationPattern, Rule,
};
use crate::space::{Pattern, Place, Shape, Witness};

/// How many combinations of numbers are tried.
const MOST_TRIED: usize = 1 << 14;

/// How far around a number others are tried.
const NEAR: i128 = 10;

/// Who is to accept an input and who is not, by the rows of each rule.
pub struct Asked<'a> {
    pub lowering: &'a Lowering,
    pub rows: &'a Rows,
    pub accepting: Vec<Range<usize>>,
    pub others: Vec<Range<usize>>,
}

impl Asked<'_> {
    /// `example`, or one with other constants if a condition has something against that.
    pub fn agreeing(&self, example: &Witness) -> Witness {
        let is_guarded = |rows: &Range<usize>| {
            let rows = &self.rows.rows[rows.clone()];
            rows.iter().any(|row| !row.guards.is_empty())
        };
        let mut all = self.accepting.iter().chain(&self.others);
        if !all.any(is_guarded) || self.is_right(&example.operands, example) {
            return example.clone();
        }
        let mut constants = Vec::new();
        places(&example.operands, &mut Vec::new(), &mut constants);
        let most = match constants.len() {
            0..=1 => 1 << 10,
            2 => 1 << 7,
            _ => 1 << 4,
        };
        let own: Vec<i128> = constants.iter().map(|(_, value)| *value).collect();
        let numbers: Vec<Vec<i128>> = constants
            .iter()
            .map(|(place, _)| self.numbers(place, &own, most))
            .collect();
        let count = numbers
            .iter()
            .map(Vec::len)
            .product::<usize>()
            .min(MOST_TRIED);
        // Each combination of numbers once, counted through like the digits of a number.
        let mut found = (0..count).filter_map(|mut combination| {
            let mut operands = example.operands.clone();
            for ((place, _), numbers) in constants.iter().zip(&numbers) {
                let number = numbers[combination % numbers.len()];
                combination /= numbers.len();
                *at(&mut operands, place)? = Shape::Constant(number);
            }
            self.is_right(&operands, example).then_some(operands)
        });
        let operands = found.next().unwrap_or_else(|| example.operands.clone());
        Witness {
            operands,
            ..example.clone()
        }
    }

    /// Numbers that rules might want at a place: those that the example has anywhere, and then others, near zero first.
    fn numbers(&self, place: &Place, own: &[i128], most: usize) -> Vec<i128> {
        let rules = self.accepting.iter().chain(&self.others).cloned();
        let rows = rules.flatten().map(|row| &self.rows.rows[row]);
        let sets = rows
            .clone()
            .filter_map(|row| match Pattern::at(&row.operands, place)? {
                Pattern::Constants(set) => Some(set.pieces()),
                Pattern::Any | Pattern::Definition(..) => None,
            });
        let ends = sets.flatten().flat_map(|piece| [piece.lo, piece.hi]);
        let conditions = rows.flat_map(|row| &self.lowering.rules[row.rule].conditions);
        let compared = conditions.flat_map(|condition| match condition {
            Condition::Compare { left, right, .. } => [left.numbers(), right.numbers()].concat(),
            Condition::Fits { .. } | Condition::Holds { .. } => Vec::new(),
        });
        let around = |number: i128| number - NEAR..=number + NEAR;
        let some = ends.chain(compared).chain([0]).chain(own.iter().copied());
        let near = some.flat_map(around);
        let mut numbers: Vec<i128> = near.collect();
        numbers.retain(|number| i64::try_from(*number).is_ok());
        numbers.sort_by_key(|number| (!own.contains(number), number.unsigned_abs(), *number < 0));
        numbers.dedup();
        numbers.truncate(most);
        numbers
    }

    /// Whether all of the ones may accept an input, and none of the others surely does.
    fn is_right(&self, operands: &[Shape], example: &Witness) -> bool {
        let impossible = self.rows.impossible.iter();
        let mut impossible = impossible.filter(|row| row.operation == example.operation);
        let accepting = |rows: &Range<usize>| {
            let mut rows = rows.clone();
            rows.any(|row| self.accepts(row, operands, example) != Some(false))
        };
        let taking = |rows: &Range<usize>| {
            let mut rows = rows.clone();
            rows.any(|row| self.accepts(row, operands, example) == Some(true))
        };
        self.accepting.iter().all(accepting)
            && !self.others.iter().any(taking)
            && !impossible.any(|row| row.accepts(operands))
    }

    /// Whether a row accepts an input; none if only a function can tell.
    fn accepts(&self, row: usize, operands: &[Shape], example: &Witness) -> Option<bool> {
        let (row, pattern) = (&self.rows.rows[row], &self.rows.patterns[row]);
        if row.operation != example.operation || !row.accepts(operands) {
            return Some(false);
        }
        let mut bound = BTreeMap::new();
        bind(pattern, operands, &mut bound);
        let rule = &self.lowering.rules[row.rule];
        let again = rule.bindings.iter().enumerate();
        let again = again.filter_map(|(index, binding)| match binding.kind {
            BindingKind::Again(first) => {
                Some(same(bound.get(&first)?, bound.get(&BindingId(index))?))
            }
            _ => None,
        });
        let values = values(rule, &bound);
        let value = |id: BindingId| values.get(&id).copied();
        let conditions = rule.conditions.iter();
        let conditions = conditions.map(|condition| condition.holds(&value));
        all(again.chain(conditions))
    }
}

/// Whether all hold, as far as that is known.
fn all(mut tests: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    tests
        .try_fold(Some(true), |all, test| match test {
            Some(false) => Err(()),
            Some(true) => Ok(all),
            None => Ok(None),
        })
        .unwrap_or(Some(false))
}

/// What the names of a rule are in an example, as far as they are numbers. Each `let` names earlier ones only.
fn values(rule: &Rule, bound: &BTreeMap<BindingId, &Shape>) -> BTreeMap<BindingId, i64> {
    let mut values = BTreeMap::new();
    for (index, binding) in rule.bindings.iter().enumerate() {
        let id = BindingId(index);
        let value = match (&binding.kind, bound.get(&id)) {
            (BindingKind::Let { value, .. }, _) => value.compute(&|id| values.get(&id).copied()),
            (_, Some(Shape::Constant(value))) => i64::try_from(*value).ok(),
            _ => None,
        };
        values.extend(value.map(|value| (id, value)));
    }
    values
}

/// What stands where a pattern has names.
fn bind<'a>(
    pattern: &OperationPattern,
    operands: &'a [Shape],
    bound: &mut BTreeMap<BindingId, &'a Shape>,
) {
    for (pattern, shape) in pattern.operands.iter().zip(operands) {
        match (pattern, shape) {
            (OperandPattern::Bound(id), shape) => {
                bound.insert(*id, shape);
            }
            (OperandPattern::Definition(inner), Shape::Definition(_, shapes)) => {
                bind(inner, shapes, bound);
            }
            _ => {}
        }
    }
}

/// Whether two operands are the same value; none if nothing is known about them.
fn same(one: &Shape, other: &Shape) -> Option<bool> {
    match (one, other) {
        (Shape::Unknown, Shape::Unknown) => None,
        (Shape::Definition(mine, one), Shape::Definition(theirs, other)) if mine == theirs => {
            all(one.iter().zip(other).map(|(one, other)| same(one, other)))
        }
        _ => Some(one == other),
    }
}

/// Where constants stand, and which.
fn places(operands: &[Shape], around: &mut Place, found: &mut Vec<(Place, i128)>) {
    for (index, shape) in operands.iter().enumerate() {
        around.push(index);
        match shape {
            Shape::Constant(value) => found.push((around.clone(), *value)),
            Shape::Definition(_, inner) => places(inner, around, found),
            Shape::Unknown | Shape::Always => {}
        }
        around.pop();
    }
}

fn at<'a>(operands: &'a mut [Shape], place: &Place) -> Option<&'a mut Shape> {
    let (first, rest) = place.split_first()?;
    let first = operands.get_mut(*first)?;
    rest.iter().try_fold(first, |shape, index| match shape {
        Shape::Definition(_, inner) => inner.get_mut(*index),
        _ => None,
    })
}
