//! The usefulness test: is there an input that one row accepts and none of some others does?
//!
//! This is the algorithm of Maranget, "Warnings for pattern matching" (2007), over three kinds of constructors: a value
//! of unknown origin, the result of an operation, a constant. Constants are infinitely many, but the rows at hand cut
//! them into finitely many atoms. A value of unknown origin also stands for results of all operations that no row
//! mentions, and for constants where no row asks for one: nothing tells them apart.
//!
//! The order in which constructors are tried decides which example a person sees: plain registers first, then constants
//! near zero, then nested operations.
//!
//! What keeps it quick: rows that do not meet the query are dropped, one that covers it answers at once, constants that
//! the same rows accept are looked at once, and so is what is left to ask behind different operands.

use super::pattern::{OperationId, Pattern, Position, Universe, all_cover, all_meet};
use super::set::atoms;
use super::witness::Shape;
use std::collections::HashSet;

/// What a position can be found to hold, as far as the rows can tell.
enum Constructor {
    Unknown,
    /// The constants that the rows do not tell apart, by the one that is shown.
    Constant(i128),
    Definition(OperationId),
    Always,
}

/// How many combinations are looked at before the question counts as too hard.
///
/// It is hard in general: whether some boxes fill another one takes, as far as is known, time exponential in the number
/// of their dimensions. Rules that anybody can read need a small part of this.
const MOST_STEPS: u32 = 5_000;

/// The rows overlap in so many ways that nobody can tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct TooHard;

/// An input that `query` accepts and no row of `rows` does.
pub fn useful(
    universe: &Universe,
    positions: &[Position],
    rows: Vec<Vec<Pattern>>,
    query: &[Pattern],
) -> Result<Option<Vec<Shape>>, TooHard> {
    let mut search = Search {
        universe,
        covered: HashSet::new(),
        steps: 0,
    };
    search.useful(positions, rows, query)
}

/// Operands of an input that are to be found: what they may be, the rows that must not accept them, what must.
type Question = (Vec<Position>, Vec<Vec<Pattern>>, Vec<Pattern>);

struct Search<'a> {
    universe: &'a Universe,
    /// Questions to which there is no input: other combinations of the operands before lead to the same.
    covered: HashSet<Question>,
    steps: u32,
}

impl Search<'_> {
    fn useful(
        &mut self,
        positions: &[Position],
        mut rows: Vec<Vec<Pattern>>,
        query: &[Pattern],
    ) -> Result<Option<Vec<Shape>>, TooHard> {
        self.steps += 1;
        if self.steps > MOST_STEPS {
            return Err(TooHard);
        }
        rows.retain(|row| all_meet(row, query));
        if rows.iter().any(|row| all_cover(row, query)) {
            return Ok(None);
        }
        let Some((position, rest)) = positions.split_first() else {
            return Ok(Some(Vec::new()));
        };
        let question = (positions.to_vec(), rows, query.to_vec());
        if self.covered.contains(&question) {
            return Ok(None);
        }
        let (_, rows, _) = &question;
        for constructor in constructors(position, rows, query) {
            let arity = constructor.positions(self.universe).len();
            let Some(inner_query) = constructor.specialise(query, arity) else {
                continue;
            };
            let inner_rows = rows
                .iter()
                .filter_map(|row| constructor.specialise(row, arity));
            let inner_rows = inner_rows.collect();
            let mut inner_positions = constructor.positions(self.universe).to_vec();
            inner_positions.extend_from_slice(rest);
            if let Some(shapes) = self.useful(&inner_positions, inner_rows, &inner_query)? {
                return Ok(Some(constructor.rebuild(shapes, arity)));
            }
        }
        self.covered.insert(question);
        Ok(None)
    }
}

/// The constructors that the first column tells apart.
fn constructors(position: &Position, rows: &[Vec<Pattern>], query: &[Pattern]) -> Vec<Constructor> {
    let column = || {
        rows.iter()
            .map(Vec::as_slice)
            .chain([query])
            .filter_map(|row| row.first())
    };
    let sets = || {
        column().filter_map(|pattern| {
            if let Pattern::Constants(set) = pattern {
                Some(set)
            } else {
                None
            }
        })
    };
    let constants = |allowed| {
        let accepts = |row: &[Pattern], atom: &i128| match row.first() {
            Some(Pattern::Constants(set)) => set.contains(*atom),
            _ => true,
        };
        // Of the atoms that the same rows accept, one stands for all.
        let mut seen = HashSet::new();
        let mut atoms: Vec<i128> = atoms(allowed, sets());
        atoms.retain(|atom| {
            let accepting = rows.iter().map(|row| accepts(row, atom));
            accepts(query, atom) && seen.insert(accepting.collect::<Vec<_>>())
        });
        atoms
            .into_iter()
            .map(Constructor::Constant)
            .collect::<Vec<_>>()
    };
    match position {
        Position::Always(_) => vec![Constructor::Always],
        Position::Attribute { values } => constants(values),
        Position::Value {
            constants: allowed, ..
        } => {
            let mut found = vec![Constructor::Unknown];
            if let Some(allowed) = allowed
                && sets().next().is_some()
            {
                found.extend(constants(allowed));
            }
            let mut operations: Vec<_> = column()
                .filter_map(|pattern| {
                    if let Pattern::Definition(id, _) = pattern {
                        Some(*id)
                    } else {
                        None
                    }
                })
                .collect();
            operations.sort_unstable();
            operations.dedup();
            found.extend(operations.into_iter().map(Constructor::Definition));
            found
        }
    }
}

impl Constructor {
    /// The positions that it opens up.
    fn positions<'a>(&self, universe: &'a Universe) -> &'a [Position] {
        match self {
            Constructor::Definition(id) => &universe.operation(*id).operands,
            _ => &[],
        }
    }

    /// The rest of `row` if its first pattern accepts this constructor, with the patterns for the opened positions.
    fn specialise(&self, row: &[Pattern], arity: usize) -> Option<Vec<Pattern>> {
        let (first, rest) = row.split_first()?;
        let mut out = Vec::with_capacity(arity + rest.len());
        match (self, first) {
            (_, Pattern::Any) => out.resize(arity, Pattern::Any),
            (Constructor::Constant(atom), Pattern::Constants(set)) if set.contains(*atom) => {}
            (Constructor::Definition(mine), Pattern::Definition(theirs, inner))
                if mine == theirs =>
            {
                out.extend_from_slice(inner);
            }
            _ => return None,
        }
        out.extend_from_slice(rest);
        Some(out)
    }

    /// Folds the shapes of the opened positions back into one.
    fn rebuild(&self, mut shapes: Vec<Shape>, arity: usize) -> Vec<Shape> {
        let rest = shapes.split_off(arity);
        let first = match self {
            Constructor::Unknown => Shape::Unknown,
            Constructor::Constant(atom) => Shape::Constant(*atom),
            Constructor::Definition(id) => Shape::Definition(*id, shapes),
            Constructor::Always => Shape::Always,
        };
        std::iter::once(first).chain(rest).collect()
    }
}
