//! Terms over bits: what operations and instructions mean, as data that can be computed, simplified and proved about.
//!
//! A term has a [`Sort`]: a truth value, a number of bits, or memory, which is an array from 64-bit addresses to bytes.
//! Terms are shared: building the same term twice gives the same [`Term`], so comparing two costs nothing and a common
//! part stands in a query once. `build` makes them and folds what is constant, [`evaluate`] computes them from values
//! of their symbols, [`smt`] prints them as SMT-LIB 2 in the logic QF_AUFBV. Floats are 64 bits with named functions
//! ([`FloatOperation`]): `evaluate` carries those out with the host's IEEE 754 arithmetic, and a solver knows the
//! comparisons exactly but nothing of the arithmetic except that equal operands give equal results.
//!
//! Terms live as long as their thread and stay on it. Nothing is proved here.

mod build;
pub mod evaluate;
mod float;
mod simplify;
pub mod smt;
#[cfg(test)]
mod tests;

use std::cell::RefCell;
use std::collections::HashMap;
use std::fmt;
use std::marker::PhantomData;
use std::rc::Rc;

pub use float::FloatOperation;

/// What a term stands for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Sort {
    /// A truth value.
    Bool,
    /// This many bits, at most 128.
    Bits(u32),
    /// Bytes by 64-bit addresses.
    Memory,
}

/// A term.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Term {
    index: u32,
    /// Terms belong to the table of their thread.
    on_this_thread: PhantomData<*const ()>,
}

/// What a term is made of.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Node {
    /// True or false.
    Truth(bool),
    /// A number of so many bits.
    Constant {
        /// The value; bits above the width are zero.
        value: u128,
        /// The number of bits.
        width: u32,
    },
    /// Something unknown.
    Symbol {
        /// Its name; two symbols of one name and sort are the same.
        name: Rc<str>,
        /// What it stands for.
        sort: Sort,
    },
    /// An operator with its operands.
    Apply(Operator, Rc<[Term]>),
    /// A function of which a solver knows no definition, or only that of [`FloatOperation::definition`].
    Call {
        /// Which one.
        function: Function,
        /// Its arguments.
        arguments: Rc<[Term]>,
        /// The sort of its value.
        sort: Sort,
    },
}

/// A function.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub enum Function {
    /// An operation on floats.
    Float(FloatOperation),
    /// Anything else. `evaluate` gives it some value that depends on the arguments.
    Named(Rc<str>),
}

/// Operators, with the meaning that SMT-LIB gives them.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Operator {
    /// Of truth values or of bits.
    Not,
    /// Of truth values or of bits.
    And,
    /// Of truth values or of bits.
    Or,
    /// Of truth values or of bits.
    Xor,
    /// Of any sort.
    Equal,
    /// A condition, and two terms of one sort.
    IfThenElse,
    /// Wrapping.
    Add,
    /// Wrapping.
    Subtract,
    /// Wrapping.
    Multiply,
    /// Unsigned; all ones if the divisor is zero.
    DivideUnsigned,
    /// Signed, towards zero; wraps for the least number and -1.
    DivideSigned,
    /// Zeros come in; all zeros from the width on.
    ShiftLeft,
    /// Zeros come in; all zeros from the width on.
    ShiftRightUnsigned,
    /// The sign comes in; nothing but sign from the width on.
    ShiftRightSigned,
    /// Unsigned `<`.
    LessUnsigned,
    /// Unsigned `<=`.
    LessEqualUnsigned,
    /// Signed `<`.
    LessSigned,
    /// Signed `<=`.
    LessEqualSigned,
    /// The bits of the first operand above those of the second one.
    Concat,
    /// The bits from `low` to `high`, both included.
    Extract {
        /// The highest bit.
        high: u32,
        /// The lowest bit.
        low: u32,
    },
    /// Zeros above, up to this width.
    ZeroExtend(u32),
    /// Copies of the sign above, up to this width.
    SignExtend(u32),
    /// The byte of a memory at an address.
    Load,
    /// A memory with the byte at an address replaced.
    Store,
}

#[derive(Default)]
struct Table {
    by_node: HashMap<Node, u32>,
    entries: Vec<Entry>,
}

struct Entry {
    node: Node,
    sort: Sort,
    /// A digest of the term that is the same in every run.
    digest: u64,
}

thread_local! {
    static TABLE: RefCell<Table> = RefCell::default();
}

impl Term {
    fn at(index: u32) -> Term {
        Term {
            index,
            on_this_thread: PhantomData,
        }
    }

    /// The term of `node`, whose operands have the right sorts.
    fn intern(node: Node) -> Term {
        TABLE.with_borrow_mut(|table| {
            if let Some(index) = table.by_node.get(&node) {
                return Term::at(*index);
            }
            let index = table.entries.len() as u32;
            let entry = Entry {
                sort: table.sort(&node),
                digest: table.digest(&node),
                node: node.clone(),
            };
            table.entries.push(entry);
            table.by_node.insert(node, index);
            Term::at(index)
        })
    }

    /// What it is made of.
    pub fn node(self) -> Node {
        TABLE.with_borrow(|table| table.entries[self.index as usize].node.clone())
    }

    /// What it stands for.
    pub fn sort(self) -> Sort {
        TABLE.with_borrow(|table| table.entries[self.index as usize].sort)
    }

    /// The number of bits; for terms that are bits.
    pub fn width(self) -> u32 {
        match self.sort() {
            Sort::Bits(width) => width,
            other => panic!("{other:?} has no width"),
        }
    }

    /// The same for equal terms in every run, so that an order by it is stable.
    fn digest(self) -> u64 {
        TABLE.with_borrow(|table| table.entries[self.index as usize].digest)
    }

    /// The value, if it is a constant of bits.
    pub fn constant(self) -> Option<u128> {
        match self.node() {
            Node::Constant { value, .. } => Some(value),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn truth(self) -> Option<bool> {
        match self.node() {
            Node::Truth(value) => Some(value),
            _ => None,
        }
    }

    /// The terms that it is made of directly.
    pub fn operands(self) -> Rc<[Term]> {
        match self.node() {
            Node::Apply(_, operands) => operands,
            Node::Call { arguments, .. } => arguments,
            _ => Rc::new([]),
        }
    }

    /// Every term in `roots`, operands before what is made of them, in an order that depends on the roots alone.
    pub fn parts(roots: &[Term]) -> Vec<Term> {
        let mut seen = std::collections::HashSet::new();
        let mut parts = Vec::new();
        let mut pending: Vec<(Term, bool)> =
            roots.iter().rev().map(|root| (*root, false)).collect();
        while let Some((term, is_done)) = pending.pop() {
            if is_done {
                parts.push(term);
            } else if seen.insert(term) {
                pending.push((term, true));
                pending.extend(
                    term.operands()
                        .iter()
                        .rev()
                        .map(|operand| (*operand, false)),
                );
            }
        }
        parts
    }

    /// Whether a float is computed in it, rather than moved or compared.
    pub fn has_float_arithmetic(self) -> bool {
        Term::parts(&[self]).into_iter().any(|part| {
            matches!(part.node(), Node::Call { function: Function::Float(operation), .. } if operation.is_arithmetic())
        })
    }
}

impl Table {
    fn sort_of(&self, term: Term) -> Sort {
        self.entries[term.index as usize].sort
    }

    fn sort(&self, node: &Node) -> Sort {
        let (operator, operands) = match node {
            Node::Truth(_) => return Sort::Bool,
            Node::Constant { width, .. } => return Sort::Bits(*width),
            Node::Symbol { sort, .. } | Node::Call { sort, .. } => return *sort,
            Node::Apply(operator, operands) => (operator, operands),
        };
        let bits = |term: Term| match self.sort_of(term) {
            Sort::Bits(width) => width,
            other => panic!("{operator:?} of {other:?}"),
        };
        match operator {
            Operator::Equal
            | Operator::LessUnsigned
            | Operator::LessEqualUnsigned
            | Operator::LessSigned
            | Operator::LessEqualSigned => {
                let sorts = (self.sort_of(operands[0]), self.sort_of(operands[1]));
                assert_eq!(sorts.0, sorts.1, "{operator:?} of two sorts");
                Sort::Bool
            }
            Operator::IfThenElse => {
                let sorts = (self.sort_of(operands[1]), self.sort_of(operands[2]));
                assert_eq!(sorts.0, sorts.1, "a choice between two sorts");
                sorts.0
            }
            Operator::Concat => Sort::Bits(bits(operands[0]) + bits(operands[1])),
            Operator::Extract { high, low } => {
                assert!(
                    low <= high && *high < bits(operands[0]),
                    "bits outside of a term"
                );
                Sort::Bits(high - low + 1)
            }
            Operator::ZeroExtend(width) | Operator::SignExtend(width) => {
                assert!(bits(operands[0]) <= *width, "extended to fewer bits");
                Sort::Bits(*width)
            }
            Operator::Load => Sort::Bits(8),
            Operator::Store => Sort::Memory,
            _ => {
                let first = self.sort_of(operands[0]);
                let same = operands
                    .iter()
                    .all(|operand| self.sort_of(*operand) == first);
                assert!(same, "{operator:?} of several sorts");
                first
            }
        }
    }

    fn digest(&self, node: &Node) -> u64 {
        let mut text = match node {
            Node::Apply(operator, _) => format!("{operator:?}"),
            Node::Call { function, sort, .. } => format!("{function:?} {sort:?}"),
            other => format!("{other:?}"),
        };
        if let Node::Apply(_, operands)
        | Node::Call {
            arguments: operands,
            ..
        } = node
        {
            for operand in operands.iter() {
                text.push_str(&format!(
                    " {:x}",
                    self.entries[operand.index as usize].digest
                ));
            }
        }
        smt::digest(&text) as u64
    }
}

impl fmt::Debug for Term {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&smt::text(*self))
    }
}
