//! The usefulness test: is there an input that one row accepts and none of some others does?
//!
//! This is the algorithm of Maranget, "Warnings for pattern matching" (2007), over three kinds of constructors: a value
//! of unknown origin, the result of an operation, a constant. Constants are infinitely many, but the rows at hand cut
//! them into finitely many atoms. A value of unknown origin also stands for results of all operations that no row
//! mentions, and for constants where no row asks for one: nothing tells them apart.
//!
//! The order in which constructors are tried decides which example a person sees: plain registers first, then constants
//! near zero, then nested operations.

use super::pattern::{OperationId, Pattern, Position, Universe};
use super::set::{Atom, atoms};
use super::witness::Shape;

/// What a position can be found to hold, as far as the rows can tell.
enum Constructor {
    Unknown,
    Constant(Atom),
    Definition(OperationId),
    Always,
}

/// An input that `query` accepts and no row of `rows` does.
pub fn useful(
    universe: &Universe,
    positions: &[Position],
    rows: &[Vec<Pattern>],
    query: &[Pattern],
) -> Option<Vec<Shape>> {
    let Some((position, rest)) = positions.split_first() else {
        return rows.is_empty().then(Vec::new);
    };
    for constructor in constructors(position, rows, query) {
        let arity = constructor.positions(universe).len();
        let Some(inner_query) = constructor.specialise(query, arity) else {
            continue;
        };
        let inner_rows: Vec<_> = rows
            .iter()
            .filter_map(|row| constructor.specialise(row, arity))
            .collect();
        let mut inner_positions = constructor.positions(universe).to_vec();
        inner_positions.extend_from_slice(rest);
        if let Some(shapes) = useful(universe, &inner_positions, &inner_rows, &inner_query) {
            return Some(constructor.rebuild(shapes, arity));
        }
    }
    None
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
        let atoms: Vec<Atom> = atoms(allowed, sets());
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
            (Constructor::Constant(atom), Pattern::Constants(set))
                if set.contains(atom.example) => {}
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
            Constructor::Constant(atom) => Shape::Constant {
                example: atom.example,
                segment: atom.segment,
            },
            Constructor::Definition(id) => Shape::Definition(*id, shapes),
            Constructor::Always => Shape::Always,
        };
        std::iter::once(first).chain(rest).collect()
    }
}
