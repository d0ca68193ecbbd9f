//! What a pattern means: the meanings of its operations, one put into the other.

use std::collections::BTreeMap;

use proc_macro2::Ident;

use super::machine::Stuck;
use crate::meaning::{self, CALL, CALL_FLOAT, Scope, Type, Value};
use crate::model::lowering::{BindingId, OperandPattern, OperationPattern};
use crate::model::ops::{AttributeKind, Meaning, Op, OperandKind, Ops, Representation, TypeId};
use crate::term::{FloatOperation, Sort, Term};

/// What comes of an operation.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The word that it yields, if the operation has a result.
    pub result: Option<Term>,
    /// How many bits of the result count.
    pub bits: u32,
    /// When it goes on, for a guard; otherwise the exit is taken.
    pub goes_on: Term,
    /// For a terminator: the number of the target, or the value that is returned.
    pub word: Option<Term>,
    /// The memory behind it.
    pub memory: Term,
    /// Whether the result is computed with floating-point arithmetic, so that one NaN is as good as another.
    pub is_float_arithmetic: bool,
}

/// The meaning of `pattern`, whose bindings have these words, in `memory`. `list` is what its list of values holds.
///
/// # Errors
/// A meaning that is prose or is not understood.
pub fn meaning(
    pattern: &OperationPattern,
    words: &BTreeMap<BindingId, Term>,
    list: &[Term],
    memory: Term,
    ops: &Ops,
) -> Result<Outcome, Stuck> {
    Reader { words, list, ops }.operation(pattern, memory)
}

/// What stands for something given, in all meanings and on right sides.
pub(super) fn given_word(name: &Ident) -> Term {
    Term::symbol(&name.to_string(), Sort::Bits(64))
}

/// Whether two values are the same result: to the bit, but for NaN that arithmetic has made.
pub(super) fn same_result(outcome: &Outcome, actual: Term, expected: Term) -> Term {
    let same = actual.equals(expected);
    if !outcome.is_float_arithmetic {
        return same;
    }
    let is_nan = |x| Term::float(FloatOperation::Equal, &[x, x]).inverted();
    same.or(is_nan(actual).and(is_nan(expected)))
}

struct Reader<'a> {
    words: &'a BTreeMap<BindingId, Term>,
    list: &'a [Term],
    ops: &'a Ops,
}

impl Reader<'_> {
    fn operation(&self, pattern: &OperationPattern, memory: Term) -> Result<Outcome, Stuck> {
        let op = &self.ops[pattern.op];
        let Meaning::Expression(expression) = &op.meaning else {
            return Err(format!("the meaning of `{}` is a sentence", op.name));
        };
        let mut scope = Scope::new();
        scope.memory = memory;
        let is_float = op
            .result
            .is_some_and(|ty| self.representation(ty).is_float());
        scope.called = if is_float { CALL_FLOAT } else { CALL };
        let mut blocks = 0;
        for (operand, found) in op.operands.iter().zip(&pattern.operands) {
            let word = self.word(found, &mut scope)?;
            let value = match (&operand.kind, word) {
                (
                    OperandKind::Value(ty) | OperandKind::Const(AttributeKind::Type(ty)),
                    Some(word),
                ) => typed(word, self.representation(*ty)),
                (OperandKind::Const(AttributeKind::Named(_)), Some(word)) => {
                    Value::Scalar(Type::I64, word)
                }
                (OperandKind::List, _) => {
                    let words = self.list.iter().map(|word| Value::Scalar(Type::U64, *word));
                    Value::Tuple(words.collect())
                }
                // A target is its position in the pattern, unless it is known as another one.
                (OperandKind::Block, word) => {
                    blocks += 1;
                    Value::Scalar(Type::U64, word.unwrap_or_else(|| Term::word(blocks - 1)))
                }
                (OperandKind::Const(_), None) => continue,
                (_, None) => {
                    return Err(format!("`{}` of `{}` has no value", operand.name, op.name));
                }
            };
            scope.bind(operand.name.to_string(), value);
        }
        for given in &self.ops.givens {
            let operand = &given.operand;
            let representation = match &operand.kind {
                OperandKind::Value(ty) | OperandKind::Const(AttributeKind::Type(ty)) => {
                    self.representation(*ty)
                }
                _ => Representation::I64,
            };
            let value = typed(given_word(&operand.name), representation);
            scope.bind(operand.name.to_string(), value);
        }
        let value =
            meaning::expression(expression, &mut scope).map_err(|error| error.to_string())?;
        self.outcome(op, value, scope.memory)
    }

    /// The word of an operand; what a nested operation does to memory stays in `scope`.
    fn word(&self, operand: &OperandPattern, scope: &mut Scope) -> Result<Option<Term>, Stuck> {
        match operand {
            OperandPattern::Bound(id) => Ok(self.words.get(id).copied()),
            OperandPattern::Definition(inner) => {
                let outcome = self.operation(inner, scope.memory)?;
                scope.memory = outcome.memory;
                Ok(outcome.result)
            }
            OperandPattern::Any | OperandPattern::AnyConstant => {
                Err("an operand that is not named".to_owned())
            }
        }
    }

    fn representation(&self, ty: TypeId) -> Representation {
        self.ops[ty].representation.unwrap_or(Representation::U64)
    }

    fn outcome(&self, op: &Op, value: Value, memory: Term) -> Result<Outcome, Stuck> {
        let always = Term::bool(true);
        let (goes_on, value) = match value {
            Value::Option { present, value } => (present, *value),
            Value::Scalar(Type::Bool, holds) if op.effects.guard && op.result.is_none() => {
                (holds, Value::unit())
            }
            value => (always, value),
        };
        let word = value.word();
        if op.result.is_some() && word.is_none() && goes_on.truth() != Some(false) {
            return Err(format!("the meaning of `{}` yields no word", op.name));
        }
        Ok(Outcome {
            result: op.result.and(word),
            bits: op.result.map_or(64, |ty| self.representation(ty).bits()),
            goes_on,
            word,
            memory,
            is_float_arithmetic: word.is_some_and(Term::has_float_arithmetic)
                && op
                    .result
                    .is_some_and(|ty| self.representation(ty).is_float()),
        })
    }
}

/// A word as the type that meanings see.
fn typed(word: Term, representation: Representation) -> Value {
    let ty = match representation {
        Representation::F64 => Type::Float,
        Representation::I64 => Type::I64,
        Representation::U64 => Type::U64,
        Representation::I32 | Representation::U32 => Type::Integer {
            bits: 32,
            signed: representation == Representation::I32,
        },
    };
    Value::Scalar(ty, word.low(representation.bits()))
}
