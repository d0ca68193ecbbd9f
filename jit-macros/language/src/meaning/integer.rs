//! Operators and methods of Rust's integers.
//!
//! `+`, `-` and `*` wrap: a meaning in which they overflow would panic when it is evaluated, which the tests of rules at
//! their edges would show. Shifts take their amount modulo the width, as the `wrapping_` methods do.

use syn::BinOp;

use super::{Type, Value};
use crate::term::Term;

pub(super) fn shifted_left(x: Term, by: Term) -> Term {
    x.shifted_left(amount(x, by))
}

pub(super) fn shifted_right(x: Term, by: Term, signed: bool) -> Term {
    if signed {
        x.shifted_right_signed(amount(x, by))
    } else {
        x.shifted_right_unsigned(amount(x, by))
    }
}

/// A shift amount modulo the width of `x`, as wide as `x`.
fn amount(x: Term, by: Term) -> Term {
    let mask = Term::bits((x.width() - 1).into(), by.width());
    by.and(mask).resized(x.width(), false)
}

pub(super) fn operator(operator: &BinOp, ty: Type, x: Term, y: Term) -> Option<Value> {
    let signed = ty.is_signed();
    let less = |x: Term, y: Term| {
        if signed {
            x.less_signed(y)
        } else {
            x.less_unsigned(y)
        }
    };
    let truth = match operator {
        BinOp::Eq(_) => x.equals(y),
        BinOp::Ne(_) => x.equals(y).inverted(),
        BinOp::Lt(_) => less(x, y),
        BinOp::Gt(_) => less(y, x),
        BinOp::Le(_) => less(y, x).inverted(),
        BinOp::Ge(_) => less(x, y).inverted(),
        _ => {
            let value = match operator {
                BinOp::Add(_) => x.plus(y),
                BinOp::Sub(_) => x.minus(y),
                BinOp::Mul(_) => x.times(y),
                BinOp::Div(_) => divided(x, y, signed),
                BinOp::BitAnd(_) => x.and(y),
                BinOp::BitOr(_) => x.or(y),
                BinOp::BitXor(_) => x.xor(y),
                _ => return None,
            };
            return Some(Value::Scalar(ty, value));
        }
    };
    Some(Value::bool(truth))
}

/// The quotient; what it is for a zero divisor does not matter, Rust panics there.
fn divided(x: Term, y: Term, signed: bool) -> Term {
    if signed {
        x.divided_signed(y)
    } else {
        x.divided_unsigned(y)
    }
}

pub(super) fn method(name: &str, ty: Type, x: Term, arguments: &[Value]) -> Option<Value> {
    let Type::Integer { bits, signed } = ty else {
        return None;
    };
    let same = |term| Some(Value::Scalar(ty, term));
    let count = |term: Term| Some(Value::Scalar(Type::U32, term.resized(32, false)));
    let with_sign = |signed, term| Some(Value::Scalar(Type::Integer { bits, signed }, term));
    match (name, arguments) {
        ("wrapping_neg", []) => return same(x.negated()),
        ("leading_zeros", []) => return count(x.leading_zeros()),
        ("trailing_zeros", []) => return count(x.trailing_zeros()),
        ("count_ones", []) => return count(x.count_ones()),
        ("reverse_bits", []) => return same(x.reversed()),
        ("swap_bytes", []) => {
            let byte = |index: u32| x.extract(8 * index + 7, 8 * index);
            return same((1..bits / 8).fold(byte(0), |high, index| high.above(byte(index))));
        }
        ("cast_signed", []) if !signed => return with_sign(true, x),
        ("cast_unsigned", []) if signed => return with_sign(false, x),
        ("wrapping_abs", []) if signed => return same(x.bit(bits - 1).choose(x.negated(), x)),
        ("unsigned_abs", []) if signed => {
            return with_sign(false, x.bit(bits - 1).choose(x.negated(), x));
        }
        ("is_negative", []) if signed => return Some(Value::bool(x.bit(bits - 1))),
        ("is_power_of_two", []) if !signed => {
            return Some(Value::bool(x.count_ones().equals(Term::bits(1, bits))));
        }
        _ => {}
    }
    let [other] = arguments else {
        return None;
    };
    if matches!(
        name,
        "wrapping_shl" | "wrapping_shr" | "rotate_left" | "rotate_right"
    ) {
        let Value::Scalar(Type::U32, by) = other.clone().typed(Type::U32) else {
            return None;
        };
        let by = amount(x, by);
        return same(match name {
            "wrapping_shl" => x.shifted_left(by),
            "wrapping_shr" => shifted_right(x, by, signed),
            "rotate_right" => x.rotated_right(by),
            _ => x.rotated_right(by.negated()),
        });
    }
    let Value::Scalar(found, y) = other.clone().typed(ty) else {
        return None;
    };
    if found != ty {
        return None;
    }
    let less = if signed {
        x.less_signed(y)
    } else {
        x.less_unsigned(y)
    };
    match name {
        "wrapping_add" => return same(x.plus(y)),
        "wrapping_sub" => return same(x.minus(y)),
        "wrapping_mul" => return same(x.times(y)),
        "wrapping_div" => return same(divided(x, y, signed)),
        "min" => return same(less.choose(x, y)),
        "max" => return same(less.choose(y, x)),
        _ => {}
    }
    let (how, operation) = name.split_once('_')?;
    if operation == "div" && how == "checked" {
        let zero = y.equals(Term::bits(0, bits));
        let least = x.equals(Term::bits(1 << (bits - 1), bits));
        let overflow = least.and(y.equals(Term::bits(u128::MAX, bits)));
        let present = zero.or(overflow.and(Term::bool(signed))).inverted();
        let value = Box::new(Value::Scalar(ty, divided(x, y, signed)));
        return Some(Value::Option { present, value });
    }
    // With enough bits for every result, it fits if cutting it off changes nothing.
    let wide = if operation == "mul" {
        2 * bits
    } else {
        bits + 1
    };
    if wide > 128 {
        return None;
    }
    let (a, b) = (x.resized(wide, signed), y.resized(wide, signed));
    let exact = match operation {
        "add" => a.plus(b),
        "sub" => a.minus(b),
        "mul" => a.times(b),
        _ => return None,
    };
    let value = Value::Scalar(ty, exact.low(bits));
    let fits = exact.low(bits).resized(wide, signed).equals(exact);
    match how {
        "checked" => Some(Value::Option {
            present: fits,
            value: Box::new(value),
        }),
        "overflowing" => Some(Value::Tuple(vec![value, Value::bool(fits.inverted())])),
        _ => None,
    }
}
