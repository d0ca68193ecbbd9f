//! Terms computed from values of their symbols.
//!
//! Memory is concrete too: some byte at every address, which depends on a seed, and the bytes that were written. A named
//! function of which nothing is known gets a value that depends on its arguments alone, so two sides that call it alike
//! see the same. Floats are computed by the host.

use std::collections::{BTreeMap, HashMap};
use std::rc::Rc;

use super::build::ones;
use super::{Function, Node, Operator, Sort, Term, smt};

/// A value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Concrete {
    /// A truth value.
    Bool(bool),
    /// Bits; those above the width are zero.
    Bits(u128),
    /// A memory.
    Memory(Rc<Bytes>),
}

/// Bytes by address. What was written is a list, which memories that come about one from the other share.
#[derive(Clone, Debug, Default)]
pub struct Bytes {
    /// What decides about the bytes that nobody has written.
    pub seed: u64,
    /// The last of the bytes that were written.
    last: Option<Rc<Written>>,
}

/// A byte that was written, behind others.
#[derive(Debug)]
struct Written {
    address: u64,
    byte: u8,
    before: Option<Rc<Written>>,
}

impl Bytes {
    /// A memory whose bytes depend on `seed`.
    pub fn new(seed: u64) -> Bytes {
        Bytes { seed, last: None }
    }

    /// Anything, but here and there nothing but zeros, or nothing but ones: words that are compared with such numbers are
    /// read there, and hardly anywhere else.
    fn untouched(&self, address: u64) -> u8 {
        const AROUND: u32 = 6;
        match mix(self.seed.rotate_left(32) ^ mix(address >> AROUND)) >> 60 {
            0 | 1 => 0,
            2 => u8::MAX,
            _ => mix(self.seed ^ mix(address)) as u8,
        }
    }

    /// The bytes that were written, the last ones first.
    fn written(&self) -> impl Iterator<Item = &Written> {
        std::iter::successors(self.last.as_deref(), |written| written.before.as_deref())
    }

    /// The bytes that are not as if nobody had written.
    fn changed(&self) -> BTreeMap<u64, u8> {
        let mut changed = BTreeMap::new();
        for Written { address, byte, .. } in self.written() {
            changed.entry(*address).or_insert(*byte);
        }
        changed.retain(|address, byte| *byte != self.untouched(*address));
        changed
    }

    /// The byte at `address`.
    pub fn read(&self, address: u64) -> u8 {
        let written = self.written().find(|written| written.address == address);
        written.map_or_else(|| self.untouched(address), |written| written.byte)
    }

    /// Replaces the byte at `address`.
    pub fn write(&mut self, address: u64, byte: u8) {
        let before = self.last.take();
        self.last = Some(Rc::new(Written {
            address,
            byte,
            before,
        }));
    }
}

impl PartialEq for Bytes {
    fn eq(&self, other: &Bytes) -> bool {
        let is_one = match (&self.last, &other.last) {
            (Some(own), Some(other)) => Rc::ptr_eq(own, other),
            (None, None) => true,
            _ => false,
        };
        self.seed == other.seed && (is_one || self.changed() == other.changed())
    }
}

impl Eq for Bytes {}

/// Scatters the bits of a number (the finalizer of SplitMix64).
pub fn mix(value: u64) -> u64 {
    let value = value.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let value = (value ^ (value >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let value = (value ^ (value >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    value ^ (value >> 31)
}

impl Concrete {
    /// The truth value.
    pub fn truth(&self) -> bool {
        match self {
            Concrete::Bool(value) => *value,
            other => panic!("{other:?} is no truth value"),
        }
    }

    /// The bits.
    pub fn bits(&self) -> u128 {
        match self {
            Concrete::Bits(value) => *value,
            other => panic!("{other:?} is not bits"),
        }
    }

    fn memory(&self) -> &Rc<Bytes> {
        match self {
            Concrete::Memory(bytes) => bytes,
            other => panic!("{other:?} is no memory"),
        }
    }

    /// The same for equal values.
    fn digest(&self) -> u64 {
        match self {
            Concrete::Bool(value) => mix(u64::from(*value)),
            Concrete::Bits(value) => mix(*value as u64 ^ mix((*value >> 64) as u64)),
            Concrete::Memory(bytes) => bytes
                .changed()
                .iter()
                .fold(mix(bytes.seed), |digest, (address, byte)| {
                    mix(digest ^ mix(*address) ^ u64::from(*byte))
                }),
        }
    }
}

/// Values of symbols. Symbols without one have zeros, false, or the memory of seed 0.
pub type Assignment = HashMap<Term, Concrete>;

/// Terms made ready to be computed many times.
#[derive(Debug)]
pub struct Program {
    steps: Vec<Step>,
    results: Vec<usize>,
}

#[derive(Debug)]
struct Step {
    term: Term,
    node: Node,
    sort: Sort,
    widths: Vec<u32>,
    operands: Vec<usize>,
}

impl Program {
    /// Computes `terms`.
    pub fn new(terms: &[Term]) -> Program {
        let mut places = HashMap::new();
        let mut steps = Vec::new();
        for term in Term::parts(terms) {
            let operands = term.operands();
            let width = |operand: &Term| match operand.sort() {
                Sort::Bits(width) => width,
                _ => 0,
            };
            places.insert(term, steps.len());
            steps.push(Step {
                term,
                node: term.node(),
                sort: term.sort(),
                widths: operands.iter().map(width).collect(),
                operands: operands.iter().map(|operand| places[operand]).collect(),
            });
        }
        Program {
            steps,
            results: terms.iter().map(|term| places[term]).collect(),
        }
    }

    /// The symbols in the terms.
    pub fn symbols(&self) -> impl Iterator<Item = Term> + '_ {
        let is_symbol = |step: &&Step| matches!(step.node, Node::Symbol { .. });
        self.steps.iter().filter(is_symbol).map(|step| step.term)
    }

    /// The values of the terms.
    pub fn run(&self, assignment: &Assignment) -> Vec<Concrete> {
        let mut values: Vec<Concrete> = Vec::with_capacity(self.steps.len());
        for step in &self.steps {
            let operands: Vec<&Concrete> =
                step.operands.iter().map(|place| &values[*place]).collect();
            let value = match &step.node {
                Node::Truth(value) => Concrete::Bool(*value),
                Node::Constant { value, .. } => Concrete::Bits(*value),
                Node::Symbol { sort, .. } => assignment
                    .get(&step.term)
                    .cloned()
                    .unwrap_or_else(|| default(*sort)),
                Node::Apply(operator, _) => operator_value(*operator, &step.widths, &operands),
                Node::Call { function, .. } => call_value(function, step.sort, &operands),
            };
            values.push(value);
        }
        self.results
            .iter()
            .map(|place| values[*place].clone())
            .collect()
    }
}

impl Term {
    /// Its value.
    pub fn evaluate(self, assignment: &Assignment) -> Concrete {
        Program::new(&[self]).run(assignment).remove(0)
    }
}

fn default(sort: Sort) -> Concrete {
    match sort {
        Sort::Bool => Concrete::Bool(false),
        Sort::Bits(_) => Concrete::Bits(0),
        Sort::Memory => Concrete::Memory(Rc::new(Bytes::new(0))),
    }
}

fn call_value(function: &Function, sort: Sort, operands: &[&Concrete]) -> Concrete {
    match function {
        Function::Float(operation) => {
            let operands: Vec<u64> = operands
                .iter()
                .map(|operand| operand.bits() as u64)
                .collect();
            let value = operation.compute(&operands);
            match sort {
                Sort::Bool => Concrete::Bool(value == 1),
                _ => Concrete::Bits(value.into()),
            }
        }
        Function::Named(name) => {
            let start = smt::digest(name) as u64;
            let digest = operands
                .iter()
                .fold(start, |digest, operand| mix(digest ^ operand.digest()));
            match sort {
                Sort::Bool => Concrete::Bool(digest & 1 == 1),
                Sort::Bits(width) => {
                    // What calls yield is compared with numbers at the edges, which a digest never is.
                    let value = match digest >> 60 {
                        0 => 0,
                        1 => 1,
                        2 => u128::MAX,
                        _ => u128::from(digest) | u128::from(mix(digest)) << 64,
                    };
                    Concrete::Bits(value & ones(width))
                }
                Sort::Memory => Concrete::Memory(Rc::new(Bytes::new(digest))),
            }
        }
    }
}

fn signed(value: u128, width: u32) -> i128 {
    ((value << (128 - width)) as i128) >> (128 - width)
}

/// `operator` of values of these widths.
pub(super) fn operator_value(
    operator: Operator,
    widths: &[u32],
    operands: &[&Concrete],
) -> Concrete {
    let is_truth = matches!(operands[0], Concrete::Bool(_));
    if is_truth {
        let truth = |index: usize| operands[index].truth();
        return match operator {
            Operator::Not => Concrete::Bool(!truth(0)),
            Operator::And => Concrete::Bool(truth(0) & truth(1)),
            Operator::Or => Concrete::Bool(truth(0) | truth(1)),
            Operator::Xor => Concrete::Bool(truth(0) ^ truth(1)),
            Operator::Equal => Concrete::Bool(truth(0) == truth(1)),
            Operator::IfThenElse => operands[if truth(0) { 1 } else { 2 }].clone(),
            other => panic!("{other:?} of truth values"),
        };
    }
    match operator {
        Operator::Equal => return Concrete::Bool(operands[0] == operands[1]),
        Operator::Load => {
            let address = operands[1].bits() as u64;
            return Concrete::Bits(operands[0].memory().read(address).into());
        }
        Operator::Store => {
            let mut bytes = Bytes::clone(operands[0].memory());
            bytes.write(operands[1].bits() as u64, operands[2].bits() as u8);
            return Concrete::Memory(Rc::new(bytes));
        }
        _ => {}
    }
    let width = widths[0];
    let x = operands[0].bits();
    let y = || operands[1].bits();
    let signs = || (signed(x, width), signed(y(), width));
    let value = match operator {
        Operator::Not => !x,
        Operator::And => x & y(),
        Operator::Or => x | y(),
        Operator::Xor => x ^ y(),
        Operator::Add => x.wrapping_add(y()),
        Operator::Subtract => x.wrapping_sub(y()),
        Operator::Multiply => x.wrapping_mul(y()),
        Operator::DivideUnsigned => x.checked_div(y()).unwrap_or(u128::MAX),
        Operator::DivideSigned => match signs() {
            (x, 0) => {
                if x < 0 {
                    1
                } else {
                    u128::MAX
                }
            }
            (x, y) => x.wrapping_div(y) as u128,
        },
        Operator::ShiftLeft if y() >= width.into() => 0,
        Operator::ShiftLeft => x << y(),
        Operator::ShiftRightUnsigned if y() >= width.into() => 0,
        Operator::ShiftRightUnsigned => x >> y(),
        Operator::ShiftRightSigned => (signed(x, width) >> y().min(u128::from(width) - 1)) as u128,
        Operator::LessUnsigned => return Concrete::Bool(x < y()),
        Operator::LessEqualUnsigned => return Concrete::Bool(x <= y()),
        Operator::LessSigned => return Concrete::Bool(signs().0 < signs().1),
        Operator::LessEqualSigned => return Concrete::Bool(signs().0 <= signs().1),
        Operator::Concat => x << widths[1] | y(),
        Operator::Extract { low, .. } => x >> low,
        Operator::ZeroExtend(_) => x,
        Operator::SignExtend(_) => signed(x, width) as u128,
        Operator::Equal | Operator::IfThenElse | Operator::Load | Operator::Store => {
            panic!("{operator:?} of bits")
        }
    };
    Concrete::Bits(value & ones(operator.width(widths)))
}
