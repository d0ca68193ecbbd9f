//! What a set of operations has to say about itself for the container to hold functions made of them.
//!
//! HIR and LIR are two operation sets over one container. `ops!` turns declarations into an implementation of
//! [`Dialect`]; builder, verifier, printer, parser, passes and evaluator work from that description alone, so adding an
//! operation touches nothing here. Operations whose shape depends on the instance (a variable number of results, say)
//! cannot be described, on purpose: everything downstream relies on the shape being known from the operation.

use std::fmt::Debug;
use std::hash::Hash;

use super::meaning::{Memory, Outcome};

/// Carries out the meaning of one operation; see [`Dialect::evaluate`].
pub type Evaluate = fn(&[u64], &[i64], &mut dyn Memory) -> Option<Outcome>;

/// A set of operations and value types, as `ops!` declares one.
pub trait Dialect: Copy + Eq + Hash + Debug + Send + Sync + 'static {
    /// The operations: a field-less enum.
    type Op: Copy + Eq + Hash + Debug + Send + Sync + 'static;
    /// The types of values: a field-less enum.
    type Type: Copy + Eq + Hash + Debug + Send + Sync + 'static;

    /// The name of the dialect, for messages.
    const NAME: &'static str;

    /// What was declared about one operation.
    fn info(op: Self::Op) -> &'static OpInfo<Self>;

    /// Every operation, in the order of declaration.
    fn ops() -> &'static [Self::Op];

    /// Every value type and its name, in the order of declaration.
    fn types() -> &'static [(Self::Type, &'static str)];

    /// Carries out the declared meaning of one operation.
    ///
    /// `operands` are the words of `InstData::args` (fixed values first, then the list), `attributes` those of
    /// `InstData::attributes`. A block operand stands for its index among the targets, so the outcome of a terminator
    /// with targets is the index of the one taken; that of one without is what the function returns.
    /// `None`: the meaning is prose, or the counts are not those declared.
    fn evaluate(
        op: Self::Op,
        operands: &[u64],
        attributes: &[i64],
        memory: &mut dyn Memory,
    ) -> Option<Outcome>;

    /// The declared name of a type.
    fn type_name(ty: Self::Type) -> &'static str {
        Self::types()
            .iter()
            .find(|(candidate, _)| *candidate == ty)
            .map_or("?", |(_, name)| name)
    }
}

/// What was declared about one operation.
#[derive(Debug)]
pub struct OpInfo<D: Dialect> {
    /// The name, as printed and parsed.
    pub name: &'static str,
    /// The documentation comment.
    pub doc: &'static str,
    /// The operands in the order of declaration, block targets and attributes included.
    pub operands: &'static [OperandInfo<D>],
    /// The attribute that says how many values at the beginning of the list do not live at the exit; all do without one.
    pub behind: Option<usize>,
    /// The type of the value that it yields.
    pub result: Option<D::Type>,
    /// What it does besides yielding a value.
    pub effects: Effects,
    /// Whether the first two value operands may trade places.
    pub commutative: bool,
    /// The meaning as it was written.
    pub means: &'static str,
    /// The file of the declaration.
    pub file: &'static str,
    /// The line of the declaration.
    pub line: u32,
}

/// One declared operand.
#[derive(Debug)]
pub struct OperandInfo<D: Dialect> {
    /// Its name in the declaration.
    pub name: &'static str,
    /// What it is.
    pub kind: OperandKind<D::Type>,
}

/// What an operand may be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum OperandKind<T> {
    /// A value of this type.
    Value(T),
    /// A word held in the instruction; the name is that of the declared kind (`I64`, `Address`, `Exit`, …).
    Const(&'static str),
    /// Any number of values of any type. At most one operand is a list.
    List,
    /// Where control may go, with arguments for that block's parameters.
    Block,
}

/// The kind of attribute that numbers the exit of a guard.
pub const EXIT: &str = "Exit";

impl<D: Dialect> OpInfo<D> {
    /// The types of the fixed value operands.
    pub fn value_types(&self) -> impl Iterator<Item = D::Type> + '_ {
        self.operands
            .iter()
            .filter_map(|operand| match operand.kind {
                OperandKind::Value(ty) => Some(ty),
                _ => None,
            })
    }

    /// How many fixed value operands there are.
    pub fn fixed_values(&self) -> usize {
        self.value_types().count()
    }

    /// The kinds of the attributes.
    pub fn attribute_kinds(&self) -> impl Iterator<Item = &'static str> + '_ {
        self.operands
            .iter()
            .filter_map(|operand| match operand.kind {
                OperandKind::Const(kind) => Some(kind),
                _ => None,
            })
    }

    /// How many block targets there are.
    pub fn targets(&self) -> usize {
        self.operands
            .iter()
            .filter(|operand| operand.kind == OperandKind::Block)
            .count()
    }

    /// Whether values beyond the fixed ones may follow.
    pub fn has_list(&self) -> bool {
        self.operands
            .iter()
            .any(|operand| operand.kind == OperandKind::List)
    }

    /// The position among the attributes of the number of the exit that a guard takes.
    pub fn exit_attribute(&self) -> Option<usize> {
        self.attribute_kinds().position(|kind| kind == EXIT)
    }

    /// Whether this operation does nothing but put its single attribute into a value.
    pub fn is_constant(&self) -> bool {
        self.effects.is_pure()
            && self.result.is_some()
            && matches!(
                self.operands,
                [OperandInfo {
                    kind: OperandKind::Const(_),
                    ..
                }]
            )
    }
}

/// What an operation does besides yielding a value. No flag set: pure.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Effects(u8);

impl Effects {
    /// Nothing: may be removed when unused, merged with an equal one, moved.
    pub const PURE: Effects = Effects(0);
    /// Reads memory: must stay behind writes before it and before writes behind it.
    pub const READS: Effects = Effects(1);
    /// Writes memory.
    pub const WRITES: Effects = Effects(2);
    /// Calls code outside the function, which may do anything to memory.
    pub const CALL: Effects = Effects(4);
    /// May leave the function.
    pub const GUARD: Effects = Effects(8);
    /// Ends its block.
    pub const TERMINATOR: Effects = Effects(16);

    /// Both.
    pub const fn and(self, other: Effects) -> Effects {
        Effects(self.0 | other.0)
    }

    /// Whether every flag of `other` is set here.
    pub const fn has(self, other: Effects) -> bool {
        self.0 & other.0 == other.0
    }

    /// Nothing but a value comes of it.
    pub const fn is_pure(self) -> bool {
        self.0 == 0
    }

    /// Ends its block.
    pub const fn is_terminator(self) -> bool {
        self.has(Self::TERMINATOR)
    }

    /// May leave the function.
    pub const fn is_guard(self) -> bool {
        self.has(Self::GUARD)
    }

    /// May change memory: a write, or a call.
    pub const fn may_write(self) -> bool {
        self.has(Self::WRITES) || self.has(Self::CALL)
    }

    /// May depend on memory: a read, or a call.
    pub const fn may_read(self) -> bool {
        self.has(Self::READS) || self.has(Self::CALL)
    }

    /// May be dropped when nobody uses the result: it changes nothing and always goes on.
    pub const fn is_removable(self) -> bool {
        self.0 & !Self::READS.0 == 0
    }
}
