//! Conditions that are no sets: comparisons between what is computed from operands, and tests of which nothing is known.
//!
//! A guard accepts some outcomes of what is tested. Guards with the same [`Subject`] have the outcome in common, so that
//! `a < b` and `a >= b` exclude each other and are all there is; a subject names positions, not the names that a rule happens
//! to use. What comparisons say about each other and about the operands is worked out by [`Told`]; apart from that, outcomes
//! of different subjects are taken to have nothing to do with each other.

use super::pattern::{Pattern, Position};
use super::set::{Piece, Set};
use super::told::Told;
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet};

/// Where an operand stands: its number, and from there inwards through the operations that are nested in it.
pub type Place = Vec<usize>;

/// A side of a comparison.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Side {
    /// The operand, if it is one and nothing is computed from it.
    pub(super) place: Option<Place>,
    /// What it is, operands being called by where they stand.
    text: String,
}

impl Side {
    /// An operand itself.
    pub fn operand(place: Place) -> Side {
        let text: Vec<String> = place.iter().map(usize::to_string).collect();
        Side {
            text: format!("${}", text.join(".")),
            place: Some(place),
        }
    }

    /// What is computed from operands, by their texts.
    pub fn computed(text: String) -> Side {
        Side { text, place: None }
    }

    /// What it is, operands being called by where they stand.
    pub fn text(&self) -> &str {
        &self.text
    }
}

/// What a guard is about.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Subject {
    /// A test of which nothing is known, by its text.
    Holds(String),
    /// Whether two operands are the same value, however it arrives.
    Same(Side, Side),
    /// Which of two constants is the greater one, if any.
    Compared(Side, Side),
}

impl Subject {
    /// How many outcomes there are.
    fn outcomes(&self) -> u8 {
        match self {
            Subject::Holds(_) | Subject::Same(..) => 2,
            Subject::Compared(..) => 3,
        }
    }
}

/// That a test fails, as a set of outcomes.
pub(super) const FAILS: u8 = 0b01;
/// That it holds.
pub(super) const HOLDS: u8 = 0b10;

/// A set of outcomes of a comparison.
pub(super) fn orders(orders: impl IntoIterator<Item = Ordering>) -> u8 {
    let bit = |order: Ordering| 1 << (order as i8 + 1);
    orders
        .into_iter()
        .map(bit)
        .fold(0, |all, bit: u8| all | bit)
}

/// A condition that is not a set.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Guard {
    /// The condition, for readers.
    pub text: String,
    pub(super) subject: Subject,
    /// The outcomes that are accepted, a bit for each.
    accepted: u8,
    /// Those that can come about for what the row accepts otherwise.
    possible: u8,
}

impl Guard {
    /// A test that may hold or fail.
    pub fn holds(text: impl Into<String>) -> Guard {
        let text = text.into();
        Guard {
            subject: Subject::Holds(text.clone()),
            text,
            accepted: HOLDS,
            possible: FAILS | HOLDS,
        }
    }

    /// That two operands are the same value.
    pub fn same(one: Place, other: Place) -> Guard {
        let (one, other) = (one.clone().min(other.clone()), one.max(other));
        let (one, other) = (Side::operand(one), Side::operand(other));
        Guard {
            text: format!("{} is {}", one.text, other.text),
            subject: Subject::Same(one, other),
            accepted: HOLDS,
            possible: FAILS | HOLDS,
        }
    }

    /// A comparison that holds for some of the three orders, of which those that are `possible` can come about.
    pub fn compares(
        text: String,
        (left, right): (Side, Side),
        holds: &[Ordering],
        possible: &[Ordering],
    ) -> Guard {
        let flip = left > right;
        let bits = |list: &[Ordering]| {
            let list = list.iter().copied();
            orders(list.map(|order| if flip { order.reverse() } else { order }))
        };
        Guard {
            text,
            accepted: bits(holds),
            possible: bits(possible),
            subject: match flip {
                true => Subject::Compared(right, left),
                false => Subject::Compared(left, right),
            },
        }
    }

    /// Whether it holds whenever all of `others` do.
    pub fn is_implied(&self, others: &[&Guard]) -> bool {
        let about = others.iter().filter(|other| other.subject == self.subject);
        let all = (1 << self.subject.outcomes()) - 1;
        let left = about.fold(all, |left, other| left & other.accepts());
        left & !self.covers() == 0
    }

    /// The outcomes for which a row accepts an input.
    pub(super) fn accepts(&self) -> u8 {
        self.accepted & self.possible
    }

    /// The outcomes for which a row surely accepts what it accepts otherwise: what cannot come about may be among them.
    fn covers(&self) -> u8 {
        self.accepted | !self.possible
    }
}

/// The guards of several rows as further operands: one for each subject, of which a row accepts some outcomes.
pub(super) struct Subjects<'a>(BTreeSet<&'a Subject>);

impl<'a> Subjects<'a> {
    pub(super) fn new(guards: impl IntoIterator<Item = &'a Guard>) -> Subjects<'a> {
        let guards = guards.into_iter();
        Subjects(guards.map(|guard| &guard.subject).collect())
    }

    pub(super) fn iter(&self) -> impl Iterator<Item = &'a Subject> {
        self.0.iter().copied()
    }

    pub(super) fn positions(&self) -> impl Iterator<Item = Position> {
        self.iter().map(|subject| Position::Attribute {
            values: Set::range(0, i128::from(subject.outcomes()) - 1),
        })
    }

    /// What a row with these guards covers of each.
    pub(super) fn covered(&self, guards: &BTreeSet<Guard>) -> impl Iterator<Item = Pattern> {
        self.patterns(guards, Guard::covers, |_| u8::MAX)
    }

    /// What an input may have of each that rows with all of these guards accept.
    pub(super) fn accepted(
        &self,
        guards: &BTreeSet<Guard>,
        told: &Told<'_>,
    ) -> impl Iterator<Item = Pattern> {
        self.patterns(guards, Guard::accepts, |subject| told.possible(subject))
    }

    fn patterns(
        &self,
        guards: &BTreeSet<Guard>,
        of: impl Fn(&Guard) -> u8,
        possible: impl Fn(&Subject) -> u8,
    ) -> impl Iterator<Item = Pattern> {
        let mut about: BTreeMap<&Subject, u8> = BTreeMap::new();
        for guard in guards {
            *about.entry(&guard.subject).or_insert(u8::MAX) &= of(guard);
        }
        self.iter().map(move |subject| {
            let accepted = about.get(subject).unwrap_or(&u8::MAX) & possible(subject);
            let outcomes = 0..subject.outcomes();
            if outcomes
                .clone()
                .all(|outcome| accepted & (1 << outcome) != 0)
            {
                return Pattern::Any;
            }
            let outcomes = outcomes.filter(|outcome| accepted & (1 << outcome) != 0);
            let pieces = outcomes.map(|outcome| Piece::range(outcome.into(), outcome.into()));
            Pattern::Constants(Set::from_pieces(pieces))
        })
    }
}
