//! Expressions over the constants of a rule: data, so that their values can be reasoned about.
//!
//! At run time they are computed on `i64` with wrap-around. Here they are bounded: [`Expression::values`] is a set that
//! surely contains every value that can come out, and [`Expression::preimage`] exactly the inputs for which a value lies in
//! a set, where there is one input.

use std::fmt;

use proc_macro2::TokenStream;
use quote::quote;

use super::BindingId;
use crate::space::Set;

mod preimage;
mod values;

pub(in crate::model) use preimage::MOST_PIECES;

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

    /// Of a comparison with a number, the other side and the set that it has to lie in.
    pub fn bounds<'a>(
        self,
        left: &'a Expression,
        right: &'a Expression,
    ) -> Option<(&'a Expression, Set)> {
        let number = |expression: &Expression| Some(i128::from(expression.compute(&|_| None)?));
        let (min, max) = (i64::MIN.into(), i64::MAX.into());
        Some(match (self, number(left), number(right)) {
            (Comparison::Less, None, Some(most)) => (left, Set::range(min, most - 1)),
            (Comparison::LessOrEqual, None, Some(most)) => (left, Set::range(min, most)),
            (Comparison::Less, Some(least), None) => (right, Set::range(least + 1, max)),
            (Comparison::LessOrEqual, Some(least), None) => (right, Set::range(least, max)),
            (Comparison::Equal, None, Some(value)) => (left, Set::range(value, value)),
            (Comparison::Equal, Some(value), None) => (right, Set::range(value, value)),
            (Comparison::NotEqual, None, Some(value)) => (left, Set::all_i64().without(value)),
            (Comparison::NotEqual, Some(value), None) => (right, Set::all_i64().without(value)),
            _ => return None,
        })
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

    /// Every number in it.
    pub fn numbers(&self) -> Vec<i128> {
        match self {
            Expression::Literal(value) => vec![*value],
            Expression::Name(_) => Vec::new(),
            Expression::Unary(_, x) => x.numbers(),
            Expression::Binary(_, x, y) => [x.numbers(), y.numbers()].concat(),
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
