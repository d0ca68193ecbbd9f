//! Expressions over the constants of a rule: data, so that their values can be reasoned about.
//!
//! At run time they are computed on `i64` with wrap-around. Here they are bounded: [`Expression::values`] is a set that
//! surely contains every value that can come out.

use std::fmt;

use proc_macro2::TokenStream;
use quote::quote;

use super::BindingId;
use crate::space::{Piece, Set};

/// An expression over constants.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Expression {
    /// A number.
    Literal(i128),
    /// A constant of the pattern, or a `let`.
    Name(BindingId),
    /// An operator with one operand.
    Unary(Unary, Box<Expression>),
    /// An operator with two operands.
    Binary(Binary, Box<Expression>, Box<Expression>),
}

/// Operators with one operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Unary {
    /// `-x`
    Negate,
    /// `!x`
    Not,
    /// `trailing_zeros(x)`; 64 for 0.
    TrailingZeros,
}

/// Operators with two operands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Binary {
    /// `x + y`
    Add,
    /// `x - y`
    Subtract,
    /// `x * y`
    Multiply,
    /// `x % y`; the sign is that of `x`.
    Remainder,
    /// `x & y`
    And,
    /// `x | y`
    Or,
    /// `x ^ y`
    Xor,
    /// `x << y`, `y` modulo 64.
    ShiftLeft,
    /// `x >> y`, keeping the sign, `y` modulo 64.
    ShiftRight,
}

/// Comparisons, of signed numbers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    NotEqual,
    /// `<`
    Less,
    /// `<=`
    LessOrEqual,
}

/// Predicates of the language.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Predicate {
    /// `power_of_two(x)`: exactly one bit of the word is set.
    PowerOfTwo,
}

impl Predicate {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Predicate::PowerOfTwo => "power_of_two",
        }
    }
}

impl Comparison {
    /// Whether it holds between numbers in this order.
    pub fn holds(self, order: std::cmp::Ordering) -> bool {
        match self {
            Comparison::Equal => order.is_eq(),
            Comparison::NotEqual => order.is_ne(),
            Comparison::Less => order.is_lt(),
            Comparison::LessOrEqual => order.is_le(),
        }
    }

    /// The operator.
    pub fn symbol(self) -> &'static str {
        match self {
            Comparison::Equal => "==",
            Comparison::NotEqual => "!=",
            Comparison::Less => "<",
            Comparison::LessOrEqual => "<=",
        }
    }
}

impl Expression {
    /// Every name in it.
    pub fn names(&self) -> Vec<BindingId> {
        match self {
            Expression::Literal(_) => Vec::new(),
            Expression::Name(id) => vec![*id],
            Expression::Unary(_, x) => x.names(),
            Expression::Binary(_, x, y) => [x.names(), y.names()].concat(),
        }
    }

    /// Its value, given those of the names. None: outside of `i64` on the way, where run time would wrap around.
    pub fn evaluate(&self, of: &impl Fn(BindingId) -> Option<i128>) -> Option<i128> {
        let value = match self {
            Expression::Literal(value) => *value,
            Expression::Name(id) => of(*id)?,
            Expression::Unary(operator, x) => {
                let x = x.evaluate(of)?;
                match operator {
                    Unary::Negate => -x,
                    Unary::Not => !x,
                    Unary::TrailingZeros => (x as i64).trailing_zeros().into(),
                }
            }
            Expression::Binary(operator, x, y) => {
                let (x, y) = (x.evaluate(of)?, y.evaluate(of)?);
                match operator {
                    Binary::Add => x + y,
                    Binary::Subtract => x - y,
                    Binary::Multiply => x.checked_mul(y)?,
                    Binary::Remainder => x.checked_rem(y)?,
                    Binary::And => x & y,
                    Binary::Or => x | y,
                    Binary::Xor => x ^ y,
                    Binary::ShiftLeft => ((x as i64) << (y & 63)).into(),
                    Binary::ShiftRight => x >> (y & 63),
                }
            }
        };
        i64::try_from(value).is_ok().then_some(value)
    }

    /// Its value as it is computed at run time, given those of the names.
    pub fn compute(&self, of: &impl Fn(BindingId) -> Option<i64>) -> Option<i64> {
        Some(match self {
            Expression::Literal(value) => *value as i64,
            Expression::Name(id) => of(*id)?,
            Expression::Unary(operator, x) => {
                let x = x.compute(of)?;
                match operator {
                    Unary::Negate => x.wrapping_neg(),
                    Unary::Not => !x,
                    Unary::TrailingZeros => x.trailing_zeros().into(),
                }
            }
            Expression::Binary(operator, x, y) => {
                let (x, y) = (x.compute(of)?, y.compute(of)?);
                match operator {
                    Binary::Add => x.wrapping_add(y),
                    Binary::Subtract => x.wrapping_sub(y),
                    Binary::Multiply => x.wrapping_mul(y),
                    Binary::Remainder => x.checked_rem(y)?,
                    Binary::And => x & y,
                    Binary::Or => x | y,
                    Binary::Xor => x ^ y,
                    Binary::ShiftLeft => x.wrapping_shl(y as u32),
                    Binary::ShiftRight => x.wrapping_shr(y as u32),
                }
            }
        })
    }

    /// The name that it is computed from, and exactly the values of it for which it lies in `set`. None: that is no set.
    pub fn preimage(&self, set: &Set) -> Option<(BindingId, Set)> {
        let set = set.intersect(&Set::all_i64());
        let pieces = set.pieces().iter();
        let number = |expression: &Expression| expression.evaluate(&|_| None);
        match self {
            Expression::Name(id) => Some((*id, set)),
            Expression::Unary(Unary::Negate, x) => x.preimage(&wrap(pieces.map(|piece| Piece {
                lo: -piece.hi,
                hi: -piece.lo,
                shift: piece.shift,
            }))),
            Expression::Unary(Unary::Not, x) if set.pieces().iter().all(is_plain) => x.preimage(
                &Set::from_pieces(pieces.map(|piece| Piece::range(!piece.hi, !piece.lo))),
            ),
            Expression::Binary(operator @ (Binary::Add | Binary::Subtract), x, y) => {
                let y = number(y)?;
                let by = if *operator == Binary::Add { -y } else { y };
                if pieces
                    .clone()
                    .any(|piece| by.trailing_zeros() < piece.shift)
                {
                    return None;
                }
                x.preimage(&wrap(pieces.map(|piece| Piece {
                    lo: piece.lo + by,
                    hi: piece.hi + by,
                    shift: piece.shift,
                })))
            }
            Expression::Binary(Binary::ShiftRight, x, y) if set.pieces().iter().all(is_plain) => {
                let by = number(y).filter(|by| (0..64).contains(by))?;
                x.preimage(&Set::from_pieces(pieces.map(|piece| {
                    Piece::range(piece.lo << by, (piece.hi << by) + (1 << by) - 1)
                })))
            }
            _ => None,
        }
    }

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

    /// The Rust expression of type `i64`, given those of the names.
    pub fn tokens(&self, of: &impl Fn(BindingId) -> TokenStream) -> TokenStream {
        match self {
            Expression::Literal(value) => {
                let literal = proc_macro2::Literal::i64_suffixed(*value as i64);
                quote!((#literal))
            }
            Expression::Name(id) => of(*id),
            Expression::Unary(operator, x) => {
                let x = x.tokens(of);
                match operator {
                    Unary::Negate => quote!(i64::wrapping_neg(#x)),
                    Unary::Not => quote!((!#x)),
                    Unary::TrailingZeros => quote!(i64::from(i64::trailing_zeros(#x))),
                }
            }
            Expression::Binary(operator, x, y) => {
                let (x, y) = (x.tokens(of), y.tokens(of));
                match operator {
                    Binary::Add => quote!(i64::wrapping_add(#x, #y)),
                    Binary::Subtract => quote!(i64::wrapping_sub(#x, #y)),
                    Binary::Multiply => quote!(i64::wrapping_mul(#x, #y)),
                    Binary::Remainder => quote!((#x % #y)),
                    Binary::And => quote!((#x & #y)),
                    Binary::Or => quote!((#x | #y)),
                    Binary::Xor => quote!((#x ^ #y)),
                    Binary::ShiftLeft => quote!(i64::wrapping_shl(#x, (#y) as u32)),
                    Binary::ShiftRight => quote!(i64::wrapping_shr(#x, (#y) as u32)),
                }
            }
        }
    }

    /// As text, with names replaced by what `of` says.
    pub fn text(&self, of: &impl Fn(BindingId) -> String) -> String {
        match self {
            Expression::Literal(value) => value.to_string(),
            Expression::Name(id) => of(*id),
            Expression::Unary(Unary::Negate, x) => format!("-{}", x.text(of)),
            Expression::Unary(Unary::Not, x) => format!("!{}", x.text(of)),
            Expression::Unary(Unary::TrailingZeros, x) => format!("trailing_zeros({})", x.text(of)),
            Expression::Binary(operator, x, y) => {
                format!("({} {operator} {})", x.text(of), y.text(of))
            }
        }
    }
}

impl fmt::Display for Binary {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Binary::Add => "+",
            Binary::Subtract => "-",
            Binary::Multiply => "*",
            Binary::Remainder => "%",
            Binary::And => "&",
            Binary::Or => "|",
            Binary::Xor => "^",
            Binary::ShiftLeft => "<<",
            Binary::ShiftRight => ">>",
        })
    }
}

fn is_plain(piece: &Piece) -> bool {
    piece.shift == 0 || piece.lo == piece.hi
}

/// The values to which those of `pieces` wrap around; each is at most one turn away. A turn is a multiple of every stride.
fn wrap(pieces: impl Iterator<Item = Piece>) -> Set {
    const TURN: i128 = 1 << 64;
    let turned = pieces.flat_map(|piece| {
        [-TURN, 0, TURN].map(|by| Piece {
            lo: piece.lo + by,
            hi: piece.hi + by,
            shift: piece.shift,
        })
    });
    Set::from_pieces(turned).intersect(&Set::all_i64())
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
        Unary::Not => map(x, |piece| Piece::range(!piece.hi, !piece.lo)),
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
    wrapped(exact)
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
            Expression::Binary(Binary::Remainder, name(), literal(8)),
            Expression::Binary(Binary::Subtract, literal(63), name()),
            Expression::Binary(Binary::Multiply, name(), literal(-3)),
            Expression::Binary(Binary::ShiftLeft, name(), literal(3)),
        ];
        for expression in &expressions {
            let set = Set::range(-40, 40).multiples(1);
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

    #[test]
    fn preimages_are_exact() {
        let binary = |operator, by| Expression::Binary(operator, name(), literal(by));
        let negated = || Expression::Unary(Unary::Negate, name());
        let (min, max) = (i128::from(i64::MIN), i128::from(i64::MAX));
        let expressions = [
            Expression::Name(BindingId(0)),
            negated(),
            Expression::Unary(Unary::Not, name()),
            Expression::Unary(Unary::Not, Box::new(negated())),
            binary(Binary::Add, 3),
            binary(Binary::Add, max),
            binary(Binary::Subtract, min),
            binary(Binary::ShiftRight, 4),
            binary(Binary::ShiftRight, 63),
            Expression::Binary(Binary::Subtract, Box::new(negated()), literal(8)),
        ];
        let sets = [
            Set::range(0, 15),
            Set::range(-3, -3),
            Set::range(-24, 24).multiples(3),
            Set::range(min, -2),
            Set::range(min, min),
            Set::range(5, max),
        ];
        let near = |value: i128| (-40..=40).map(move |by| value + by);
        let values: Vec<i128> = [min, -max / 2, 0, max / 2, max]
            .into_iter()
            .flat_map(near)
            .filter(|value| (min..=max).contains(value))
            .collect();
        let mut exact = 0;
        for (expression, set) in expressions
            .iter()
            .flat_map(|it| sets.iter().map(move |set| (it, set)))
        {
            let Some((_, before)) = expression.preimage(set) else {
                continue;
            };
            exact += 1;
            for value in &values {
                let result = expression.compute(&|_| Some(*value as i64)).unwrap();
                assert_eq!(
                    before.contains(*value),
                    set.contains(result.into()),
                    "{expression:?} of {value} is {result}, asked for {set}, answered {before}"
                );
            }
        }
        assert!(exact > 40, "{exact} only");
    }

    #[test]
    fn wrap_around_gives_everything() {
        let negated = Expression::Unary(Unary::Negate, name());
        let all = negated.values(&|_| Set::all_i64());
        assert_eq!(all, Set::all_i64());
    }
}
