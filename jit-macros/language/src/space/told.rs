//! What comparisons between operands say about each other and about the operands.
//!
//! Whoever accepts `Sub(a, a)` accepts no difference of a constant and a shift, and whoever accepts `a < b` for an `a` of at
//! least 10 accepts no `b` of 5. So conditions are followed from one to the next before a question is asked: values that are
//! the same are like both of their patterns, the orders of `a` and `b` and of `b` and `c` say something about that of `a`
//! and `c`, and an end of one set limits another one.
//!
//! What is found out is right, and not all there is: rows that are told apart by a comparison and by sets together may be
//! taken to leave something over, and values that are chosen for an example one by one need not compare as they should.

use super::guard::{FAILS, Guard, HOLDS, Place, Side, Subject, Subjects, orders};
use super::pattern::Pattern;
use super::set::Set;
use std::collections::BTreeSet;

/// How often what has become of sets is looked at anew. Rounds can be as many as there are numbers: `a < b && b < a`.
const MOST_ROUNDS: usize = 4;

const LESS: u8 = 0b001;
const EQUAL: u8 = 0b010;
const GREATER: u8 = 0b100;

/// What inputs are like that some patterns accept under some guards.
pub(super) struct Told<'a> {
    /// What is compared.
    sides: Vec<&'a Side>,
    /// For each two sides, the orders that are possible.
    orders: Vec<Vec<u8>>,
    /// For each two sides, whether they are surely the same value.
    same: Vec<Vec<bool>>,
    /// What the operands are like.
    pub operands: Vec<Pattern>,
}

impl<'a> Told<'a> {
    /// What `guards` say of `operands`, and of what is compared anywhere. None: no input is like this.
    pub fn new(
        operands: &[Pattern],
        guards: &'a BTreeSet<Guard>,
        subjects: &Subjects<'a>,
    ) -> Option<Told<'a>> {
        let compared = subjects.iter().filter_map(|subject| match subject {
            Subject::Same(one, other) | Subject::Compared(one, other) => Some([one, other]),
            Subject::Holds(_) => None,
        });
        let sides: BTreeSet<&Side> = compared.flatten().collect();
        let count = sides.len();
        let own = |value: u8, other: u8, index: usize| {
            let mut row = vec![other; count];
            row[index] = value;
            row
        };
        let mut told = Told {
            sides: sides.into_iter().collect(),
            orders: (0..count).map(|index| own(EQUAL, 0b111, index)).collect(),
            same: (0..count)
                .map(|index| (0..count).map(|other| other == index).collect())
                .collect(),
            operands: operands.to_vec(),
        };
        for guard in guards {
            match &guard.subject {
                Subject::Holds(_) => {}
                Subject::Same(one, other) => {
                    let (one, other) = (told.index(one), told.index(other));
                    told.same[one][other] = true;
                    told.same[other][one] = true;
                }
                Subject::Compared(one, other) => {
                    let (one, other) = (told.index(one), told.index(other));
                    told.limit(one, other, guard.accepts());
                }
            }
        }
        for _ in 0..MOST_ROUNDS {
            told.compare_sets();
            told.follow();
            if told.is_in_itself() || told.orders.iter().flatten().any(|orders| *orders == 0) {
                return None;
            }
            if !told.narrow()? {
                break;
            }
        }
        Some(told)
    }

    fn index(&self, side: &Side) -> usize {
        self.sides.binary_search(&side).unwrap_or(0)
    }

    /// Leaves some of the orders of two sides.
    fn limit(&mut self, one: usize, other: usize, orders: u8) {
        self.orders[one][other] &= orders;
        self.orders[other][one] &= reversed(orders);
    }

    fn pairs(&self) -> impl Iterator<Item = (usize, usize)> + use<> {
        let count = self.sides.len();
        (0..count).flat_map(move |one| (one + 1..count).map(move |other| (one, other)))
    }

    /// The pattern of a side that is an operand.
    fn pattern(&self, side: usize) -> Option<&Pattern> {
        Pattern::at(&self.operands, self.sides[side].place.as_ref()?)
    }

    /// The values of a side that is a constant operand.
    fn set(&self, side: usize) -> Option<&Set> {
        match self.pattern(side)? {
            Pattern::Constants(set) => Some(set),
            Pattern::Any | Pattern::Definition(..) => None,
        }
    }

    /// Leaves the orders that two sets allow.
    fn compare_sets(&mut self) {
        for (one, other) in self.pairs() {
            let (Some(mine), Some(theirs)) = (self.set(one), self.set(other)) else {
                continue;
            };
            let possible = orders(mine.orders(theirs));
            self.limit(one, other, possible);
        }
    }

    /// From two sides to a third one.
    fn follow(&mut self) {
        let count = self.sides.len();
        for over in 0..count {
            for one in 0..count {
                for other in 0..count {
                    self.same[one][other] |= self.same[one][over] && self.same[over][other];
                    if self.same[one][other] {
                        self.limit(one, other, EQUAL);
                        self.open(one, other);
                    }
                    let orders = composed(self.orders[one][over], self.orders[over][other]);
                    self.limit(one, other, orders);
                }
            }
        }
    }

    /// What the same value is computed from is the same, too.
    fn open(&mut self, one: usize, other: usize) {
        let inside = |side: usize, of: usize| {
            let (side, of) = (
                self.sides[side].place.as_ref()?,
                self.sides[of].place.as_ref()?,
            );
            side.strip_prefix(of.as_slice())
                .filter(|rest| !rest.is_empty())
        };
        let count = self.sides.len();
        let pairs = (0..count).flat_map(|mine| (0..count).map(move |theirs| (mine, theirs)));
        let same = pairs.filter(|&(mine, theirs)| {
            let place = inside(mine, one);
            place.is_some() && place == inside(theirs, other)
        });
        for (mine, theirs) in same.collect::<Vec<_>>() {
            self.same[mine][theirs] = true;
        }
    }

    /// Whether a value would have to be computed from itself.
    fn is_in_itself(&self) -> bool {
        self.same()
            .iter()
            .any(|(outer, inner)| inner.starts_with(outer))
    }

    /// Leaves of the operands what their comparisons allow. Whether that is less than before; none if it is nothing.
    fn narrow(&mut self) -> Option<bool> {
        let mut narrowed = false;
        for (one, other) in self.pairs() {
            let (Some(mine), Some(theirs)) = (self.pattern(one), self.pattern(other)) else {
                continue;
            };
            let orders = self.orders[one][other];
            let (mine, theirs) = match (mine, theirs) {
                _ if self.same[one][other] => {
                    let both = mine.intersect(theirs)?;
                    (both.clone(), both)
                }
                (Pattern::Constants(mine), Pattern::Constants(theirs)) => {
                    let (mine, theirs) = match orders & (LESS | GREATER) {
                        0 => (mine.intersect(theirs), mine.intersect(theirs)),
                        LESS => below(mine, theirs, orders & EQUAL == 0),
                        GREATER => {
                            let (theirs, mine) = below(theirs, mine, orders & EQUAL == 0);
                            (mine, theirs)
                        }
                        _ => continue,
                    };
                    if mine.is_empty() || theirs.is_empty() {
                        return None;
                    }
                    (Pattern::Constants(mine), Pattern::Constants(theirs))
                }
                _ => continue,
            };
            for (side, pattern) in [(one, mine), (other, theirs)] {
                let place = self.sides[side].place.as_ref();
                let operand = place.and_then(|place| Pattern::at_mut(&mut self.operands, place))?;
                narrowed |= *operand != pattern;
                *operand = pattern;
            }
        }
        Some(narrowed)
    }

    /// The operands that are surely the same value, the first one first.
    pub fn same(&self) -> Vec<(Place, Place)> {
        let same = self.pairs().filter(|(one, other)| self.same[*one][*other]);
        let place = |side: usize| self.sides[side].place.clone();
        same.filter_map(|(one, other)| Some((place(one)?, place(other)?)))
            .collect()
    }

    /// The outcomes of a subject that may come about.
    pub fn possible(&self, subject: &Subject) -> u8 {
        match subject {
            Subject::Holds(_) => FAILS | HOLDS,
            Subject::Compared(one, other) => self.orders[self.index(one)][self.index(other)],
            Subject::Same(one, other) => {
                let (one, other) = (self.index(one), self.index(other));
                let may_meet = match (self.pattern(one), self.pattern(other)) {
                    (Some(mine), Some(theirs)) => mine.meets(theirs),
                    _ => true,
                };
                match self.same[one][other] {
                    true => HOLDS,
                    false if may_meet && self.orders[one][other] & EQUAL != 0 => FAILS | HOLDS,
                    false => FAILS,
                }
            }
        }
    }
}

fn reversed(orders: u8) -> u8 {
    let (less, greater) = (orders & LESS, orders & GREATER);
    less << 2 | orders & EQUAL | greater >> 2
}

/// The orders of `a` and `c`, given those of `a` and `b` and of `b` and `c`.
fn composed(first: u8, second: u8) -> u8 {
    let of = |one: u8, other: u8| match (one, other) {
        (EQUAL, order) | (order, EQUAL) => order,
        (LESS, LESS) | (GREATER, GREATER) => one,
        _ => LESS | EQUAL | GREATER,
    };
    let all = [LESS, EQUAL, GREATER];
    let among = |orders: u8| all.into_iter().filter(move |order| orders & order != 0);
    let pairs = among(first).flat_map(|one| among(second).map(move |other| of(one, other)));
    pairs.fold(0, |all, orders| all | orders)
}

/// The values of two sets of which each has a greater one, or else an equal one, in the other set or is that.
fn below(lower: &Set, upper: &Set, strictly: bool) -> (Set, Set) {
    let (Some((least, _)), Some((_, most))) = (lower.bounds(), upper.bounds()) else {
        return (lower.clone(), upper.clone());
    };
    let apart = i128::from(strictly);
    let (min, max) = (i64::MIN.into(), i64::MAX.into());
    (
        lower.intersect(&Set::range(min, most - apart)),
        upper.intersect(&Set::range(least + apart, max)),
    )
}
