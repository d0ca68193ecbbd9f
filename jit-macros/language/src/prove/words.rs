//! What the names of a rule stand for, and what may be presupposed of them: constants are what kinds and conditions say.

use std::collections::BTreeMap;

use super::machine::Stuck;
use super::places::name;
use crate::model::isa::Isa;
use crate::model::lowering::expression::{Binary, Comparison, Expression, Predicate, Unary};
use crate::model::lowering::{BindingId, BindingKind, Condition, Rule};
use crate::space::Set;
use crate::term::{Sort, Term};

/// The 64 bits that each binding stands for, as far as it is a word.
pub(super) fn words(rule: &Rule) -> Result<BTreeMap<BindingId, Term>, Stuck> {
    let mut words = BTreeMap::new();
    for (index, binding) in rule.bindings.iter().enumerate() {
        let id = BindingId(index);
        let symbol = || Term::symbol(&name(rule, id), Sort::Bits(64));
        let word = match &binding.kind {
            BindingKind::Register { .. }
            | BindingKind::Value { .. }
            | BindingKind::Given(_)
            | BindingKind::Address => symbol(),
            BindingKind::Again(first) => *words.get(first).ok_or("a value without a name")?,
            BindingKind::Constant { set, .. } => match set.bounds() {
                Some((lo, hi)) if lo == hi => Term::word(lo as i64),
                _ => symbol(),
            },
            BindingKind::Let { value, .. } | BindingKind::Literal { value } => {
                computed(value, &words)?
            }
            BindingKind::Result { .. }
            | BindingKind::Exit
            | BindingKind::List
            | BindingKind::Block(_)
            | BindingKind::Temporary { .. } => continue,
        };
        words.insert(id, word);
    }
    Ok(words)
}

/// An expression over constants, computed as at run time: on 64 bits, wrapping around.
pub(super) fn computed(
    expression: &Expression,
    words: &BTreeMap<BindingId, Term>,
) -> Result<Term, Stuck> {
    let amount = |y: Term| y.and(Term::word(63));
    Ok(match expression {
        Expression::Literal(value) => Term::word(*value as i64),
        Expression::Name(id) => *words.get(id).ok_or("a constant without a value")?,
        Expression::Unary(operator, x) => {
            let x = computed(x, words)?;
            match operator {
                Unary::Negate => x.negated(),
                Unary::Not => x.inverted(),
                Unary::TrailingZeros => x.trailing_zeros(),
            }
        }
        Expression::Binary(operator, x, y) => {
            let (x, y) = (computed(x, words)?, computed(y, words)?);
            match operator {
                Binary::Add => x.plus(y),
                Binary::Subtract => x.minus(y),
                Binary::Multiply => x.times(y),
                // The sign is that of `x`, as in Rust.
                Binary::Remainder => x.minus(x.divided_signed(y).times(y)),
                Binary::And => x.and(y),
                Binary::Or => x.or(y),
                Binary::Xor => x.xor(y),
                Binary::ShiftLeft => x.shifted_left(amount(y)),
                Binary::ShiftRight => x.shifted_right_signed(amount(y)),
            }
        }
    })
}

/// Whether a word is in a set of numbers that fit `i64`.
pub(super) fn is_in(word: Term, set: &Set) -> Term {
    let limit = |value: i128| Term::word(value.clamp(i64::MIN.into(), i64::MAX.into()) as i64);
    Term::any(set.pieces().iter().map(|piece| {
        let above = limit(piece.lo).less_equal_signed(word);
        let below = word.less_equal_signed(limit(piece.hi));
        let in_step = match piece.shift {
            0 => Term::bool(true),
            shift => word
                .low(shift)
                .equals(Term::bits(piece.residue() as u128, shift)),
        };
        above.and(below).and(in_step)
    }))
}

/// What kinds and conditions say of the constants of a rule.
pub(super) fn hypotheses(rule: &Rule, isa: &Isa, words: &BTreeMap<BindingId, Term>) -> Vec<Term> {
    let mut hypotheses = Vec::new();
    for (index, binding) in rule.bindings.iter().enumerate() {
        if let (BindingKind::Constant { set, .. }, Some(word)) =
            (&binding.kind, words.get(&BindingId(index)))
        {
            hypotheses.push(is_in(*word, set));
        }
    }
    // A condition that cannot be said here is not presupposed, which can only make a proof harder.
    let said = rule
        .conditions
        .iter()
        .filter_map(|condition| match condition {
            Condition::Compare {
                comparison,
                left,
                right,
            } => {
                let (x, y) = (computed(left, words).ok()?, computed(right, words).ok()?);
                Some(match comparison {
                    Comparison::Equal => x.equals(y),
                    Comparison::NotEqual => x.equals(y).inverted(),
                    Comparison::Less => x.less_signed(y),
                    Comparison::LessOrEqual => x.less_equal_signed(y),
                })
            }
            Condition::Fits { kind, value, .. } => {
                Some(is_in(computed(value, words).ok()?, &isa[*kind].set))
            }
            Condition::Holds {
                predicate: Predicate::PowerOfTwo,
                value,
            } => {
                let x = computed(value, words).ok()?;
                let zero = Term::word(0);
                let one_bit = x.and(x.minus(Term::word(1))).equals(zero);
                Some(x.equals(zero).inverted().and(one_bit))
            }
        });
    hypotheses.extend(said);
    hypotheses.retain(|hypothesis| hypothesis.truth() != Some(true));
    hypotheses
}
