//! Which values an expression can have: a set that contains them all, and perhaps more.
//!
//! Exact results are computed operator by operator, as if operands had nothing to do with each other. What may leave `i64`
//! wraps around to anywhere, and what would take many pieces is told by its ends and its stride.

use super::{Binary, BindingId, Expression, Unary};
use crate::space::{Piece, Set};

/// How many pieces a result may be told in; the pieces of two operands multiply.
const MOST_PIECES: usize = 64;

impl Expression {
    /// A set that contains every value that it can have, given the sets of the names.
    pub fn values(&self, of: &impl Fn(BindingId) -> Set) -> Set {
        match self {
            Expression::Literal(value) => Set::range(*value, *value),
            Expression::Name(id) => of(*id),
            Expression::Unary(operator, x) => unary_values(*operator, &x.values(of)),
            Expression::Binary(operator, x, y) => {
                binary_values(*operator, &x.values(of), &y.values(of))
            }
        }
    }
}

/// What an operation on `i64` yields if the exact results are `set`: itself, or anything if it may wrap around.
fn wrapped(set: Set) -> Set {
    match set.bounds() {
        Some((lo, hi)) if lo < i64::MIN.into() || hi > i64::MAX.into() => Set::all_i64(),
        _ => set,
    }
}

fn unary_values(operator: Unary, x: &Set) -> Set {
    match operator {
        Unary::Negate => wrapped(map(x, |piece| Piece {
            lo: -piece.hi,
            hi: -piece.lo,
            shift: piece.shift,
        })),
        Unary::Not => map(x, |piece| Piece {
            lo: !piece.hi,
            hi: !piece.lo,
            shift: piece.shift,
        }),
        Unary::TrailingZeros => {
            let least = x.common_shift().min(64);
            let most = if x.contains(0) { 64 } else { 63 };
            Set::range(least.into(), most)
        }
    }
}

fn binary_values(operator: Binary, x: &Set, y: &Set) -> Set {
    let single = y.bounds().filter(|(lo, hi)| lo == hi).map(|(lo, _)| lo);
    let exact = match (operator, single) {
        (Binary::Add, _) => each_pair(x, y, |a, b| {
            (a.lo + b.lo, a.hi + b.hi, a.shift.min(b.shift))
        }),
        (Binary::Subtract, _) => each_pair(x, y, |a, b| {
            (a.lo - b.hi, a.hi - b.lo, a.shift.min(b.shift))
        }),
        (Binary::And, Some(mask)) if mask >= 0 => {
            Set::range(0, mask).multiples(mask.trailing_zeros().min(63))
        }
        (Binary::And | Binary::Or | Binary::Xor, _) => bitwise(operator, x, y),
        (Binary::ShiftRight, Some(by @ 0..=63)) => map(x, |piece| {
            let by = by as u32;
            Piece {
                lo: piece.lo >> by,
                hi: piece.hi >> by,
                shift: piece.shift.saturating_sub(by),
            }
        }),
        (Binary::ShiftLeft, Some(by @ 0..=63)) => map(x, |piece| {
            let by = by as u32;
            Piece {
                lo: piece.lo << by,
                hi: piece.hi << by,
                shift: (piece.shift + by).min(63),
            }
        }),
        (Binary::Remainder, Some(by)) if by > 0 => {
            let least = if x.bounds().is_some_and(|(lo, _)| lo < 0) {
                1 - by
            } else {
                0
            };
            Set::range(least, by - 1)
        }
        (Binary::Multiply, _) => each_pair(x, y, |a, b| {
            let ends = [
                a.lo.checked_mul(b.lo),
                a.lo.checked_mul(b.hi),
                a.hi.checked_mul(b.lo),
                a.hi.checked_mul(b.hi),
            ];
            let end = |pick: fn(i128, i128) -> i128| {
                ends.iter()
                    .copied()
                    .reduce(|x, y| Some(pick(x?, y?)))
                    .flatten()
                    .unwrap_or(i128::MAX / 4)
            };
            (end(i128::min), end(i128::max), 0)
        }),
        _ => Set::all_i64(),
    };
    coarse(wrapped(exact))
}

/// What an operation on the bits of numbers from 0 on can yield, by their greatest; of others, anything.
fn bitwise(operator: Binary, x: &Set, y: &Set) -> Set {
    let (Some((least, most)), Some((lowest, greatest))) = (x.bounds(), y.bounds()) else {
        return x.clone();
    };
    match operator {
        _ if least < 0 || lowest < 0 => Set::all_i64(),
        Binary::And => Set::range(0, most.min(greatest)),
        _ => {
            let bits = 128 - most.max(greatest).leading_zeros();
            Set::range(0, (1 << bits) - 1)
        }
    }
}

/// The set itself, or, in place of too many pieces, everything between its ends in its stride.
fn coarse(set: Set) -> Set {
    match set.bounds() {
        Some((lo, hi)) if set.pieces().len() > MOST_PIECES => {
            Set::range(lo, hi).multiples(set.common_shift())
        }
        _ => set,
    }
}

fn map(set: &Set, change: impl Fn(&Piece) -> Piece) -> Set {
    Set::from_pieces(set.pieces().iter().map(change))
}

fn each_pair(x: &Set, y: &Set, combine: impl Fn(&Piece, &Piece) -> (i128, i128, u32)) -> Set {
    let pairs = x
        .pieces()
        .iter()
        .flat_map(|a| y.pieces().iter().map(move |b| (a, b)));
    Set::from_pieces(pairs.map(|(a, b)| {
        let (lo, hi, shift) = combine(a, b);
        Piece { lo, hi, shift }
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn name() -> Box<Expression> {
        Box::new(Expression::Name(BindingId(0)))
    }

    fn literal(value: i128) -> Box<Expression> {
        Box::new(Expression::Literal(value))
    }

    fn values(expression: &Expression, set: Set) -> String {
        expression.values(&|_| set.clone()).to_string()
    }

    #[test]
    fn values_keep_strides() {
        let high = Expression::Binary(Binary::ShiftRight, name(), literal(12));
        assert_eq!(
            values(&high, Set::range(0, 0xfff000).multiples(12)),
            "0..=4095"
        );
        let negated = Expression::Unary(Unary::Negate, name());
        assert_eq!(values(&negated, Set::range(-4095, -1)), "1..=4095");
        let inverted = Expression::Unary(Unary::Not, name());
        assert_eq!(values(&inverted, Set::range(-65536, -1)), "0..=65535");
    }

    #[test]
    fn values_contain_every_result() {
        let expressions = [
            Expression::Unary(Unary::Negate, name()),
            Expression::Unary(Unary::Not, name()),
            Expression::Unary(Unary::TrailingZeros, name()),
            Expression::Binary(Binary::And, name(), literal(12)),
            Expression::Binary(Binary::And, name(), name()),
            Expression::Binary(Binary::Or, name(), literal(9)),
            Expression::Binary(Binary::Xor, literal(20), name()),
            Expression::Binary(Binary::Remainder, name(), literal(8)),
            Expression::Binary(Binary::Subtract, literal(63), name()),
            Expression::Binary(Binary::Multiply, name(), literal(-3)),
            Expression::Binary(Binary::ShiftLeft, name(), literal(3)),
        ];
        for expression in &expressions {
            for set in [Set::range(-40, 40), Set::range(1, 40)] {
                let set = set.multiples(1);
                let all = expression.values(&|_| set.clone());
                for value in (-40..=40).filter(|value| set.contains(*value)) {
                    let result = expression.evaluate(&|_| Some(value)).unwrap();
                    assert!(
                        all.contains(result),
                        "{expression:?} of {value} is {result}, outside of {all}"
                    );
                }
            }
        }
    }

    #[test]
    fn wrap_around_gives_everything() {
        let negated = Expression::Unary(Unary::Negate, name());
        let all = negated.values(&|_| Set::all_i64());
        assert_eq!(all, Set::all_i64());
    }
}
