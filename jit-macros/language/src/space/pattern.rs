//! What operand positions may hold, and what a rule accepts there.
//!
//! A row is the product of one pattern per operand of one operation. Conditions on a single constant have been folded
//! into its set before they arrive here; what is left over is carried as [`Guard`]s.

use super::set::{Piece, Set};
use std::cmp::Ordering;
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

/// A condition that is not a set: a comparison between two constants, or a test of which nothing is known.
///
/// It accepts some outcomes of what is tested. Guards with the same subject have the outcome in common, so that `a < b` and
/// `a >= b` exclude each other and are all there is; the subject must name positions, not the names that a rule happens to
/// use. Outcomes of different subjects are taken to have nothing to do with each other.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guard {
    /// The condition, for readers.
    pub text: String,
    subject: String,
    /// How many outcomes there are.
    outcomes: u8,
    /// The outcomes that are accepted, a bit for each.
    accepted: u8,
}

impl Guard {
    /// A test that may hold or fail.
    pub fn holds(text: impl Into<String>) -> Guard {
        let text = text.into();
        Guard {
            subject: text.clone(),
            text,
            outcomes: 2,
            accepted: 0b10,
        }
    }

    /// A comparison between `left` and `right` that holds for those of the three orders.
    pub fn compares(text: String, left: &str, right: &str, holds: &[Ordering]) -> Guard {
        let flip = left > right;
        let (one, other) = if flip { (right, left) } else { (left, right) };
        let bit = |order: &Ordering| {
            let order = if flip { order.reverse() } else { *order };
            1 << (order as i8 + 1)
        };
        Guard {
            text,
            subject: format!("{one} against {other}"),
            outcomes: 3,
            accepted: holds.iter().map(bit).sum(),
        }
    }

    /// Whether it holds whenever all of `others` do.
    pub fn is_implied(&self, others: &[&Guard]) -> bool {
        let about = others.iter().filter(|other| other.subject == self.subject);
        let all = (1 << self.outcomes) - 1;
        let left = about.fold(all, |left, other| left & other.accepted);
        left & !self.accepted == 0
    }
}

/// The guards of several rows as further operands: one for each subject, of which a row accepts some outcomes.
pub(super) struct Subjects<'a>(BTreeMap<&'a str, u8>);

impl<'a> Subjects<'a> {
    pub(super) fn new(guards: impl IntoIterator<Item = &'a Guard>) -> Subjects<'a> {
        let subjects = guards.into_iter();
        Subjects(
            subjects
                .map(|guard| (guard.subject.as_str(), guard.outcomes))
                .collect(),
        )
    }

    pub(super) fn positions(&self) -> impl Iterator<Item = Position> {
        self.0.values().map(|outcomes| Position::Attribute {
            values: Set::range(0, i128::from(*outcomes) - 1),
        })
    }

    /// What a row with these guards accepts of each.
    pub(super) fn patterns(&self, guards: &BTreeSet<Guard>) -> impl Iterator<Item = Pattern> {
        self.0.iter().map(|(subject, outcomes)| {
            let about = guards.iter().filter(|guard| guard.subject == **subject);
            let accepted = about.fold(None, |all, guard| {
                Some(all.unwrap_or(u8::MAX) & guard.accepted)
            });
            let Some(accepted) = accepted else {
                return Pattern::Any;
            };
            let outcomes = (0..*outcomes).filter(|outcome| accepted & (1 << outcome) != 0);
            let pieces = outcomes.map(|outcome| Piece::range(outcome.into(), outcome.into()));
            Pattern::Constants(Set::from_pieces(pieces))
        })
    }
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
