//! Constructors. Each asks [`simplify`](super::simplify) first.

use std::collections::HashMap;
use std::rc::Rc;

use super::simplify::simplify;
use super::{FloatOperation, Function, Node, Operator, Sort, Term};

/// The lowest `width` bits set.
pub(super) fn ones(width: u32) -> u128 {
    if width >= 128 {
        u128::MAX
    } else {
        (1 << width) - 1
    }
}

impl Term {
    /// True or false.
    pub fn bool(value: bool) -> Term {
        Term::intern(Node::Truth(value))
    }

    /// The low `width` bits of `value`.
    pub fn bits(value: u128, width: u32) -> Term {
        let value = value & ones(width);
        Term::intern(Node::Constant { value, width })
    }

    /// A number of 64 bits.
    pub fn word(value: i64) -> Term {
        Term::bits(value as u64 as u128, 64)
    }

    /// Something unknown.
    pub fn symbol(name: &str, sort: Sort) -> Term {
        Term::intern(Node::Symbol {
            name: name.into(),
            sort,
        })
    }

    /// A function of which nothing is known.
    pub fn call(name: &str, arguments: &[Term], sort: Sort) -> Term {
        Term::intern(Node::Call {
            function: Function::Named(name.into()),
            arguments: arguments.into(),
            sort,
        })
    }

    /// A function that was found in a term, of other arguments.
    fn rebuilt(function: Function, arguments: Rc<[Term]>, sort: Sort) -> Term {
        Term::intern(Node::Call {
            function,
            arguments,
            sort,
        })
    }

    /// The same of other parts: each operand is the one that stands for it.
    pub fn of_others(self, others: &HashMap<Term, Term>) -> Term {
        match self.node() {
            Node::Apply(operator, operands) => {
                let operands: Vec<Term> = operands.iter().map(|operand| others[operand]).collect();
                Term::apply(operator, &operands)
            }
            Node::Call {
                function,
                arguments,
                sort,
            } => {
                let arguments = arguments.iter().map(|argument| others[argument]).collect();
                Term::rebuilt(function, arguments, sort)
            }
            _ => self,
        }
    }

    /// The same with `value` in the place of `part`.
    pub fn with(self, part: Term, value: Term) -> Term {
        let mut replaced = HashMap::new();
        for inner in Term::parts(&[self]) {
            let new = match inner == part {
                true => value,
                false => inner.of_others(&replaced),
            };
            replaced.insert(inner, new);
        }
        replaced[&self]
    }

    /// An operation on floats.
    pub fn float(operation: FloatOperation, arguments: &[Term]) -> Term {
        assert_eq!(arguments.len(), operation.arity(), "{operation:?}");
        let constants = arguments
            .iter()
            .map(|argument| argument.constant().map(|value| value as u64));
        if let (false, Some(constants)) = (
            operation.is_arithmetic(),
            constants.collect::<Option<Vec<u64>>>(),
        ) {
            return Term::bool(operation.compute(&constants) == 1);
        }
        Term::intern(Node::Call {
            function: Function::Float(operation),
            arguments: arguments.into(),
            sort: operation.sort(),
        })
    }

    /// `operator` of `operands`, simplified.
    pub fn apply(operator: Operator, operands: &[Term]) -> Term {
        if let Some(simpler) = simplify(operator, operands) {
            return simpler;
        }
        let mut operands: Rc<[Term]> = operands.into();
        if operator.is_commutative() {
            let order = |term: &Term| (term.constant().is_some(), term.digest());
            Rc::make_mut(&mut operands).sort_by_key(order);
        }
        Term::intern(Node::Apply(operator, operands))
    }
}

impl Operator {
    fn is_commutative(self) -> bool {
        use Operator::{Add, And, Equal, Multiply, Or, Xor};
        matches!(self, And | Or | Xor | Equal | Add | Multiply)
    }
}

macro_rules! binary {
    ($($(#[$doc:meta])* $name:ident: $operator:ident;)*) => {
        impl Term {
            $(
                $(#[$doc])*
                pub fn $name(self, other: Term) -> Term {
                    Term::apply(Operator::$operator, &[self, other])
                }
            )*
        }
    };
}

binary! {
    /// `self & other`, of bits or truth values.
    and: And;
    /// `self | other`, of bits or truth values.
    or: Or;
    /// `self ^ other`, of bits or truth values.
    xor: Xor;
    /// Whether both are the same.
    equals: Equal;
    /// The wrapping sum.
    plus: Add;
    /// The wrapping difference.
    minus: Subtract;
    /// The wrapping product.
    times: Multiply;
    /// The unsigned quotient; all ones for a zero divisor.
    divided_unsigned: DivideUnsigned;
    /// The signed quotient.
    divided_signed: DivideSigned;
    /// Shifted left; all zeros from the width on.
    shifted_left: ShiftLeft;
    /// Shifted right, zeros coming in.
    shifted_right_unsigned: ShiftRightUnsigned;
    /// Shifted right, the sign coming in.
    shifted_right_signed: ShiftRightSigned;
    /// Unsigned `<`.
    less_unsigned: LessUnsigned;
    /// Unsigned `<=`.
    less_equal_unsigned: LessEqualUnsigned;
    /// Signed `<`.
    less_signed: LessSigned;
    /// Signed `<=`.
    less_equal_signed: LessEqualSigned;
    /// The bits of `self` above those of `other`.
    above: Concat;
}

impl Term {
    /// The opposite truth value, or all bits inverted.
    pub fn inverted(self) -> Term {
        Term::apply(Operator::Not, &[self])
    }

    /// `-self`, wrapping.
    pub fn negated(self) -> Term {
        Term::bits(0, self.width()).minus(self)
    }

    /// `then` if `self` holds, `otherwise` if not.
    pub fn choose(self, then: Term, otherwise: Term) -> Term {
        Term::apply(Operator::IfThenElse, &[self, then, otherwise])
    }

    /// The same where `condition` holds: the part of a choice by it that is taken then.
    pub fn where_holds(self, condition: Term) -> Term {
        match self.node() {
            Node::Apply(Operator::IfThenElse, parts) if parts[0] == condition => parts[1],
            Node::Apply(Operator::IfThenElse, parts) if parts[0].inverted() == condition => {
                parts[2]
            }
            _ => self,
        }
    }

    /// Whether `other` holds if `self` does.
    pub fn implies(self, other: Term) -> Term {
        self.inverted().or(other)
    }

    /// Whether all hold.
    pub fn all(terms: impl IntoIterator<Item = Term>) -> Term {
        terms.into_iter().fold(Term::bool(true), Term::and)
    }

    /// Whether any holds.
    pub fn any(terms: impl IntoIterator<Item = Term>) -> Term {
        terms.into_iter().fold(Term::bool(false), Term::or)
    }

    /// The bits from `low` to `high`, both included.
    pub fn extract(self, high: u32, low: u32) -> Term {
        Term::apply(Operator::Extract { high, low }, &[self])
    }

    /// The low `width` bits.
    pub fn low(self, width: u32) -> Term {
        self.extract(width - 1, 0)
    }

    /// Whether this bit is set.
    pub fn bit(self, index: u32) -> Term {
        self.extract(index, index).equals(Term::bits(1, 1))
    }

    /// `width` bits, zeros above the own ones.
    pub fn zero_extended(self, width: u32) -> Term {
        Term::apply(Operator::ZeroExtend(width), &[self])
    }

    /// `width` bits, copies of the sign above the own ones.
    pub fn sign_extended(self, width: u32) -> Term {
        Term::apply(Operator::SignExtend(width), &[self])
    }

    /// `width` bits: cut off, or extended with copies of the sign or zeros.
    pub fn resized(self, width: u32, signed: bool) -> Term {
        if width <= self.width() {
            self.low(width)
        } else if signed {
            self.sign_extended(width)
        } else {
            self.zero_extended(width)
        }
    }

    /// 1 or 0 in so many bits.
    pub fn as_bits(self, width: u32) -> Term {
        self.choose(Term::bits(1, width), Term::bits(0, width))
    }

    /// `bytes` bytes of a memory, little-endian.
    pub fn load(self, address: Term, bytes: u32) -> Term {
        let byte = |index: u32| {
            let address = address.plus(Term::word(index.into()));
            Term::apply(Operator::Load, &[self, address])
        };
        (1..bytes).fold(byte(0), |low, index| byte(index).above(low))
    }

    /// The memory with `value`, whole bytes, at an address, little-endian.
    pub fn store(self, address: Term, value: Term) -> Term {
        (0..value.width() / 8).fold(self, |memory, index| {
            let address = address.plus(Term::word(index.into()));
            let byte = value.extract(8 * index + 7, 8 * index);
            Term::apply(Operator::Store, &[memory, address, byte])
        })
    }

    /// The number of zeros above the highest set bit, in as many bits; the width if there is none.
    pub fn leading_zeros(self) -> Term {
        let width = self.width();
        (0..width).fold(Term::bits(width.into(), width), |below, index| {
            let zeros = Term::bits((width - 1 - index).into(), width);
            self.bit(index).choose(zeros, below)
        })
    }

    /// The number of zeros below the lowest set bit, in as many bits; the width if there is none.
    pub fn trailing_zeros(self) -> Term {
        let width = self.width();
        (0..width)
            .rev()
            .fold(Term::bits(width.into(), width), |above, index| {
                self.bit(index)
                    .choose(Term::bits(index.into(), width), above)
            })
    }

    /// The number of set bits, in as many bits.
    pub fn count_ones(self) -> Term {
        let width = self.width();
        (0..width).fold(Term::bits(0, width), |sum, index| {
            sum.plus(self.extract(index, index).zero_extended(width))
        })
    }

    /// The lowest bit highest.
    pub fn reversed(self) -> Term {
        (1..self.width()).fold(self.extract(0, 0), |high, index| {
            high.above(self.extract(index, index))
        })
    }

    /// The bits rotated right by an amount of the same width, modulo the width, which is a power of two.
    pub fn rotated_right(self, amount: Term) -> Term {
        let width = Term::bits(self.width().into(), self.width());
        let mask = Term::bits((self.width() - 1).into(), self.width());
        let right = amount.and(mask);
        self.shifted_right_unsigned(right)
            .or(self.shifted_left(width.minus(right).and(mask)))
    }
}
