//! For which inputs the value of an expression lies in a set: exactly, or not at all.
//!
//! This is what makes conditions sets: `b % 8 == 1` is the preimage of 1 under `b % 8`. It is followed from the outside
//! inwards, operator by operator, and exists where there is a single name and every other operand is a number: then each
//! operator takes a set back to a set. It is refused where an operator would take it to more than a few progressions (`b %
//! 10 == 3`, `b & 0x8000 == 0`), for everything that is computed with sets later takes time by their number.

use std::collections::BTreeSet;

use super::{Binary, BindingId, Expression, Unary};
use crate::space::{Piece, Set};

/// How many progressions a set may consist of.
pub(in crate::model) const MOST_PIECES: usize = 128;

/// How many values a mask may take, if it has gaps, before they are not tried one by one.
const MOST_MASKED: i128 = 1 << 10;

const TURN: i128 = 1 << 64;

impl Expression {
    /// The name that it is computed from, and exactly the values of it for which it lies in `set`. None: that is no set, or
    /// not one that can be told in a few words.
    pub fn preimage(&self, set: &Set) -> Option<(BindingId, Set)> {
        let set = set.intersect(&Set::all_i64());
        let number = |expression: &Expression| Some(i128::from(expression.compute(&|_| None)?));
        let (inner, before) = match self {
            Expression::Name(id) => return Some((*id, set)),
            Expression::Literal(_) => return None,
            Expression::Unary(operator, x) => (x, unary(*operator, &set)?),
            Expression::Binary(operator, x, y) => match (number(x), number(y)) {
                (None, Some(by)) => (x, by_number(*operator, &set, by)?),
                (Some(by), None) => (y, number_by(*operator, &set, by)?),
                _ => return None,
            },
        };
        (before.pieces().len() <= MOST_PIECES).then_some(())?;
        inner.preimage(&before)
    }
}

fn unary(operator: Unary, set: &Set) -> Option<Set> {
    match operator {
        Unary::Negate => Some(subtracted_from(0, set)),
        Unary::Not => Some(inverted(set)),
        Unary::TrailingZeros => {
            let counts = (0..64u32).filter(|count| set.contains((*count).into()));
            let zero = set.contains(64).then_some(Piece::range(0, 0));
            let words = counts.map(|count| Piece::class(1 << count, count + 1));
            words_of(words.chain(zero))
        }
    }
}

/// Where `x OPERATOR by` is in `set`.
fn by_number(operator: Binary, set: &Set, by: i128) -> Option<Set> {
    let shift = u32::try_from(by & 63).ok()?;
    match operator {
        Binary::Add => Some(moved(set, -by)),
        Binary::Subtract => Some(moved(set, by)),
        // The lowest word is a power of two, too.
        Binary::Multiply if (by as u64).is_power_of_two() => shifted_left(set, by.trailing_zeros()),
        Binary::Multiply if by == -1 => Some(subtracted_from(0, set)),
        Binary::Multiply => None,
        Binary::Remainder => remainder(set, by),
        Binary::And => masked(set, by),
        // `x | by` is `!(!x & !by)`.
        Binary::Or => Some(inverted(&masked(&inverted(set), !by)?)),
        Binary::Xor if by == -1 => Some(inverted(set)),
        Binary::Xor => {
            let single = |piece: &Piece| {
                let value = piece.lo ^ by;
                (piece.lo == piece.hi).then_some(Piece::range(value, value))
            };
            let values: Option<Vec<Piece>> = set.pieces().iter().map(single).collect();
            Some(Set::from_pieces(values?))
        }
        Binary::ShiftLeft => shifted_left(set, shift),
        Binary::ShiftRight => shifted_right(set, shift),
    }
}

/// Where `number OPERATOR x` is in `set`.
fn number_by(operator: Binary, set: &Set, number: i128) -> Option<Set> {
    match operator {
        Binary::Subtract => Some(subtracted_from(number, set)),
        Binary::Add | Binary::Multiply | Binary::And | Binary::Or | Binary::Xor => {
            by_number(operator, set, number)
        }
        Binary::Remainder | Binary::ShiftLeft | Binary::ShiftRight => None,
    }
}

/// Those of the members that are words, if they may be few enough when they have been put together.
fn words_of(pieces: impl IntoIterator<Item = Piece>) -> Option<Set> {
    let words = Set::from_pieces(pieces).intersect(&Set::all_i64());
    (words.pieces().len() <= 2 * MOST_PIECES).then(|| words.joined())
}

/// The values to which those of `pieces` wrap around; each is at most one turn away. A turn is a multiple of every stride.
fn wrapped(pieces: impl Iterator<Item = Piece>) -> Set {
    let turned = pieces.flat_map(|piece| [-TURN, 0, TURN].map(|by| at(piece, by)));
    Set::from_pieces(turned).intersect(&Set::all_i64())
}

fn at(piece: Piece, by: i128) -> Piece {
    Piece {
        lo: piece.lo + by,
        hi: piece.hi + by,
        ..piece
    }
}

fn moved(set: &Set, by: i128) -> Set {
    wrapped(set.pieces().iter().map(|piece| at(*piece, by)))
}

fn subtracted_from(number: i128, set: &Set) -> Set {
    wrapped(set.pieces().iter().map(|piece| Piece {
        lo: number - piece.hi,
        hi: number - piece.lo,
        shift: piece.shift,
    }))
}

fn inverted(set: &Set) -> Set {
    Set::from_pieces(set.pieces().iter().map(|piece| Piece {
        lo: !piece.hi,
        hi: !piece.lo,
        shift: piece.shift,
    }))
}

/// Where `x << by` is in `set`: the upper bits of `x` are lost, and so are any.
fn shifted_left(set: &Set, by: u32) -> Option<Set> {
    let reached = set.multiples(by);
    let quotients = reached.pieces().iter().map(|piece| Piece {
        lo: piece.lo >> by,
        hi: piece.hi >> by,
        shift: piece.shift.saturating_sub(by),
    });
    let mut words = Vec::new();
    for piece in quotients {
        if piece.lo == piece.hi {
            words.push(Piece::class(piece.lo, 64 - by));
        } else if by < MOST_PIECES.ilog2() {
            let turn = TURN >> by;
            let half = 1i128 << by;
            words.extend((-half..=half).map(|turns| at(piece, turns * turn)));
        } else {
            return None;
        }
    }
    words_of(words)
}

/// Where `x >> by` is in `set`: the lower bits of `x` are lost.
fn shifted_right(set: &Set, by: u32) -> Option<Set> {
    let (least, most) = (i64::MIN >> by, i64::MAX >> by);
    let reached = set.intersect(&Set::range(least.into(), most.into()));
    let mut words = Vec::new();
    for piece in reached.pieces() {
        let below = (1i128 << by) - 1;
        let block = |lo: i128, hi: i128| Piece::range(lo << by, (hi << by) + below);
        if piece.shift == 0 {
            words.push(block(piece.lo, piece.hi));
        } else if piece.count() <= MOST_PIECES as i128 {
            let members = (0..piece.count()).map(|index| piece.lo + (index << piece.shift));
            words.extend(members.map(|member| block(member, member)));
        } else if below < MOST_PIECES as i128 {
            words.extend((0..=below).map(|low| Piece {
                lo: (piece.lo << by) + low,
                hi: (piece.hi << by) + low,
                shift: piece.shift + by,
            }));
        } else {
            return None;
        }
    }
    words_of(words)
}

/// Where `x & mask` is in `set`.
fn masked(set: &Set, mask: i128) -> Option<Set> {
    if mask < 0 {
        // Ones down to some bit: what is left is a multiple, and the lower bits are lost.
        let by = (!mask).trailing_ones();
        (!mask == (1 << by) - 1).then_some(())?;
        let multiples = set.multiples(by);
        let quotients = multiples.pieces().iter().map(|piece| Piece {
            lo: piece.lo >> by,
            hi: piece.hi >> by,
            shift: piece.shift.saturating_sub(by),
        });
        return shifted_right(&Set::from_pieces(quotients), by);
    }
    let bits = 128 - mask.leading_zeros();
    if mask == (1 << bits) - 1 {
        return words_of(with_residues(set, bits)?);
    }
    let size = 1i128 << bits;
    (size <= MOST_MASKED).then_some(())?;
    let residues = (0..size).filter(|low| set.contains(low & mask));
    words_of(classes(residues.collect(), bits))
}

/// Where `x % by` is in `set`; the sign of a remainder is that of `x`.
fn remainder(set: &Set, by: i128) -> Option<Set> {
    let (least, most) = (1 - by, by - 1);
    let possible = set.intersect(&Set::range(least, most));
    if possible.is_empty() {
        return Some(possible);
    }
    if Set::range(least, most).outside(&possible).is_none() {
        return Some(Set::all_i64());
    }
    (by.count_ones() == 1).then_some(())?;
    let bits = by.trailing_zeros();
    let upper = Set::from_pieces(with_residues(&possible, bits)?);
    let upper = upper.intersect(&Set::range(0, i64::MAX.into()));
    // Below zero, what is left is that of the value without its sign, with the sign.
    let negated = subtracted_from(0, &possible.intersect(&Set::range(least, 0)));
    let lower = Set::from_pieces(with_residues(&negated, bits)?);
    let lower = subtracted_from(0, &lower.intersect(&Set::range(1, 1 << 63)));
    words_of([upper.pieces(), lower.pieces()].concat())
}

/// The integers whose lowest `bits` are a member of `set`.
fn with_residues(set: &Set, bits: u32) -> Option<Vec<Piece>> {
    let size = 1i128 << bits;
    let residues = set.intersect(&Set::range(0, size - 1));
    let mut found = Vec::new();
    let mut single = BTreeSet::new();
    for piece in residues.pieces() {
        // From one end to the other: nothing but the stride matters.
        let is_regular = piece.shift > 0 || piece.count() == size;
        if is_regular && piece.lo < piece.stride() && piece.hi + piece.stride() >= size {
            found.push(Piece::class(piece.lo, piece.shift));
            continue;
        }
        (piece.count() <= MOST_MASKED).then_some(())?;
        single.extend((0..piece.count()).map(|index| piece.lo + (index << piece.shift)));
    }
    found.extend(classes(single, bits));
    (found.len() <= MOST_PIECES).then_some(found)
}

/// The integers whose lowest `bits` are one of `residues`, those that differ in their upper bits only told together.
fn classes(mut residues: BTreeSet<i128>, bits: u32) -> Vec<Piece> {
    let mut found = Vec::new();
    for bits in (1..=bits).rev() {
        let half = 1i128 << (bits - 1);
        let (low, high): (BTreeSet<i128>, BTreeSet<i128>) =
            residues.into_iter().partition(|residue| *residue < half);
        let high: BTreeSet<i128> = high.into_iter().map(|residue| residue - half).collect();
        let alone = |residue: &i128| Piece::class(*residue, bits);
        found.extend(low.difference(&high).map(alone));
        found.extend(
            high.difference(&low)
                .map(|residue| alone(&(residue + half))),
        );
        residues = low.intersection(&high).copied().collect();
    }
    // What is left has no bit that matters.
    found.extend(residues.into_iter().map(|_| Piece::class(0, 0)));
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    const MIN: i128 = i64::MIN as i128;
    const MAX: i128 = i64::MAX as i128;

    fn binary(operator: Binary, x: Expression, y: Expression) -> Expression {
        Expression::Binary(operator, Box::new(x), Box::new(y))
    }

    fn unary(operator: Unary, x: Expression) -> Expression {
        Expression::Unary(operator, Box::new(x))
    }

    fn name() -> Expression {
        Expression::Name(BindingId(0))
    }

    /// One operator around `x`, in each way that it can be written.
    fn around(x: &Expression) -> Vec<Expression> {
        use Binary::*;
        let operators = [
            Add, Subtract, Multiply, Remainder, And, Or, Xor, ShiftLeft, ShiftRight,
        ];
        let numbers = [
            1,
            2,
            3,
            4,
            7,
            8,
            10,
            12,
            15,
            32,
            63,
            255,
            -1,
            -2,
            -8,
            -9,
            1 << 40,
            MAX,
            MIN,
        ];
        let mut all = vec![
            unary(Unary::Negate, x.clone()),
            unary(Unary::Not, x.clone()),
            unary(Unary::TrailingZeros, x.clone()),
        ];
        for operator in operators {
            for number in numbers {
                let literal = Expression::Literal(number);
                if operator != Remainder {
                    all.push(binary(operator, literal.clone(), x.clone()));
                }
                // The language has no remainders by other numbers.
                if operator != Remainder || number > 0 {
                    all.push(binary(operator, x.clone(), literal));
                }
            }
        }
        all
    }

    #[test]
    fn preimages_are_exact() {
        let sets = [
            Set::range(0, 15),
            Set::range(1, 1),
            Set::range(-3, -3),
            Set::range(0, 0),
            Set::range(-24, 24).multiples(3),
            Set::range(MIN, -2),
            Set::range(MIN, MIN),
            Set::range(5, MAX),
            Set::all_i64().without(1),
            Set::from_pieces([Piece::class(3, 3), Piece::class(6, 4)]),
            Set::powers_of_two(),
        ];
        let near = |value: i128| (-17..=17).map(move |by| value + by);
        let values: Vec<i128> = [MIN, -MAX / 2, -(1 << 40), 0, 1 << 32, 1 << 62, MAX / 2, MAX]
            .into_iter()
            .flat_map(near)
            .filter(|value| (MIN..=MAX).contains(value))
            .collect();
        let once = around(&name());
        // Each a second time around some of the others.
        let twice = once.iter().step_by(11).flat_map(around).step_by(17);
        let expressions = once.iter().cloned().chain(twice);
        let (mut exact, mut all) = (0, 0);
        for expression in expressions {
            let results: Vec<i128> = values
                .iter()
                .map(|value| expression.compute(&|_| Some(*value as i64)))
                .map(|result| result.expect("a value").into())
                .collect();
            for set in &sets {
                all += 1;
                let Some((_, before)) = expression.preimage(set) else {
                    continue;
                };
                exact += 1;
                for (value, result) in values.iter().zip(&results) {
                    assert_eq!(
                        before.contains(*value),
                        set.contains(*result),
                        "{expression:?} of {value} is {result}, asked for {set}, answered {before}"
                    );
                }
            }
        }
        assert!(exact * 3 > all, "{exact} of {all} only");
    }

    #[track_caller]
    fn becomes(expression: Expression, set: Set, before: &str) {
        let found = expression.preimage(&set).map(|(_, set)| set.to_string());
        assert_eq!(found.as_deref(), Some(before), "{expression:?}");
    }

    #[test]
    fn residues_are_told_in_few_words() {
        let by = |operator, number| binary(operator, name(), Expression::Literal(number));
        let value = |value| Set::range(value, value);
        let all = "-9223372036854775808..=9223372036854775800 in multiples of 8";
        becomes(by(Binary::Remainder, 8), value(0), all);
        becomes(by(Binary::And, 7), value(0), all);
        let odd = "1..=9223372036854775801 in steps of 8";
        becomes(by(Binary::Remainder, 8), value(1), odd);
        let negative = "-9223372036854775801..=-1 in steps of 8";
        becomes(by(Binary::Remainder, 8), value(-1), negative);
        let both = "-9223372036854775807..=9223372036854775801 in steps of 8";
        becomes(by(Binary::And, 7), value(1), both);
        // Inside of another remainder it is the same.
        let inner = binary(
            Binary::Remainder,
            by(Binary::And, 0xffff),
            Expression::Literal(8),
        );
        becomes(inner, value(1), both);
        becomes(by(Binary::Remainder, 8), value(8), "nothing");
        becomes(by(Binary::And, 6), value(1), "nothing");
        becomes(by(Binary::And, -4096), value(4096), "4096..=8191");
        becomes(
            by(Binary::Remainder, 10),
            Set::range(-9, 9),
            &Set::all_i64().to_string(),
        );
    }

    #[test]
    fn what_takes_too_many_words_is_no_set() {
        let by = |operator, number| binary(operator, name(), Expression::Literal(number));
        let none = |expression: Expression, set: Set| assert_eq!(expression.preimage(&set), None);
        none(by(Binary::Remainder, 10), Set::range(3, 3));
        none(by(Binary::And, 0x8000), Set::range(0, 0));
        none(by(Binary::And, 0xffff), Set::range(0, 40000));
        none(by(Binary::Multiply, 3), Set::range(3, 3));
        none(binary(Binary::Add, name(), name()), Set::range(3, 3));
    }
}
