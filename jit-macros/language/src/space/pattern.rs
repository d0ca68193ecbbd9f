//! What operand positions may hold, and what a rule accepts there.
//!
//! A row is the product of one pattern per operand of one operation. Conditions on a single constant have been folded
//! into its set before they arrive here; what is left over is carried as [`Guard`]s, which are never interpreted, only
//! compared.

use super::set::Set;
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
#[derive(Clone, Debug, PartialEq, Eq)]
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

/// Element by element intersection.
pub(super) fn intersect_all(mine: &[Pattern], theirs: &[Pattern]) -> Option<Vec<Pattern>> {
    mine.iter()
        .zip(theirs)
        .map(|(mine, theirs)| mine.intersect(theirs))
        .collect()
}

/// A condition that is not a set: a comparison between two constants, or a test by function.
///
/// Two guards are the same condition exactly if they are equal, so the description must name positions, not the names
/// that a rule happens to use.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guard(pub String);

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
