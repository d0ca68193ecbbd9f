//! `as`, `T::from`, and the constants of types.

use super::{Type, Value};
use crate::term::{FloatOperation, Term};

/// `value as ty`
pub(super) fn cast(value: &Value, ty: Type) -> Option<Value> {
    if let (Value::Literal(value), Type::Integer { .. }) = (value, ty) {
        return Value::number(*value, ty);
    }
    let (from, x) = value.scalar()?;
    let term = match (from, ty) {
        (Type::Bool, Type::Integer { bits, .. }) => x.as_bits(bits),
        (Type::Integer { signed, .. }, Type::Integer { bits, .. }) => x.resized(bits, signed),
        (Type::Integer { signed: true, bits }, Type::Float) if bits <= 64 => {
            Term::float(FloatOperation::FromSigned, &[x.sign_extended(64)])
        }
        (
            Type::Integer {
                signed: false,
                bits,
            },
            Type::Float,
        ) if bits <= 64 => Term::float(FloatOperation::FromUnsigned, &[x.zero_extended(64)]),
        (Type::Float, Type::I64) => Term::float(FloatOperation::ToSigned, &[x]),
        (a, b) if a == b => x,
        _ => return None,
    };
    Some(Value::Scalar(ty, term))
}

/// `ty::from(value)`, which never loses anything.
pub(super) fn from(value: &Value, ty: Type) -> Option<Value> {
    let keeps = match (value.clone().typed(ty).scalar()?.0, ty) {
        (Type::Bool, Type::Integer { .. }) => true,
        (Type::Integer { bits: a, signed: s }, Type::Integer { bits: b, signed: t }) => {
            (a, s) == (b, t) || a < b && (t || !s)
        }
        (Type::Integer { bits, .. }, Type::Float) => bits <= 32,
        (a, b) => a == b,
    };
    keeps.then(|| cast(&value.clone().typed(ty), ty)).flatten()
}

/// `i64::MAX` and the like.
pub(super) fn constant(ty: Type, name: &str) -> Option<Value> {
    if ty == Type::Float {
        let value = match name {
            "INFINITY" => f64::INFINITY,
            "NEG_INFINITY" => f64::NEG_INFINITY,
            _ => return None,
        };
        return Some(Value::Scalar(ty, Term::bits(value.to_bits().into(), 64)));
    }
    let Type::Integer { bits, signed } = ty else {
        return None;
    };
    let value = match (name, signed) {
        ("BITS", _) => return Value::number(bits.into(), Type::U32),
        ("MAX", false) => u128::MAX,
        ("MIN", false) => 0,
        ("MAX", true) => (1 << (bits - 1)) - 1,
        ("MIN", true) => 1 << (bits - 1),
        _ => return None,
    };
    Some(Value::Scalar(ty, Term::bits(value, bits)))
}
