//! The patterns of a rule set in the terms of [`space`](crate::space): rows over a universe of operations.
//!
//! A rule over commutative operations has one row for each order of operands that accepts something else than the order
//! written. Conditions become [`Guard`]s that name positions instead of the names of the rule, so that equal conditions
//! of two rules are equal guards.

use std::cmp::Ordering;
use std::collections::BTreeSet;

use super::{
    BindingKind, Condition, Lowering, OperandPattern, OperationPattern, Rule,
    expression::{Comparison, Expression},
};
use crate::model::ops::{AttributeKind, OperandKind, Ops, TypeId};
use crate::space::{
    Guard, Operation, OperationId, Pattern, Place, Position, Preference, Row, Set, Side, Universe,
};

/// Everything that ordering and coverage are decided from.
#[derive(Debug)]
pub struct Rows {
    /// One operation per operation of the dialect, with the same number.
    pub universe: Universe,
    /// The rows of all rules; those of one rule stand together, the written one first.
    pub rows: Vec<Row>,
    /// The pattern behind each row: that of its rule, operands of commutative operations perhaps swapped.
    pub patterns: Vec<OperationPattern>,
    /// What cannot arise; in the place of a rule, the line that says so.
    pub impossible: Vec<Row>,
    /// The pairs of all `prefer` lines.
    pub preferences: Vec<Preference>,
    /// For each of those, the line that it comes from.
    pub lines: Vec<usize>,
}

impl Rows {
    /// The rows of a rule set.
    pub fn new(lowering: &Lowering, ops: &Ops) -> Rows {
        Rows::over(universe(ops, |ty| ops[ty].constant), lowering, ops)
    }

    /// The rows of the left sides of rewriting rules. There a constant is one wherever its type has an operation for it.
    pub fn of_left_sides(lowering: &Lowering, ops: &Ops) -> Rows {
        let universe = universe(ops, |ty| ops.constant_op(ty).is_some());
        Rows::over(universe, lowering, ops)
    }

    fn over(universe: Universe, lowering: &Lowering, ops: &Ops) -> Rows {
        let mut rows = Vec::new();
        let mut patterns = Vec::new();
        for (index, rule) in lowering.rules.iter().enumerate() {
            let first = rows.len();
            for pattern in variants(&rule.pattern, ops) {
                let row = Row {
                    rule: index,
                    variant: rows.len() - first,
                    operation: OperationId(pattern.op.0 as u32),
                    operands: operands(&pattern, Some(rule)),
                    guards: guards(rule, &pattern),
                };
                let is_same =
                    |other: &Row| other.operands == row.operands && other.guards == row.guards;
                if !rows[first..].iter().any(is_same) {
                    rows.push(row);
                    patterns.push(pattern);
                }
            }
        }
        let mut preferences = Vec::new();
        let mut lines = Vec::new();
        for (line, prefer) in lowering.preferences.iter().enumerate() {
            for &(over, under) in &prefer.pairs {
                preferences.push(Preference { over, under });
                lines.push(line);
            }
        }
        let impossible = lowering
            .impossible
            .iter()
            .enumerate()
            .flat_map(|(line, impossible)| {
                let patterns = variants(&impossible.pattern, ops);
                patterns.into_iter().map(move |pattern| (line, pattern))
            });
        let impossible = impossible.map(|(line, pattern)| Row {
            rule: line,
            variant: 0,
            operation: OperationId(pattern.op.0 as u32),
            operands: operands(&pattern, None),
            guards: BTreeSet::new(),
        });
        let impossible = impossible.collect();
        Rows {
            universe,
            rows,
            patterns,
            impossible,
            preferences,
            lines,
        }
    }
}

fn universe(ops: &Ops, constants: impl Fn(TypeId) -> bool) -> Universe {
    let mut universe = Universe::new();
    for op in &ops.ops {
        let operands = op
            .operands
            .iter()
            .map(|operand| position(&operand.kind, ops, &constants))
            .collect();
        universe.add(Operation {
            name: op.name.to_string(),
            operands,
        });
    }
    universe
}

fn position(kind: &OperandKind, ops: &Ops, constants: &impl Fn(TypeId) -> bool) -> Position {
    match kind {
        OperandKind::Value(id) => {
            let ty = &ops[*id];
            let all = ty
                .representation
                .map_or_else(Set::all_i64, |representation| representation.constants());
            let is_float = ty
                .representation
                .is_some_and(|representation| representation.is_float());
            Position::Value {
                constants: constants(*id).then_some(all),
                register: if is_float { 'd' } else { 'x' },
            }
        }
        OperandKind::Const(AttributeKind::Type(ty)) => {
            let all = ops[*ty]
                .representation
                .map_or_else(Set::all_i64, |representation| representation.constants());
            Position::Attribute { values: all }
        }
        OperandKind::Const(AttributeKind::Named(name)) => {
            Position::Always(if name == crate::model::ops::EXIT {
                "exit"
            } else {
                "address"
            })
        }
        OperandKind::List => Position::Always("list"),
        OperandKind::Block => Position::Always("block"),
    }
}

/// The pattern in every order of the operands of its commutative operations, the written one first.
fn variants(pattern: &OperationPattern, ops: &Ops) -> Vec<OperationPattern> {
    let mut orders = vec![Vec::new()];
    for operand in &pattern.operands {
        let choices = match operand {
            OperandPattern::Definition(inner) => variants(inner, ops)
                .into_iter()
                .map(OperandPattern::Definition)
                .collect(),
            other => vec![other.clone()],
        };
        let extended = orders.iter().flat_map(|order: &Vec<OperandPattern>| {
            choices
                .iter()
                .map(move |choice| [order.as_slice(), std::slice::from_ref(choice)].concat())
        });
        orders = extended.collect();
    }
    let written = orders.into_iter().map(|operands| OperationPattern {
        operands,
        ..pattern.clone()
    });
    let mut all: Vec<OperationPattern> = written.collect();
    let op = &ops[pattern.op];
    let is_value = |(_, operand): &(usize, &crate::model::ops::Operand)| {
        matches!(operand.kind, OperandKind::Value(_))
    };
    let mut values = op
        .operands
        .iter()
        .enumerate()
        .filter(is_value)
        .map(|(index, _)| index);
    if let (true, Some(first), Some(second)) = (op.commutative, values.next(), values.next())
        && second < pattern.operands.len()
    {
        let swapped = all.iter().cloned().map(|mut variant| {
            variant.operands.swap(first, second);
            variant
        });
        all.extend(swapped.collect::<Vec<_>>());
    }
    all
}

fn operands(pattern: &OperationPattern, rule: Option<&Rule>) -> Vec<Pattern> {
    let one = |operand: &OperandPattern| match operand {
        OperandPattern::Any => Pattern::Any,
        OperandPattern::AnyConstant => Pattern::Constants(Set::all_i64()),
        OperandPattern::Definition(inner) => {
            Pattern::Definition(OperationId(inner.op.0 as u32), operands(inner, rule))
        }
        OperandPattern::Bound(id) => match rule.map(|rule| &rule[*id].kind) {
            Some(BindingKind::Constant { accepted, .. }) => Pattern::Constants(accepted.clone()),
            _ => Pattern::Any,
        },
    };
    pattern.operands.iter().map(one).collect()
}

fn guards(rule: &Rule, pattern: &OperationPattern) -> BTreeSet<Guard> {
    let called = Called::new(rule, pattern);
    let bindings = rule.bindings.iter().enumerate();
    let again = bindings.filter_map(|(index, binding)| {
        let BindingKind::Again(first) = binding.kind else {
            return None;
        };
        let (first, again) = (&called.places[first.0], &called.places[index]);
        Some(Guard::same(first.clone()?, again.clone()?))
    });
    let is_open = |condition: &&Condition| condition.exact(&rule.bindings).is_none();
    // What is a set of one constant is part of the pattern.
    let conditions = rule.conditions.iter().filter(is_open);
    let conditions = conditions.filter_map(|condition| guard(rule, condition, &called));
    conditions.chain(again).collect()
}

/// A condition as a guard; none if it holds for all values that its constants can have.
fn guard(rule: &Rule, condition: &Condition, called: &Called) -> Option<Guard> {
    let text = |value: &Expression| value.text(&|id| called.names[id.0].clone());
    let guard = match condition {
        Condition::Compare {
            comparison,
            left,
            right,
            ..
        } => return compares(rule, *comparison, (left, right), called),
        Condition::Fits { kind, value, .. } => format!("{} in {}", text(value), kind.0),
        Condition::Holds {
            predicate, value, ..
        } => format!("{}({})", predicate.name(), text(value)),
    };
    Some(Guard::holds(guard))
}

/// Each condition of a rule as a guard, operands being in the order written; none for one that always holds.
pub fn guards_of(rule: &Rule) -> Vec<Option<Guard>> {
    let called = Called::new(rule, &rule.pattern);
    let conditions = rule.conditions.iter();
    conditions
        .map(|condition| guard(rule, condition, &called))
        .collect()
}

/// A comparison between two constants, as far as it may hold or fail for the values that they can have.
fn compares(
    rule: &Rule,
    comparison: Comparison,
    (left, right): (&Expression, &Expression),
    called: &Called,
) -> Option<Guard> {
    let (mine, theirs) = (rule.values(left), rule.values(right));
    let (left_side, right_side) = (called.side(left), called.side(right));
    let possible: Vec<_> = match left_side == right_side {
        true => vec![Ordering::Equal],
        false => mine.orders(&theirs).collect(),
    };
    let orders = [Ordering::Less, Ordering::Equal, Ordering::Greater].into_iter();
    let holds: Vec<_> = orders.filter(|order| comparison.holds(*order)).collect();
    let may_fail = possible.iter().any(|order| !holds.contains(order));
    let (left, right) = (left_side.text(), right_side.text());
    let text = format!("{left} {} {right}", comparison.symbol());
    may_fail.then(|| Guard::compares(text, (left_side, right_side), &holds, &possible))
}

/// Where each binding of the pattern stands.
fn number(pattern: &OperationPattern, around: &mut Place, places: &mut [Option<Place>]) {
    for (index, operand) in pattern.operands.iter().enumerate() {
        around.push(index);
        match operand {
            OperandPattern::Bound(id) => places[id.0] = Some(around.clone()),
            OperandPattern::Definition(inner) => number(inner, around, places),
            OperandPattern::Any | OperandPattern::AnyConstant => {}
        }
        around.pop();
    }
}

/// How long the text of a computed constant may be: that of a `let` is repeated wherever another one names it.
const LONGEST: usize = 200;

/// What guards call the bindings of a rule.
struct Called {
    /// Where each one of the pattern stands.
    places: Vec<Option<Place>>,
    /// A constant by its position; a computed one as it is computed, so that two rules that compute the same say so, or,
    /// where that takes too long, by its name in this rule alone.
    names: Vec<String>,
}

impl Called {
    fn new(rule: &Rule, pattern: &OperationPattern) -> Called {
        let mut places = vec![None; rule.bindings.len()];
        number(pattern, &mut Vec::new(), &mut places);
        let operand = |place: &Option<Place>| {
            let side = place.clone().map(Side::operand);
            side.map_or_else(String::new, |side| side.text().to_owned())
        };
        let mut names: Vec<String> = places.iter().map(operand).collect();
        for (index, binding) in rule.bindings.iter().enumerate() {
            if let BindingKind::Let { value, .. } = &binding.kind {
                let text = value.text(&|id| names[id.0].clone());
                let own = || {
                    let name = binding.name.as_ref().map(ToString::to_string);
                    format!("{} of {}", name.unwrap_or_default(), rule.name)
                };
                names[index] = if text.len() > LONGEST { own() } else { text };
            }
        }
        Called { places, names }
    }

    fn side(&self, value: &Expression) -> Side {
        let place = match value {
            Expression::Name(id) => self.places[id.0].clone(),
            _ => None,
        };
        let computed = || Side::computed(value.text(&|id| self.names[id.0].clone()));
        place.map_or_else(computed, Side::operand)
    }
}
