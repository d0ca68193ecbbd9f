//! Operations on doubles: what the host computes for them, and how much of them a solver is told.
//!
//! Comparisons have a definition over bits, which the host's own comparison is tested against. Arithmetic has none: it
//! is executed, never proved. What only moves bits (negation, absolute value, moves between register files) is no
//! operation here, but built from bits.

use super::{Sort, Term};

/// An operation on doubles, which are 64 bits.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum FloatOperation {
    /// `a + b`
    Add,
    /// `a - b`
    Subtract,
    /// `a * b`
    Multiply,
    /// `a / b`
    Divide,
    /// `a * b + c`, rounded once.
    MultiplyAdd,
    /// The square root.
    SquareRoot,
    /// The greatest integer that is not greater.
    Floor,
    /// The least integer that is not less.
    Ceiling,
    /// Rounded towards zero.
    Truncate,
    /// The nearest double to a signed 64-bit integer.
    FromSigned,
    /// The nearest double to an unsigned 64-bit integer.
    FromUnsigned,
    /// Truncated to a signed 64-bit integer; the nearest one if out of range, 0 if not a number.
    ToSigned,
    /// `a == b`
    Equal,
    /// `a < b`
    Less,
    /// `a <= b`
    LessEqual,
}

impl FloatOperation {
    /// Every operation.
    pub const ALL: [FloatOperation; 15] = [
        FloatOperation::Add,
        FloatOperation::Subtract,
        FloatOperation::Multiply,
        FloatOperation::Divide,
        FloatOperation::MultiplyAdd,
        FloatOperation::SquareRoot,
        FloatOperation::Floor,
        FloatOperation::Ceiling,
        FloatOperation::Truncate,
        FloatOperation::FromSigned,
        FloatOperation::FromUnsigned,
        FloatOperation::ToSigned,
        FloatOperation::Equal,
        FloatOperation::Less,
        FloatOperation::LessEqual,
    ];

    /// The name of the function in queries.
    pub fn name(self) -> &'static str {
        match self {
            FloatOperation::Add => "float_add",
            FloatOperation::Subtract => "float_subtract",
            FloatOperation::Multiply => "float_multiply",
            FloatOperation::Divide => "float_divide",
            FloatOperation::MultiplyAdd => "float_multiply_add",
            FloatOperation::SquareRoot => "float_square_root",
            FloatOperation::Floor => "float_floor",
            FloatOperation::Ceiling => "float_ceiling",
            FloatOperation::Truncate => "float_truncate",
            FloatOperation::FromSigned => "float_from_signed",
            FloatOperation::FromUnsigned => "float_from_unsigned",
            FloatOperation::ToSigned => "float_to_signed",
            FloatOperation::Equal => "float_equal",
            FloatOperation::Less => "float_less",
            FloatOperation::LessEqual => "float_less_equal",
        }
    }

    /// How many operands it has.
    pub fn arity(self) -> usize {
        match self {
            FloatOperation::MultiplyAdd => 3,
            FloatOperation::Add
            | FloatOperation::Subtract
            | FloatOperation::Multiply
            | FloatOperation::Divide
            | FloatOperation::Equal
            | FloatOperation::Less
            | FloatOperation::LessEqual => 2,
            _ => 1,
        }
    }

    /// What it yields.
    pub fn sort(self) -> Sort {
        match self {
            FloatOperation::Equal | FloatOperation::Less | FloatOperation::LessEqual => Sort::Bool,
            _ => Sort::Bits(64),
        }
    }

    /// Whether a solver knows nothing about it.
    pub fn is_arithmetic(self) -> bool {
        self.sort() != Sort::Bool
    }

    /// What it is in bits, for a solver: `a` and `b` are the operands. Neither is NaN, and signed magnitudes compare as
    /// integers, both zeros being 0.
    pub fn definition(self, a: Term, b: Term) -> Option<Term> {
        let magnitude = |x: Term| x.and(Term::word(i64::MAX));
        let is_number = |x| magnitude(x).less_equal_unsigned(Term::word(0x7ff0_0000_0000_0000));
        let key = |x: Term| x.bit(63).choose(magnitude(x).negated(), x);
        let compared = match self {
            FloatOperation::Equal => key(a).equals(key(b)),
            FloatOperation::Less => key(a).less_signed(key(b)),
            FloatOperation::LessEqual => key(a).less_equal_signed(key(b)),
            _ => return None,
        };
        Some(is_number(a).and(is_number(b)).and(compared))
    }

    /// What the host computes; truth values are 0 and 1.
    pub fn compute(self, operands: &[u64]) -> u64 {
        let float = |index: usize| f64::from_bits(operands[index]);
        let value = match self {
            FloatOperation::Add => float(0) + float(1),
            FloatOperation::Subtract => float(0) - float(1),
            FloatOperation::Multiply => float(0) * float(1),
            FloatOperation::Divide => float(0) / float(1),
            FloatOperation::MultiplyAdd => float(0).mul_add(float(1), float(2)),
            FloatOperation::SquareRoot => float(0).sqrt(),
            FloatOperation::Floor => float(0).floor(),
            FloatOperation::Ceiling => float(0).ceil(),
            FloatOperation::Truncate => float(0).trunc(),
            FloatOperation::FromSigned => operands[0] as i64 as f64,
            FloatOperation::FromUnsigned => operands[0] as f64,
            FloatOperation::ToSigned => return float(0) as i64 as u64,
            FloatOperation::Equal => return u64::from(float(0) == float(1)),
            FloatOperation::Less => return u64::from(float(0) < float(1)),
            FloatOperation::LessEqual => return u64::from(float(0) <= float(1)),
        };
        value.to_bits()
    }
}
