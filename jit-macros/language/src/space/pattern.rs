//! What operand positions may hold, and what a rule accepts there.
//!
//! A row is the product of one pattern per operand of one operation. Conditions on a single constant have been folded
//! into its set before they arrive here; what is left over is carried as [`Guard`]s.

use super::guard::Guard;
use super::set::Set;
use super::witness::Shape;
use std::collections::{BTreeMap, BTreeSet};

/// Index of an operation in a [`Universe`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct OperationId(pub u32);

/// The operations whose patterns are compared.
#[derive(Clone, Debug, Default)]
pub struct Universe {
    operations: Vec<Operation>,
}

/// An operation, as far as patterns can see it.
#[derive(Clone, Debug)]
pub struct Operation {
    /// Its name, for witnesses.
    pub name: String,
    /// What each operand may be.
    pub operands: Vec<Position>,
}

/// What an operand may be.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Position {
    /// A value: of unknown origin, the result of an operation that may be folded, or, where the type allows it, a
    /// constant.
    Value {
        /// The constants that may arrive, if any.
        constants: Option<Set>,
        /// Letter of a register that holds such a value, for witnesses.
        register: char,
    },
    /// A constant held in the instruction itself.
    Attribute {
        /// The values it may take.
        values: Set,
    },
    /// A block, an exit or a list: every pattern accepts it. The word stands for it in witnesses.
    Always(&'static str),
}

/// What a rule accepts at an operand position.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Pattern {
    /// Everything: a register form, a constant of any value at an attribute, a block.
    Any,
    /// Constants of the set, nothing else.
    Constants(Set),
    /// The foldable result of an operation whose operands match in turn. Never a constant.
    Definition(OperationId, Vec<Pattern>),
}

impl Pattern {
    /// Whether there is something that both accept.
    pub(super) fn meets(&self, other: &Pattern) -> bool {
        match (self, other) {
            (Pattern::Any, _) | (_, Pattern::Any) => true,
            (Pattern::Constants(mine), Pattern::Constants(theirs)) => mine.meets(theirs),
            (Pattern::Definition(mine, inner), Pattern::Definition(theirs, other)) => {
                mine == theirs && all_meet(inner, other)
            }
            _ => false,
        }
    }

    /// Whether it surely accepts everything that `other` does. `false`: that has to be looked into.
    pub(super) fn covers(&self, other: &Pattern) -> bool {
        match (self, other) {
            (Pattern::Any, _) => true,
            (Pattern::Constants(mine), Pattern::Constants(theirs)) => mine.covers(theirs),
            (Pattern::Definition(mine, inner), Pattern::Definition(theirs, other)) => {
                mine == theirs && all_cover(inner, other)
            }
            _ => false,
        }
    }

    /// Whether it accepts what a shape describes. A value of unknown origin is accepted by what accepts everything only.
    pub fn accepts(&self, shape: &Shape) -> bool {
        match (self, shape) {
            (Pattern::Any, _) => true,
            (Pattern::Constants(set), Shape::Constant(example)) => set.contains(*example),
            (Pattern::Definition(mine, inner), Shape::Definition(theirs, shapes)) => {
                mine == theirs && all_accept(inner, shapes)
            }
            _ => false,
        }
    }

    /// The pattern at a place, if patterns are nested that far.
    pub fn at<'a>(operands: &'a [Pattern], place: &[usize]) -> Option<&'a Pattern> {
        let (first, rest) = place.split_first()?;
        let first = operands.get(*first)?;
        rest.iter().try_fold(first, |pattern, index| match pattern {
            Pattern::Definition(_, inner) => inner.get(*index),
            Pattern::Any | Pattern::Constants(_) => None,
        })
    }

    /// The pattern at a place, if patterns are nested that far.
    pub(super) fn at_mut<'a>(
        operands: &'a mut [Pattern],
        place: &[usize],
    ) -> Option<&'a mut Pattern> {
        let (first, rest) = place.split_first()?;
        let first = operands.get_mut(*first)?;
        rest.iter().try_fold(first, |pattern, index| match pattern {
            Pattern::Definition(_, inner) => inner.get_mut(*index),
            Pattern::Any | Pattern::Constants(_) => None,
        })
    }

    /// What both accept, if anything can be.
    pub fn intersect(&self, other: &Pattern) -> Option<Pattern> {
        match (self, other) {
            (Pattern::Any, pattern) | (pattern, Pattern::Any) => Some(pattern.clone()),
            (Pattern::Constants(mine), Pattern::Constants(theirs)) => {
                let common = mine.intersect(theirs);
                (!common.is_empty()).then_some(Pattern::Constants(common))
            }
            (Pattern::Definition(mine, inner), Pattern::Definition(theirs, other)) => {
                if mine != theirs {
                    return None;
                }
                Some(Pattern::Definition(*mine, intersect_all(inner, other)?))
            }
            _ => None,
        }
    }
}

fn all_accept(patterns: &[Pattern], shapes: &[Shape]) -> bool {
    let mut pairs = patterns.iter().zip(shapes);
    pairs.all(|(pattern, shape)| pattern.accepts(shape))
}

/// Whether there is an input that both rows of patterns accept.
pub(super) fn all_meet(mine: &[Pattern], theirs: &[Pattern]) -> bool {
    mine.iter()
        .zip(theirs)
        .all(|(mine, theirs)| mine.meets(theirs))
}

/// Whether the first row of patterns surely accepts every input that the second one does.
pub(super) fn all_cover(mine: &[Pattern], theirs: &[Pattern]) -> bool {
    mine.iter()
        .zip(theirs)
        .all(|(mine, theirs)| mine.covers(theirs))
}

/// Element by element intersection.
pub(super) fn intersect_all(mine: &[Pattern], theirs: &[Pattern]) -> Option<Vec<Pattern>> {
    mine.iter()
        .zip(theirs)
        .map(|(mine, theirs)| mine.intersect(theirs))
        .collect()
}

/// One way in which a rule matches.
#[derive(Clone, Debug)]
pub struct Row {
    /// The rule it comes from. A rule over commutative operations has several rows.
    pub rule: usize,
    /// Which of the rule's rows it is; 0 is the one that was written.
    pub variant: usize,
    /// The operation at the root.
    pub operation: OperationId,
    /// One pattern per operand.
    pub operands: Vec<Pattern>,
    /// Conditions beyond the patterns; all must hold.
    pub guards: BTreeSet<Guard>,
}

impl Row {
    /// Whether its patterns accept these operands, guards left aside.
    pub fn accepts(&self, operands: &[Shape]) -> bool {
        all_accept(&self.operands, operands)
    }
}

impl Universe {
    /// A universe without operations.
    pub fn new() -> Universe {
        Universe::default()
    }

    /// Adds an operation; ids count up from 0.
    pub fn add(&mut self, operation: Operation) -> OperationId {
        let id = OperationId(u32::try_from(self.operations.len()).unwrap_or(u32::MAX));
        self.operations.push(operation);
        id
    }

    /// The operation behind an id of this universe.
    pub fn operation(&self, id: OperationId) -> &Operation {
        &self.operations[id.0 as usize]
    }
}

/// `indices` of rows by the operation of their row; those of one operation stay in their order.
pub fn by_operation(
    rows: &[Row],
    indices: impl IntoIterator<Item = usize>,
) -> BTreeMap<OperationId, Vec<usize>> {
    let mut groups: BTreeMap<OperationId, Vec<usize>> = BTreeMap::new();
    for index in indices {
        groups.entry(rows[index].operation).or_default().push(index);
    }
    groups
}
