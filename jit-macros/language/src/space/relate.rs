//! How rows stand to one another: overlapping, contained, dead, and what they leave open together.
//!
//! Everything is relative to inputs that can arise: rows declared `impossible` are taken away first, so that two rules
//! which meet only on an impossible input do not overlap.

use super::guard::{Guard, Subjects};
use super::pattern::{OperationId, Pattern, Row, Universe, intersect_all};
use super::told::Told;
use super::useful::{TooHard, useful};
use super::witness::Witness;
use std::cell::RefCell;
use std::collections::{BTreeMap, BTreeSet};

/// The questions that can be asked about rows of one universe.
pub struct Relations<'a> {
    universe: &'a Universe,
    impossible: BTreeMap<OperationId, Vec<&'a Row>>,
    /// Operations with a question that was too hard.
    too_hard: RefCell<BTreeSet<OperationId>>,
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
            too_hard: RefCell::default(),
        }
    }

    /// The impossible rows of an operation.
    pub fn impossible(&self, operation: OperationId) -> &[&'a Row] {
        self.impossible.get(&operation).map_or(&[], Vec::as_slice)
    }

    /// The operations whose rows overlap in so many ways that a question about them has no answer. All others have been
    /// answered as if there were no input.
    pub fn too_hard(&self) -> BTreeSet<OperationId> {
        self.too_hard.borrow().clone()
    }

    /// An input that `operands` accepts under `guards`, and that neither `rows` nor an impossible row surely accepts.
    fn outside<'r>(
        &self,
        operation: OperationId,
        operands: &[Pattern],
        guards: &BTreeSet<Guard>,
        rows: impl IntoIterator<Item = &'r Row>,
    ) -> Option<Witness>
    where
        'a: 'r,
    {
        if self.too_hard.borrow().contains(&operation) {
            return None;
        }
        let rows = rows.into_iter().filter(|row| row.operation == operation);
        let others: Vec<&Row> = rows
            .chain(self.impossible(operation).iter().copied())
            .collect();
        let all = others.iter().flat_map(|row| &row.guards).chain(guards);
        let subjects = Subjects::new(all);
        let told = Told::new(operands, guards, &subjects)?;
        let declared = &self.universe.operation(operation).operands;
        let positions = declared.iter().cloned().chain(subjects.positions());
        let positions: Vec<_> = positions.collect();
        let covered = |row: &&Row| {
            let operands = row.operands.iter().cloned();
            operands.chain(subjects.covered(&row.guards)).collect()
        };
        let rows = others.iter().map(covered).collect();
        let accepted = subjects.accepted(guards, &told);
        let query: Vec<_> = told.operands.iter().cloned().chain(accepted).collect();
        match useful(self.universe, &positions, rows, &query) {
            Ok(found) => found.map(|mut operands| {
                operands.truncate(declared.len());
                Witness {
                    operation,
                    operands,
                    same: told.same(),
                }
            }),
            Err(TooHard) => {
                self.too_hard.borrow_mut().insert(operation);
                None
            }
        }
    }

    /// An input that both may accept.
    pub fn overlap(&self, a: &Row, b: &Row) -> Option<Witness> {
        if a.operation != b.operation {
            return None;
        }
        let common = intersect_all(&a.operands, &b.operands)?;
        self.outside(a.operation, &common, &both(a, b), [])
    }

    /// Whether `outer` surely accepts every input that `inner` may accept.
    pub fn contains(&self, outer: &Row, inner: &Row) -> bool {
        outer.operation == inner.operation && self.beside(inner, [outer]).is_none()
    }

    /// An input that `row` accepts at all.
    pub fn example(&self, row: &Row) -> Option<Witness> {
        self.beside(row, [])
    }

    /// An input that `row` may accept and none of `others` surely does.
    pub fn beside<'r>(
        &self,
        row: &Row,
        others: impl IntoIterator<Item = &'r Row>,
    ) -> Option<Witness>
    where
        'a: 'r,
    {
        self.outside(row.operation, &row.operands, &row.guards, others)
    }

    /// Whether and why `row` is never chosen if `earlier` are tried before it.
    pub fn dead(&self, row: &Row, earlier: &[(usize, &Row)]) -> Option<Dead> {
        if self.example(row).is_none() {
            return Some(Dead::Empty);
        }
        let mut blockers = earlier.to_vec();
        let left = |blockers: &[(usize, &Row)]| {
            self.beside(row, blockers.iter().map(|&(_, blocker)| blocker))
        };
        if left(&blockers).is_some() || self.too_hard.borrow().contains(&row.operation) {
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
            let guards = both(row, blocker);
            let example = self.outside(row.operation, &common, &guards, others)?;
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
        self.outside(operation, &any, &BTreeSet::new(), rows.iter().copied())
    }
}

/// The conditions of both.
fn both(a: &Row, b: &Row) -> BTreeSet<Guard> {
    a.guards.union(&b.guards).cloned().collect()
}

#[cfg(test)]
mod tests;
