//! Operators and methods of `f64`. Sign bits are bits; everything that rounds is an operation of the host.

use syn::BinOp;

use super::{Type, Value};
use crate::term::{FloatOperation, Term};

pub(super) fn operator(operator: &BinOp, x: Term, y: Term) -> Option<Value> {
    let truth = match operator {
        BinOp::Eq(_) => Term::float(FloatOperation::Equal, &[x, y]),
        BinOp::Ne(_) => Term::float(FloatOperation::Equal, &[x, y]).inverted(),
        BinOp::Lt(_) => Term::float(FloatOperation::Less, &[x, y]),
        BinOp::Le(_) => Term::float(FloatOperation::LessEqual, &[x, y]),
        BinOp::Gt(_) => Term::float(FloatOperation::Less, &[y, x]),
        BinOp::Ge(_) => Term::float(FloatOperation::LessEqual, &[y, x]),
        _ => {
            let operation = match operator {
                BinOp::Add(_) => FloatOperation::Add,
                BinOp::Sub(_) => FloatOperation::Subtract,
                BinOp::Mul(_) => FloatOperation::Multiply,
                BinOp::Div(_) => FloatOperation::Divide,
                _ => return None,
            };
            return Some(Value::Scalar(Type::Float, Term::float(operation, &[x, y])));
        }
    };
    Some(Value::bool(truth))
}

pub(super) fn method(name: &str, x: Term, arguments: &[Value]) -> Option<Value> {
    let float = |term| Some(Value::Scalar(Type::Float, term));
    let unary = |operation| float(Term::float(operation, &[x]));
    match (name, arguments) {
        ("to_bits", []) => Some(Value::Scalar(Type::U64, x)),
        ("abs", []) => float(x.and(Term::word(i64::MAX))),
        ("sqrt", []) => unary(FloatOperation::SquareRoot),
        ("floor", []) => unary(FloatOperation::Floor),
        ("ceil", []) => unary(FloatOperation::Ceiling),
        ("trunc", []) => unary(FloatOperation::Truncate),
        ("is_nan", []) => Some(Value::bool(
            Term::float(FloatOperation::Equal, &[x, x]).inverted(),
        )),
        ("mul_add", [Value::Scalar(Type::Float, y), Value::Scalar(Type::Float, z)]) => {
            float(Term::float(FloatOperation::MultiplyAdd, &[x, *y, *z]))
        }
        _ => None,
    }
}
