//! What a term is the same as, where that is plain from its operands: constants, neutral operands, bits of bits.
//!
//! Light on purpose. Proofs are the solver's; this keeps queries short, and lets equal bits be seen to be equal.

use super::build::ones;
use super::evaluate::{Concrete, operator_value};
use super::{Node, Operator, Sort, Term};

/// A term equal to `operator` of `operands` that is simpler, if one is seen.
pub(super) fn simplify(operator: Operator, operands: &[Term]) -> Option<Term> {
    if let Some(folded) = folded(operator, operands) {
        return Some(folded);
    }
    match (operator, operands) {
        (Operator::Not, [x]) => match x.node() {
            Node::Apply(Operator::Not, inner) => Some(inner[0]),
            _ => None,
        },
        (
            Operator::And | Operator::Or | Operator::Xor | Operator::Add | Operator::Multiply,
            [x, y],
        ) => with_neutral(operator, *x, *y)
            .or_else(|| with_neutral(operator, *y, *x))
            .or_else(|| product_of_extended(operator, *x, *y)),
        (Operator::Subtract, [x, y]) => match y.constant() {
            Some(0) => Some(*x),
            // One spelling for both ways to write a sum with a constant, so that addresses compare equal.
            Some(value) => Some(x.plus(Term::bits(value.wrapping_neg(), y.width()))),
            None => (x == y).then(|| Term::bits(0, x.width())),
        },
        (Operator::Equal, [x, y]) => equal(*x, *y).or_else(|| equal(*y, *x)),
        (Operator::LessUnsigned | Operator::LessSigned, [x, y]) if x == y => {
            Some(Term::bool(false))
        }
        (Operator::LessEqualUnsigned | Operator::LessEqualSigned, [x, y]) if x == y => {
            Some(Term::bool(true))
        }
        (Operator::IfThenElse, [condition, then, otherwise]) => {
            choice(*condition, *then, *otherwise)
        }
        (
            Operator::ShiftLeft | Operator::ShiftRightUnsigned | Operator::ShiftRightSigned,
            [x, by],
        ) => (by.constant() == Some(0)).then_some(*x),
        (Operator::Extract { high, low }, [x]) => extract(*x, high, low),
        (Operator::ZeroExtend(width) | Operator::SignExtend(width), [x]) => {
            if x.width() == width {
                return Some(*x);
            }
            match (operator, x.node()) {
                (Operator::ZeroExtend(_), Node::Apply(Operator::ZeroExtend(_), inner))
                | (Operator::SignExtend(_), Node::Apply(Operator::SignExtend(_), inner)) => {
                    Some(Term::apply(operator, &[inner[0]]))
                }
                // The sign above zeros is zero.
                (Operator::SignExtend(_), Node::Apply(Operator::ZeroExtend(_), inner)) => {
                    Some(inner[0].zero_extended(width))
                }
                _ => None,
            }
        }
        (Operator::Concat, [high, low]) => concat(*high, *low),
        (Operator::Load, [memory, address]) => match memory.node() {
            Node::Apply(Operator::Store, stored) if stored[1] == *address => Some(stored[2]),
            Node::Apply(Operator::Store, stored) if are_apart(stored[1], *address) => {
                Some(Term::apply(operator, &[stored[0], *address]))
            }
            _ => None,
        },
        _ => None,
    }
}

fn folded(operator: Operator, operands: &[Term]) -> Option<Term> {
    let value = |term: &Term| match term.node() {
        Node::Truth(value) => Some(Concrete::Bool(value)),
        Node::Constant { value, .. } => Some(Concrete::Bits(value)),
        _ => None,
    };
    let values = operands.iter().map(value).collect::<Option<Vec<_>>>()?;
    let widths: Vec<u32> = operands
        .iter()
        .map(|operand| match operand.sort() {
            Sort::Bits(width) => width,
            _ => 0,
        })
        .collect();
    let result = operator_value(operator, &widths, &values.iter().collect::<Vec<_>>());
    Some(match result {
        Concrete::Bool(value) => Term::bool(value),
        Concrete::Bits(value) => Term::bits(value, operator.width(&widths)),
        Concrete::Memory(_) => return None,
    })
}

impl Operator {
    /// The width of the result, if it is bits, given those of the operands.
    pub(super) fn width(self, widths: &[u32]) -> u32 {
        match self {
            Operator::Concat => widths[0] + widths[1],
            Operator::Extract { high, low } => high - low + 1,
            Operator::ZeroExtend(width) | Operator::SignExtend(width) => width,
            Operator::IfThenElse => widths[1],
            Operator::Load => 8,
            _ => widths[0],
        }
    }
}

/// `x` operator `y` where `y` may be neutral, absorbing, the same or the opposite.
fn with_neutral(operator: Operator, x: Term, y: Term) -> Option<Term> {
    if x.sort() == Sort::Bool {
        let opposite = x.inverted() == y;
        return match (operator, y.truth()) {
            (Operator::And, Some(true)) | (Operator::Or | Operator::Xor, Some(false)) => Some(x),
            (Operator::And, Some(false)) | (Operator::Or, Some(true)) => Some(y),
            (Operator::Xor, Some(true)) => Some(x.inverted()),
            (Operator::And | Operator::Or, None) if x == y => Some(x),
            (Operator::Xor, None) if x == y => Some(Term::bool(false)),
            (Operator::And, None) if opposite => Some(Term::bool(false)),
            (Operator::Or | Operator::Xor, None) if opposite => Some(Term::bool(true)),
            _ => None,
        };
    }
    let width = x.width();
    let Some(value) = y.constant() else {
        return match operator {
            Operator::And | Operator::Or if x == y => Some(x),
            Operator::Xor if x == y => Some(Term::bits(0, width)),
            _ => None,
        };
    };
    match operator {
        Operator::And | Operator::Multiply if value == 0 => Some(y),
        Operator::And if value == ones(width) => Some(x),
        Operator::Or | Operator::Xor | Operator::Add if value == 0 => Some(x),
        Operator::Or if value == ones(width) => Some(y),
        Operator::Xor if value == ones(width) => Some(x.inverted()),
        Operator::Multiply if value == 1 => Some(x),
        // Constants of a chain of sums meet.
        Operator::Add => match x.node() {
            Node::Apply(Operator::Add, inner) if inner[1].constant().is_some() => {
                Some(inner[0].plus(inner[1].plus(y)))
            }
            _ => None,
        },
        _ => None,
    }
}

/// A product of extended factors fits the sum of their own widths, and is computed there. Solvers do not see that by
/// themselves, and multiplication is what they are worst at.
fn product_of_extended(operator: Operator, x: Term, y: Term) -> Option<Term> {
    let (Operator::Multiply, Node::Apply(above, x_inner), Node::Apply(y_above, y_inner)) =
        (operator, x.node(), y.node())
    else {
        return None;
    };
    let signed = match above {
        Operator::SignExtend(_) => true,
        Operator::ZeroExtend(_) => false,
        _ => return None,
    };
    if above != y_above {
        return None;
    }
    let enough = x_inner[0].width() + y_inner[0].width();
    if enough >= x.width() {
        return None;
    }
    let factor = |inner: Term| inner.resized(enough, signed);
    let product = factor(x_inner[0]).times(factor(y_inner[0]));
    Some(product.resized(x.width(), signed))
}

fn equal(x: Term, y: Term) -> Option<Term> {
    if x == y {
        return Some(Term::bool(true));
    }
    if let Some(value) = y.truth() {
        return Some(if value { x } else { x.inverted() });
    }
    // What is 1 or 0 as a condition says, compared with 1 or 0.
    if let (Node::Apply(Operator::IfThenElse, parts), Some(value)) = (x.node(), y.constant())
        && let (Some(then), Some(otherwise)) = (parts[1].constant(), parts[2].constant())
    {
        return Some(match (then == value, otherwise == value) {
            (true, true) => Term::bool(true),
            (true, false) => parts[0],
            (false, true) => parts[0].inverted(),
            (false, false) => Term::bool(false),
        });
    }
    None
}

fn choice(condition: Term, then: Term, otherwise: Term) -> Option<Term> {
    match condition.truth() {
        Some(true) => return Some(then),
        Some(false) => return Some(otherwise),
        None if then == otherwise => return Some(then),
        None => {}
    }
    if let Node::Apply(Operator::Not, inner) = condition.node() {
        return Some(inner[0].choose(otherwise, then));
    }
    match (then.truth(), otherwise.truth()) {
        (Some(true), _) => Some(condition.or(otherwise)),
        (Some(false), _) => Some(condition.inverted().and(otherwise)),
        (_, Some(true)) => Some(condition.inverted().or(then)),
        (_, Some(false)) => Some(condition.and(then)),
        _ => None,
    }
}

fn extract(x: Term, high: u32, low: u32) -> Option<Term> {
    if low == 0 && high + 1 == x.width() {
        return Some(x);
    }
    let Node::Apply(operator, operands) = x.node() else {
        return None;
    };
    let inner = operands[0];
    match operator {
        Operator::Extract { low: base, .. } => Some(inner.extract(base + high, base + low)),
        Operator::ZeroExtend(_) | Operator::SignExtend(_) if high < inner.width() => {
            Some(inner.extract(high, low))
        }
        Operator::ZeroExtend(_) if low >= inner.width() => Some(Term::bits(0, high - low + 1)),
        Operator::Concat => {
            let split = operands[1].width();
            if high < split {
                Some(operands[1].extract(high, low))
            } else if low >= split {
                Some(inner.extract(high - split, low - split))
            } else {
                None
            }
        }
        Operator::IfThenElse
            if operands[1].constant().is_some() && operands[2].constant().is_some() =>
        {
            Some(inner.choose(
                operands[1].extract(high, low),
                operands[2].extract(high, low),
            ))
        }
        // The low bits of these depend on low bits only.
        Operator::Add | Operator::Subtract | Operator::Multiply if low == 0 => Some(Term::apply(
            operator,
            &[operands[0].low(high + 1), operands[1].low(high + 1)],
        )),
        Operator::And | Operator::Or | Operator::Xor => Some(Term::apply(
            operator,
            &[
                operands[0].extract(high, low),
                operands[1].extract(high, low),
            ],
        )),
        Operator::Not => Some(inner.extract(high, low).inverted()),
        _ => None,
    }
}

/// Neighbouring bits of one term come together again.
fn concat(high: Term, low: Term) -> Option<Term> {
    let piece = |term: Term| match term.node() {
        Node::Apply(Operator::Extract { high, low }, inner) => Some((inner[0], high, low)),
        _ => None,
    };
    if high.constant() == Some(0) {
        return Some(low.zero_extended(high.width() + low.width()));
    }
    match (piece(high), piece(low)) {
        (Some((x, top, middle)), Some((y, below, bottom))) if x == y && middle == below + 1 => {
            Some(x.extract(top, bottom))
        }
        _ => None,
    }
}

/// Whether two addresses surely differ: one term plus different constants.
fn are_apart(a: Term, b: Term) -> bool {
    let split = |address: Term| match address.node() {
        Node::Constant { value, .. } => (None, value),
        Node::Apply(Operator::Add, parts) => match parts[1].constant() {
            Some(offset) => (Some(parts[0]), offset),
            None => (Some(address), 0),
        },
        _ => (Some(address), 0),
    };
    let (a, b) = (split(a), split(b));
    a.0 == b.0 && a.1 != b.1
}
