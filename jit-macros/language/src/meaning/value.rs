//! Typed values: a term with the Rust type that it has in a meaning.

use crate::term::{Sort, Term};

/// The Rust type of a scalar.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Type {
    /// `bool`
    Bool,
    /// `i8` to `i128`, `u8` to `u128`.
    Integer {
        /// How many bits.
        bits: u32,
        /// Whether the highest one is a sign.
        signed: bool,
    },
    /// `f64`, by its bits.
    Float,
}

impl Type {
    /// `i64`
    pub const I64: Type = Type::Integer {
        bits: 64,
        signed: true,
    };
    /// `u64`
    pub const U64: Type = Type::Integer {
        bits: 64,
        signed: false,
    };
    /// `u32`
    pub const U32: Type = Type::Integer {
        bits: 32,
        signed: false,
    };

    /// The type with this name.
    pub fn from_name(name: &str) -> Option<Type> {
        match name {
            "bool" => return Some(Type::Bool),
            "f64" => return Some(Type::Float),
            // Of 64 bits on the machines that rules are for and are run on.
            "usize" => return Some(Type::U64),
            "isize" => return Some(Type::I64),
            _ => {}
        }
        let signed = name.starts_with('i');
        let bits = name
            .strip_prefix(if signed { 'i' } else { 'u' })?
            .parse()
            .ok()?;
        [8, 16, 32, 64, 128]
            .contains(&bits)
            .then_some(Type::Integer { bits, signed })
    }

    /// Its name.
    pub fn name(self) -> String {
        match self {
            Type::Bool => "bool".to_owned(),
            Type::Float => "f64".to_owned(),
            Type::Integer { bits, signed: true } => format!("i{bits}"),
            Type::Integer {
                bits,
                signed: false,
            } => format!("u{bits}"),
        }
    }

    /// The sort of its terms.
    pub fn sort(self) -> Sort {
        match self {
            Type::Bool => Sort::Bool,
            Type::Float => Sort::Bits(64),
            Type::Integer { bits, .. } => Sort::Bits(bits),
        }
    }

    /// Whether there is a sign.
    pub fn is_signed(self) -> bool {
        matches!(self, Type::Integer { signed: true, .. })
    }
}

/// What an expression of a meaning yields.
#[derive(Clone, PartialEq, Debug)]
pub enum Value {
    /// A number or truth value.
    Scalar(Type, Term),
    /// An integer literal without a type of its own yet.
    Literal(i128),
    /// `Some` if `present`, `None` if not.
    Option {
        /// Whether there is a value.
        present: Term,
        /// The value; arbitrary if there is none.
        value: Box<Value>,
    },
    /// Several values; none of them is `()`.
    Tuple(Vec<Value>),
}

impl Value {
    /// `()`
    pub fn unit() -> Value {
        Value::Tuple(Vec::new())
    }

    /// A truth value.
    pub fn bool(term: Term) -> Value {
        Value::Scalar(Type::Bool, term)
    }

    /// Something of type `ty`, called `name`.
    pub fn symbol(name: &str, ty: Type) -> Value {
        Value::Scalar(ty, Term::symbol(name, ty.sort()))
    }

    /// `None`
    pub fn none() -> Value {
        Value::Option {
            present: Term::bool(false),
            value: Box::new(Value::unit()),
        }
    }

    /// A number of type `ty`.
    pub fn number(value: i128, ty: Type) -> Option<Value> {
        match ty {
            Type::Integer { bits, .. } => Some(Value::Scalar(ty, Term::bits(value as u128, bits))),
            _ => None,
        }
    }

    /// The value as `ty`, which a literal takes on.
    pub fn typed(self, ty: Type) -> Value {
        match self {
            Value::Literal(value) => Value::number(value, ty).unwrap_or(Value::Literal(value)),
            other => other,
        }
    }

    /// The type and the term of a scalar; a literal is an `i32`, as in Rust.
    pub fn scalar(&self) -> Option<(Type, Term)> {
        match self {
            Value::Scalar(ty, term) => Some((*ty, *term)),
            Value::Literal(value) => {
                let ty = Type::Integer {
                    bits: 32,
                    signed: true,
                };
                Some((ty, Term::bits(*value as u128, 32)))
            }
            _ => None,
        }
    }

    /// The word that lies in a register for it: zeros above, 0 and 1 for truth values.
    pub fn word(&self) -> Option<Term> {
        match self.scalar()? {
            (Type::Bool, term) => Some(term.as_bits(64)),
            (_, term) if term.width() <= 64 => Some(term.zero_extended(64)),
            _ => None,
        }
    }

    /// This one if `condition` holds, `other` if not; `None` if they have different types.
    pub fn chosen(condition: Term, this: Value, other: Value) -> Option<Value> {
        let (this, other) = agree(this, other);
        Some(match (this, other) {
            (Value::Scalar(a, x), Value::Scalar(b, y)) if a == b => {
                Value::Scalar(a, condition.choose(x, y))
            }
            (Value::Literal(a), Value::Literal(b)) if a == b => Value::Literal(a),
            (Value::Literal(a), Value::Literal(b)) => {
                let ty = Type::I64;
                return Value::chosen(
                    condition,
                    Value::Literal(a).typed(ty),
                    Value::Literal(b).typed(ty),
                );
            }
            (
                Value::Option {
                    present: p,
                    value: x,
                },
                Value::Option {
                    present: q,
                    value: y,
                },
            ) => {
                let value = match (p.truth(), q.truth()) {
                    (Some(false), _) => y,
                    (_, Some(false)) => x,
                    _ => Box::new(Value::chosen(condition, *x, *y)?),
                };
                Value::Option {
                    present: condition.choose(p, q),
                    value,
                }
            }
            (Value::Tuple(x), Value::Tuple(y)) if x.len() == y.len() => {
                let pairs = x.into_iter().zip(y);
                Value::Tuple(
                    pairs
                        .map(|(x, y)| Value::chosen(condition, x, y))
                        .collect::<Option<_>>()?,
                )
            }
            _ => return None,
        })
    }
}

/// A literal takes the type of what it stands with.
pub(super) fn agree(left: Value, right: Value) -> (Value, Value) {
    match (&left, &right) {
        (Value::Scalar(ty, _), Value::Literal(_)) => {
            let ty = *ty;
            (left, right.typed(ty))
        }
        (Value::Literal(_), Value::Scalar(ty, _)) => {
            let ty = *ty;
            (left.typed(ty), right)
        }
        _ => (left, right),
    }
}
