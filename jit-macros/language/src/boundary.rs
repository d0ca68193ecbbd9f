//! Boundaries of rules that no input reaches: orders of operands, and ends of the ranges of constants, at which rules that
//! are tried earlier take everything.
//!
//! A report about tests that asks for every boundary would ask in vain for these. That nothing reaches one is decided as
//! it is decided that a rule is dead, over all inputs: the row is narrowed to the boundary, and what is left of it must
//! not be accepted by earlier rows together. What depends on a test of which nothing is known counts as a boundary that
//! can be reached.
//!
//! Rules within a dialect see operands that have been rewritten already. So nothing reaches a boundary either at which a
//! nested operation would have become something else.

use std::collections::{BTreeMap, BTreeSet};

use crate::error::file;
use crate::model::lowering::rows::Rows;
use crate::model::lowering::{
    BindingId, BindingKind, Lowering, OperandPattern, OperationPattern, Rule,
};
use crate::model::ops::Ops;
use crate::model::rewriting::Dialects;
use crate::reading::{RewriteSet, RuleSet};
use crate::source::Specs;
use crate::space::{Dead, Order, Pattern, Relations, Row, Set};

/// Something at the edge of what a rule accepts.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Boundary {
    /// An order of operands; 0 is the one that was written.
    Order(usize),
    /// An end of a range of a constant.
    End {
        /// What the rule calls it; what the declaration of the operation calls it, if the rule does not.
        constant: String,
        /// The end.
        value: i128,
    },
}

/// A boundary that no input reaches.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Unreachable {
    /// The file of the rule's declaration.
    pub file: String,
    /// The name of the rule.
    pub rule: String,
    /// What about it.
    pub boundary: Boundary,
    /// The rules that take what would reach it. None: such inputs are declared `impossible`.
    pub taken_by: BTreeSet<String>,
}

/// Every boundary of the rules of all kinds that no input reaches.
pub fn unreachable(specs: &Specs) -> Vec<Unreachable> {
    let lowering = specs.sets.iter();
    let lowering = lowering.flat_map(|set| of_lowering(set, &specs.ops));
    let rewriting = specs.rewriting_sets();
    let rewriting = rewriting.flat_map(|(set, dialects)| of_rewriting(set, dialects));
    lowering.chain(rewriting).collect()
}

/// Those of rules that lead to instructions.
pub fn of_lowering(set: &RuleSet, ops: &Ops) -> Vec<Unreachable> {
    let about = About {
        left: &set.lowering,
        rows: &set.rows,
        order: &set.order,
        operands_are_rewritten: false,
    };
    about.unreachable(ops)
}

/// Those of rules that lead to operations.
pub fn of_rewriting(set: &RewriteSet, dialects: Dialects<'_>) -> Vec<Unreachable> {
    let about = About {
        left: &set.rewriting.left,
        rows: &set.rows,
        order: &set.order,
        operands_are_rewritten: !dialects.differ(),
    };
    about.unreachable(dialects.from)
}

/// A set of rules.
struct About<'a> {
    left: &'a Lowering,
    rows: &'a Rows,
    order: &'a Order,
    /// Whether the operands of an operation are what rules of this set leave alone.
    operands_are_rewritten: bool,
}

impl About<'_> {
    fn unreachable(&self, ops: &Ops) -> Vec<Unreachable> {
        let mut narrowed: BTreeMap<(usize, Boundary), Vec<(usize, Row)>> = BTreeMap::new();
        for (index, row) in self.rows.rows.iter().enumerate() {
            let whole = (row.rule, Boundary::Order(row.variant));
            narrowed.insert(whole, vec![(index, row.clone())]);
            let rule = &self.left.rules[row.rule];
            for (boundary, row) in ends(rule, &self.rows.patterns[index], row, ops) {
                let end = narrowed.entry((row.rule, boundary)).or_default();
                end.push((index, row));
            }
        }
        let mut found = Vec::new();
        for ((rule, boundary), narrowed) in narrowed {
            let takers = narrowed.iter().map(|(index, row)| self.takers(*index, row));
            // One order of operands in which it can be reached is enough.
            let Some(takers) = takers.collect::<Option<Vec<_>>>() else {
                continue;
            };
            let takers = takers.into_iter().flatten();
            let name = |rule: usize| self.left.rules[rule].name.to_string();
            found.push(Unreachable {
                file: file(self.left.rules[rule].region.first),
                rule: name(rule),
                boundary,
                taken_by: takers.map(name).collect(),
            });
        }
        found
    }

    /// The rules that take everything that `row`, what is left of the row with this index, accepts. None: something is
    /// left.
    fn takers(&self, index: usize, row: &Row) -> Option<Vec<usize>> {
        let earlier = self.order.sequence.iter();
        let earlier = earlier.take_while(|other| **other != index).copied();
        let taken = self.taken(row, earlier);
        taken.or_else(|| {
            let mut operations = Vec::new();
            if self.operands_are_rewritten {
                nested(&row.operands, &mut operations);
            }
            let all = || 0..self.rows.rows.len();
            operations.iter().find_map(|row| self.taken(row, all()))
        })
    }

    /// The rules of these rows, if they take everything that a row accepts.
    fn taken(&self, row: &Row, by: impl Iterator<Item = usize>) -> Option<Vec<usize>> {
        let by: Vec<(usize, &Row)> = by.map(|index| (index, &self.rows.rows[index])).collect();
        let relations = Relations::new(&self.rows.universe, &self.rows.impossible);
        let dead = relations.dead(row, &by);
        if !relations.too_hard().is_empty() {
            return None;
        }
        match dead? {
            Dead::Empty => Some(Vec::new()),
            Dead::Behind(blockers) => {
                let blockers = blockers.into_iter();
                Some(blockers.map(|by| self.rows.rows[by.row].rule).collect())
            }
        }
    }
}

/// The operations folded into operands, those within them included, as rows.
fn nested(operands: &[Pattern], out: &mut Vec<Row>) {
    for operand in operands {
        if let Pattern::Definition(operation, operands) = operand {
            out.push(Row {
                rule: usize::MAX,
                variant: 0,
                operation: *operation,
                operands: operands.clone(),
                guards: BTreeSet::new(),
            });
            nested(operands, out);
        }
    }
}

/// The ends of ranges of the constants of a row, each with what is left of the row there. There are none where conditions
/// decide what a range only contains.
fn ends(rule: &Rule, pattern: &OperationPattern, row: &Row, ops: &Ops) -> Vec<(Boundary, Row)> {
    if !rule.is_exact() {
        return Vec::new();
    }
    let mut constants = Vec::new();
    named_constants(rule, pattern, ops, &mut constants);
    let mut found = Vec::new();
    for (constant, id, set) in constants {
        let pieces = match set.pieces() {
            [only] if only.lo == only.hi => &[],
            pieces => pieces,
        };
        for value in pieces.iter().flat_map(|piece| [piece.lo, piece.hi]) {
            let mut row = row.clone();
            narrow(pattern, &mut row.operands, id, value);
            let constant = constant.clone();
            found.push((Boundary::End { constant, value }, row));
        }
    }
    found
}

/// The constants of a pattern, each by what the rule calls it.
fn named_constants<'a>(
    rule: &'a Rule,
    pattern: &OperationPattern,
    ops: &Ops,
    out: &mut Vec<(String, BindingId, &'a Set)>,
) {
    let op = &ops[pattern.op];
    for (index, (declared, operand)) in op.operands.iter().zip(&pattern.operands).enumerate() {
        match operand {
            // How many values a list may begin with depends on the list.
            OperandPattern::Bound(_) if op.behind == Some(index) => {}
            OperandPattern::Bound(id) => {
                if let BindingKind::Constant { set, .. } = &rule[*id].kind {
                    out.push((rule.called(*id, &declared.name), *id, set));
                }
            }
            OperandPattern::Definition(inner) => named_constants(rule, inner, ops, out),
            OperandPattern::Any | OperandPattern::AnyConstant => {}
        }
    }
}

/// Leaves of what a constant may be a single value.
fn narrow(pattern: &OperationPattern, operands: &mut [Pattern], constant: BindingId, value: i128) {
    for (operand, accepted) in pattern.operands.iter().zip(operands) {
        match (operand, accepted) {
            (OperandPattern::Bound(id), accepted) if *id == constant => {
                *accepted = Pattern::Constants(Set::range(value, value));
            }
            (OperandPattern::Definition(inner), Pattern::Definition(_, operands)) => {
                narrow(inner, operands, constant, value);
            }
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;
