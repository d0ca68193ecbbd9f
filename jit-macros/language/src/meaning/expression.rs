//! Expressions: names, literals, operators, casts, and the way to methods and functions.

use syn::{BinOp, Expr, ExprBinary, ExprCall, ExprMethodCall, ExprUnary, Lit, UnOp};

use super::value::agree;
use super::{Result, Scope, Type, Value, refuse};
use crate::term::Term;

/// The name that a path or a field of one is: `a`, `flags.z`.
pub(super) fn name(expression: &Expr) -> Option<String> {
    match expression {
        Expr::Path(path) if path.qself.is_none() => path.path.get_ident().map(ToString::to_string),
        Expr::Field(field) => match &field.member {
            syn::Member::Named(member) => Some(format!("{}.{member}", name(&field.base)?)),
            syn::Member::Unnamed(_) => None,
        },
        Expr::Group(group) => name(&group.expr),
        _ => None,
    }
}

impl Scope {
    pub(super) fn expression(&mut self, expression: &Expr) -> Result<Value> {
        match expression {
            Expr::Paren(inside) => self.expression(&inside.expr),
            Expr::Group(inside) => self.expression(&inside.expr),
            Expr::Reference(inside) => self.expression(&inside.expr),
            Expr::Block(block) => self.block(&block.block),
            Expr::If(conditional) => self.conditional(conditional),
            Expr::Assign(assignment) => self.assignment(&assignment.left, &assignment.right),
            Expr::Lit(literal) => self.literal(&literal.lit),
            Expr::Path(_) | Expr::Field(_) => self.path(expression),
            Expr::Unary(unary) => self.unary(unary),
            Expr::Binary(binary) => self.binary(binary),
            Expr::Cast(cast) => {
                let value = self.expression(&cast.expr)?;
                let syn::Type::Path(path) = &*cast.ty else {
                    return refuse(&cast.ty, "no type to cast to");
                };
                let ty = path
                    .path
                    .get_ident()
                    .and_then(|name| Type::from_name(&name.to_string()));
                match ty.and_then(|ty| super::cast::cast(&value, ty)) {
                    Some(value) => Ok(value),
                    None => refuse(expression, "no cast that is understood"),
                }
            }
            Expr::MethodCall(call) => self.method(call),
            Expr::Call(call) => self.call(call),
            Expr::Tuple(tuple) => self.several(tuple.elems.iter()),
            Expr::Array(array) => self.several(array.elems.iter()),
            other => refuse(other, "this kind of expression is not understood"),
        }
    }

    fn several<'a>(&mut self, expressions: impl Iterator<Item = &'a Expr>) -> Result<Value> {
        let values = expressions.map(|expression| self.expression(expression));
        Ok(Value::Tuple(values.collect::<Result<_>>()?))
    }

    /// The term of a condition.
    pub(super) fn truth(&mut self, expression: &Expr) -> Result<Term> {
        match self.expression(expression)? {
            Value::Scalar(Type::Bool, term) => Ok(term),
            _ => refuse(expression, "no truth value"),
        }
    }

    fn literal(&mut self, literal: &Lit) -> Result<Value> {
        match literal {
            Lit::Bool(literal) => Ok(Value::bool(Term::bool(literal.value))),
            Lit::Int(literal) => {
                let Ok(value) = literal.base10_parse::<u64>().map(i128::from) else {
                    return refuse(literal, "a number of more than 64 bits");
                };
                match (literal.suffix(), Type::from_name(literal.suffix())) {
                    ("", _) => Ok(Value::Literal(value)),
                    (_, Some(ty)) => Ok(Value::Literal(value).typed(ty)),
                    _ => refuse(literal, "no type that is understood"),
                }
            }
            Lit::Float(literal) => match literal.base10_parse::<f64>() {
                Ok(value) => Ok(Value::Scalar(
                    Type::Float,
                    Term::bits(value.to_bits().into(), 64),
                )),
                Err(error) => refuse(literal, error.to_string()),
            },
            other => refuse(other, "no number"),
        }
    }

    fn path(&mut self, expression: &Expr) -> Result<Value> {
        if let Some(name) = name(expression) {
            if let Some(value) = self.value(&name) {
                return Ok(value.clone());
            }
            if name != "None" {
                return refuse(expression, format!("`{name}` is not declared"));
            }
        }
        let segments = match expression {
            Expr::Path(path) => path
                .path
                .segments
                .iter()
                .map(|segment| segment.ident.to_string())
                .collect(),
            _ => Vec::new(),
        };
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        match segments[..] {
            ["None"] => Ok(Value::none()),
            [ty, constant] => {
                match Type::from_name(ty).and_then(|ty| super::cast::constant(ty, constant)) {
                    Some(value) => Ok(value),
                    None => refuse(expression, "no constant that is understood"),
                }
            }
            _ => refuse(expression, "no name that is understood"),
        }
    }

    fn unary(&mut self, unary: &ExprUnary) -> Result<Value> {
        let value = self.expression(&unary.expr)?;
        match (&unary.op, value) {
            (UnOp::Deref(_), value) => Ok(value),
            (UnOp::Neg(_), Value::Literal(value)) => Ok(Value::Literal(-value)),
            (UnOp::Not(_), Value::Scalar(ty, term)) if ty != Type::Float => {
                Ok(Value::Scalar(ty, term.inverted()))
            }
            (UnOp::Neg(_), Value::Scalar(Type::Float, term)) => {
                Ok(Value::Scalar(Type::Float, term.xor(Term::word(i64::MIN))))
            }
            (UnOp::Neg(_), Value::Scalar(ty, term)) if ty.is_signed() => {
                Ok(Value::Scalar(ty, term.negated()))
            }
            _ => refuse(unary, "this operator does not fit its operand"),
        }
    }

    fn binary(&mut self, binary: &ExprBinary) -> Result<Value> {
        let left = self.expression(&binary.left)?;
        let right = self.expression(&binary.right)?;
        if let (Value::Literal(x), Value::Literal(y)) = (&left, &right)
            && let Some(value) = literals(&binary.op, *x, *y)
        {
            return Ok(Value::Literal(value));
        }
        if let (BinOp::Shl(_) | BinOp::Shr(_), Some((ty, x)), Some((_, by))) =
            (&binary.op, left.scalar(), right.scalar())
            && matches!(ty, Type::Integer { .. })
            && matches!(right.scalar(), Some((Type::Integer { .. }, _)))
        {
            let shifted = match binary.op {
                BinOp::Shl(_) => super::integer::shifted_left(x, by),
                _ => super::integer::shifted_right(x, by, ty.is_signed()),
            };
            return Ok(Value::Scalar(ty, shifted));
        }
        let (left, right) = agree(left, right);
        let (Some((ty, x)), Some((other, y))) = (left.scalar(), right.scalar()) else {
            return refuse(binary, "an operator between these is not understood");
        };
        if ty != other {
            let message = format!("an operator between `{}` and `{}`", ty.name(), other.name());
            return refuse(binary, message);
        }
        let value = match ty {
            Type::Bool => boolean(&binary.op, x, y),
            Type::Float => super::float::operator(&binary.op, x, y),
            Type::Integer { .. } => super::integer::operator(&binary.op, ty, x, y),
        };
        match value {
            Some(value) => Ok(value),
            None => refuse(
                binary,
                format!("this operator on `{}` is not understood", ty.name()),
            ),
        }
    }

    fn method(&mut self, call: &ExprMethodCall) -> Result<Value> {
        if name(&call.receiver).as_deref() == Some("memory") && self.value("memory").is_none() {
            return self.access(call);
        }
        let receiver = self.expression(&call.receiver)?;
        let arguments = call.args.iter().map(|argument| self.expression(argument));
        let arguments = arguments.collect::<Result<Vec<_>>>()?;
        let method = call.method.to_string();
        let value = match &receiver {
            Value::Option { present, value } => match (&method[..], &arguments[..]) {
                ("is_some", []) => Some(Value::bool(*present)),
                ("is_none", []) => Some(Value::bool(present.inverted())),
                ("unwrap_or", [other]) => Value::chosen(*present, (**value).clone(), other.clone()),
                _ => None,
            },
            Value::Scalar(Type::Float, x) => super::float::method(&method, *x, &arguments),
            Value::Scalar(ty @ Type::Integer { .. }, x) => {
                super::integer::method(&method, *ty, *x, &arguments)
            }
            _ => None,
        };
        match value {
            Some(value) => Ok(value),
            None => refuse(
                call,
                format!("the method `{method}` of this is not understood"),
            ),
        }
    }

    fn call(&mut self, call: &ExprCall) -> Result<Value> {
        let Expr::Path(path) = &*call.func else {
            return refuse(call, "no function that is understood");
        };
        let segments: Vec<String> = path
            .path
            .segments
            .iter()
            .map(|segment| segment.ident.to_string())
            .collect();
        let segments: Vec<&str> = segments.iter().map(String::as_str).collect();
        let arguments = call.args.iter().map(|argument| self.expression(argument));
        let arguments = arguments.collect::<Result<Vec<_>>>()?;
        let value = match (&segments[..], &arguments[..]) {
            (["Some"], [value]) => Some(Value::Option {
                present: Term::bool(true),
                value: Box::new(value.clone()),
            }),
            ([ty, "from"], [value]) => {
                Type::from_name(ty).and_then(|ty| super::cast::from(value, ty))
            }
            (["f64", "from_bits"], [value]) => match value.clone().typed(Type::U64) {
                Value::Scalar(Type::U64, bits) => Some(Value::Scalar(Type::Float, bits)),
                _ => None,
            },
            // `i64::wrapping_add(a, b)` is `a.wrapping_add(b)`.
            ([ty, method], [receiver, rest @ ..]) => {
                let ty = Type::from_name(ty);
                match (ty, ty.map(|ty| receiver.clone().typed(ty))) {
                    (Some(ty), Some(Value::Scalar(found, x))) if found == ty => match ty {
                        Type::Float => super::float::method(method, x, rest),
                        Type::Integer { .. } => super::integer::method(method, ty, x, rest),
                        Type::Bool => None,
                    },
                    _ => None,
                }
            }
            _ => None,
        };
        match value {
            Some(value) => Ok(value),
            None => refuse(call, "this function is not understood"),
        }
    }
}

/// Arithmetic on numbers that have no type yet.
fn literals(operator: &BinOp, x: i128, y: i128) -> Option<i128> {
    match operator {
        BinOp::Add(_) => x.checked_add(y),
        BinOp::Sub(_) => x.checked_sub(y),
        BinOp::Mul(_) => x.checked_mul(y),
        _ => None,
    }
}

fn boolean(operator: &BinOp, x: Term, y: Term) -> Option<Value> {
    Some(Value::bool(match operator {
        BinOp::And(_) | BinOp::BitAnd(_) => x.and(y),
        BinOp::Or(_) | BinOp::BitOr(_) => x.or(y),
        BinOp::BitXor(_) | BinOp::Ne(_) => x.xor(y),
        BinOp::Eq(_) => x.equals(y),
        _ => return None,
    }))
}
