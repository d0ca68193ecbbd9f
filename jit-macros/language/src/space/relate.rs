//! How rows stand to one another: overlapping, contained, dead, and what they leave open together.
//!
//! Everything is relative to inputs that can arise: rows declared `impossible` are taken away first, so that two rules
//! which meet only on an impossible input do not overlap.

use super::pattern::{Guard, OperationId, Pattern, Row, Universe, intersect_all};
use super::useful::useful;
use super::witness::Witness;
use std::collections::{BTreeMap, BTreeSet};

/// The questions that can be asked about rows of one universe.
pub struct Relations<'a> {
    universe: &'a Universe,
    impossible: BTreeMap<OperationId, Vec<&'a Row>>,
}

/// Why a row can never be chosen.
#[derive(Clone, Debug)]
pub enum Dead {
    /// It accepts no input that can arise.
    Empty,
    /// Rows that are tried earlier accept everything it does. One row, or several of which none can be left out.
    Behind(Vec<Blocker>),
}

/// A row that takes away inputs of a dead one.
#[derive(Clone, Debug)]
pub struct Blocker {
    /// Index among the rows that were given.
    pub row: usize,
    /// An input that the dead row accepts and of all blockers only this one.
    pub example: Witness,
}

impl<'a> Relations<'a> {
    /// Questions about rows over `universe`, leaving out inputs that one of the impossible `rows` accepts.
    pub fn new(universe: &'a Universe, rows: &'a [Row]) -> Relations<'a> {
        let mut impossible: BTreeMap<OperationId, Vec<&Row>> = BTreeMap::new();
        for row in rows {
            impossible.entry(row.operation).or_default().push(row);
        }
        Relations {
            universe,
            impossible,
        }
    }

    /// The impossible rows of an operation.
    pub fn impossible(&self, operation: OperationId) -> &[&'a Row] {
        self.impossible.get(&operation).map_or(&[], Vec::as_slice)
    }

    /// An input that `operands` accepts and that neither `rows` nor an impossible row does.
    fn outside<'r>(
        &self,
        operation: OperationId,
        operands: &[Pattern],
        rows: impl IntoIterator<Item = &'r Row>,
    ) -> Option<Witness>
    where
        'a: 'r,
    {
        let rows = rows.into_iter().filter(|row| row.operation == operation);
        let others: Vec<_> = rows
            .chain(self.impossible(operation).iter().copied())
            .map(|row| row.operands.clone())
            .collect();
        let positions = &self.universe.operation(operation).operands;
        let operands = useful(self.universe, positions, &others, operands)?;
        Some(Witness {
            operation,
            operands,
        })
    }

    /// An input that both may accept.
    pub fn overlap(&self, a: &Row, b: &Row) -> Option<Witness> {
        if a.operation != b.operation {
            return None;
        }
        let common = intersect_all(&a.operands, &b.operands)?;
        self.outside(a.operation, &common, [])
    }

    /// Whether `outer` surely accepts every input that `inner` may accept.
    pub fn contains(&self, outer: &Row, inner: &Row) -> bool {
        covers(outer, &inner.guards)
            && outer.operation == inner.operation
            && self
                .outside(inner.operation, &inner.operands, [outer])
                .is_none()
    }

    /// An input that `row` accepts at all.
    pub fn example(&self, row: &Row) -> Option<Witness> {
        self.outside(row.operation, &row.operands, [])
    }

    /// Whether and why `row` is never chosen if `earlier` are tried before it.
    pub fn dead(&self, row: &Row, earlier: &[(usize, &Row)]) -> Option<Dead> {
        if self.example(row).is_none() {
            return Some(Dead::Empty);
        }
        let mut blockers: Vec<_> = earlier
            .iter()
            .copied()
            .filter(|(_, earlier)| covers(earlier, &row.guards))
            .collect();
        let left = |blockers: &[(usize, &Row)]| {
            self.outside(
                row.operation,
                &row.operands,
                blockers.iter().map(|&(_, blocker)| blocker),
            )
        };
        if left(&blockers).is_some() {
            return None;
        }
        if let Some(&single) = blockers
            .iter()
            .find(|&&(_, blocker)| self.contains(blocker, row))
        {
            blockers = vec![single];
        }
        let mut index = 0;
        while index < blockers.len() {
            let mut without = blockers.clone();
            without.remove(index);
            if left(&without).is_none() {
                blockers = without;
            } else {
                index += 1;
            }
        }
        let share = |&(index, blocker): &(usize, &Row)| {
            let others: Vec<_> = blockers
                .iter()
                .copied()
                .filter(|&(other, _)| other != index)
                .collect();
            let others = others.iter().map(|&(_, other)| other);
            let common = intersect_all(&row.operands, &blocker.operands)?;
            let example = self.outside(row.operation, &common, others)?;
            Some(Blocker {
                row: index,
                example,
            })
        };
        Some(Dead::Behind(blockers.iter().filter_map(share).collect()))
    }

    /// An input of `operation` that none of `rows` surely accepts.
    pub fn uncovered(&self, operation: OperationId, rows: &[&Row]) -> Option<Witness> {
        let any = vec![Pattern::Any; self.universe.operation(operation).operands.len()];
        let sure = rows.iter().copied().filter(|row| row.guards.is_empty());
        self.outside(operation, &any, sure)
    }
}

/// Whether `row` accepts whatever its patterns accept, given that `known` conditions hold.
fn covers(row: &Row, known: &BTreeSet<Guard>) -> bool {
    row.guards.is_subset(known)
}

#[cfg(test)]
mod tests;
