//! A dialect as `ops!` declares it: value types with the forms they arrive in, operations with their meanings.

mod resolve;

use std::collections::HashMap;

use proc_macro2::{Ident, TokenStream};
use syn::Path;

use crate::error::Region;
use crate::space::Set;

pub use resolve::{extend, resolve};

/// A complete dialect.
#[derive(Clone, Debug)]
pub struct Ops {
    /// Its name.
    pub dialect: Ident,
    /// The documentation comment.
    pub doc: String,
    /// The types of values.
    pub values: Vec<ValueType>,
    /// Kinds of attribute that are not value types; [`EXIT`] and [`ADDRESS`] need no declaration.
    pub attributes: Vec<Ident>,
    /// What operations rely on besides their operands.
    pub givens: Vec<Given>,
    /// The operations, in the order of declaration; those of the dialect that this one extends come first.
    pub ops: Vec<Op>,
    /// What operations of other crates are held in, if there may be any.
    pub extensible: Option<Path>,
    /// The dialect that this one adds operations to.
    pub base: Option<Base>,
    /// Where each operation stands, by its name.
    named: HashMap<String, OpId>,
    /// The module of the machine whose register classes its values arrive in, if it is named.
    pub machine: Option<Path>,
}

/// A dialect that another one adds operations to.
#[derive(Clone, Debug)]
pub struct Base {
    /// Its name.
    pub dialect: Ident,
    /// The module that declares it, as the extension names it.
    pub path: Path,
    /// How many operations it has.
    pub count: usize,
    /// What operations of others are held in, if there may be any.
    pub holder: Option<Path>,
}

/// The kind of attribute that numbers an exit.
pub const EXIT: &str = "Exit";
/// The kind of attribute that is the address of code outside of the function.
pub const ADDRESS: &str = "Address";
/// What the meanings of operations call the memory.
pub const MEMORY: &str = "memory";

/// A [`Given`] of an [`Ops`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct GivenId(pub usize);

impl std::ops::Index<GivenId> for Ops {
    type Output = Given;
    fn index(&self, id: GivenId) -> &Given {
        &self.givens[id.0]
    }
}

/// A [`ValueType`] of an [`Ops`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct TypeId(pub usize);

/// An [`Op`] of an [`Ops`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct OpId(pub usize);

impl std::ops::Index<TypeId> for Ops {
    type Output = ValueType;
    fn index(&self, id: TypeId) -> &ValueType {
        &self.values[id.0]
    }
}

impl std::ops::Index<OpId> for Ops {
    type Output = Op;
    fn index(&self, id: OpId) -> &Op {
        &self.ops[id.0]
    }
}

impl Ops {
    /// The value type with this name.
    pub fn value(&self, name: &str) -> Option<TypeId> {
        self.values
            .iter()
            .position(|value| value.name == name)
            .map(TypeId)
    }

    /// The operation with this name.
    pub fn op(&self, name: &str) -> Option<OpId> {
        self.named.get(name).copied()
    }

    /// Adds an operation, whose name is new.
    fn add(&mut self, op: Op) {
        self.named.insert(op.name.to_string(), OpId(self.ops.len()));
        self.ops.push(op);
    }

    /// What is given by this name.
    pub fn given(&self, name: &Ident) -> Option<GivenId> {
        self.givens
            .iter()
            .position(|given| given.operand.name == *name)
            .map(GivenId)
    }

    /// The operations that this declaration itself declares.
    pub fn own(&self) -> &[Op] {
        &self.ops[self.base.as_ref().map_or(0, |base| base.count)..]
    }

    /// The dialect that an operation comes from, if it is not this one.
    pub fn inherited(&self, id: OpId) -> Option<&Base> {
        self.base.as_ref().filter(|base| id.0 < base.count)
    }

    /// The operation that puts an attribute of type `ty` into a value: how a constant of that type arrives.
    pub fn constant_op(&self, ty: TypeId) -> Option<OpId> {
        let is_constant = |op: &Op| {
            op.result == Some(ty)
                && op.effects == Effects::default()
                && matches!(op.operands[..], [Operand { kind: OperandKind::Const(AttributeKind::Type(of)), .. }] if of == ty)
        };
        self.ops.iter().position(is_constant).map(OpId)
    }

    /// Whether an operation is the one by which constants of a type become values.
    pub fn is_constant_op(&self, op: OpId) -> bool {
        let ty = self[op].result;
        ty.and_then(|ty| self.constant_op(ty)) == Some(op)
    }

    /// The operation that goes to a block and does nothing else.
    pub fn jump_op(&self) -> Option<OpId> {
        self.terminator(&|operands| matches!(operands, [OperandKind::Block]))
    }

    /// The operation that goes to the first of two blocks if a value is not zero, to the second if it is.
    pub fn branch_op(&self) -> Option<OpId> {
        use OperandKind::{Block, Value};
        self.terminator(&|operands| matches!(operands, [Value(_), Block, Block]))
    }

    fn terminator(&self, has_shape: &dyn Fn(&[OperandKind]) -> bool) -> Option<OpId> {
        let kinds = |op: &Op| -> Vec<OperandKind> {
            let kinds = op.operands.iter().map(|operand| operand.kind.clone());
            kinds.collect()
        };
        let is_it = |op: &Op| op.effects.terminator && has_shape(&kinds(op));
        self.ops.iter().position(is_it).map(OpId)
    }

    /// The type whose values are what those of `ty`, a type of `other`, are in Rust.
    pub fn same_representation(&self, other: &Ops, ty: TypeId) -> Option<TypeId> {
        let wanted = other[ty].representation?;
        let found = |value: &ValueType| value.representation == Some(wanted);
        self.values.iter().position(found).map(TypeId)
    }
}

/// A type of values: `value I64: i64 in { Gpr, const };`.
#[derive(Clone, Debug)]
pub struct ValueType {
    /// Its name.
    pub name: Ident,
    /// The documentation comment.
    pub doc: String,
    /// The Rust type that `means` expressions see; without one they see the word.
    pub representation: Option<Representation>,
    /// The register classes in which a value may arrive at an operand, as written; the machine knows what they are.
    pub classes: Vec<Ident>,
    /// Whether it may arrive as a constant that is known when a rule is chosen.
    pub constant: bool,
    /// The declaration.
    pub region: Region,
}

/// Something that meanings and rules may name besides operands: `given frame: I64;`.
#[derive(Clone, Debug)]
pub struct Given {
    /// The documentation comment.
    pub doc: String,
    /// Its name and what it is: a value, or a word known when a function is compiled.
    pub operand: Operand,
}

impl Given {
    /// Whether it is a word known when a function is compiled; otherwise it is a value.
    pub fn is_constant(&self) -> bool {
        matches!(self.operand.kind, OperandKind::Const(_))
    }
}

/// The Rust types of values in meanings.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Representation {
    /// `i64`
    I64,
    /// `u64`
    U64,
    /// `i32`
    I32,
    /// `u32`
    U32,
    /// `f64`
    F64,
}

impl Representation {
    /// Every representation.
    pub const ALL: [Representation; 5] = [
        Representation::I64,
        Representation::U64,
        Representation::I32,
        Representation::U32,
        Representation::F64,
    ];

    /// The Rust type.
    pub fn name(self) -> &'static str {
        match self {
            Representation::I64 => "i64",
            Representation::U64 => "u64",
            Representation::I32 => "i32",
            Representation::U32 => "u32",
            Representation::F64 => "f64",
        }
    }

    /// The representation with this name.
    pub fn from_name(name: &str) -> Option<Representation> {
        Representation::ALL
            .into_iter()
            .find(|representation| representation.name() == name)
    }

    /// How many bits of a register matter.
    pub fn bits(self) -> u32 {
        match self {
            Representation::I32 | Representation::U32 => 32,
            _ => 64,
        }
    }

    /// Whether values live in floating-point registers.
    pub fn is_float(self) -> bool {
        self == Representation::F64
    }

    /// The constants of this type as the integers that instructions hold; words of 64 bits, and floats by their bits, as
    /// `i64`.
    pub fn constants(self) -> Set {
        match self {
            Representation::I32 => Set::range(i32::MIN.into(), i32::MAX.into()),
            Representation::U32 => Set::range(0, u32::MAX.into()),
            _ => Set::all_i64(),
        }
    }
}

/// An operation.
#[derive(Clone, Debug)]
pub struct Op {
    /// Its name.
    pub name: Ident,
    /// The documentation comment.
    pub doc: String,
    /// The operands in order.
    pub operands: Vec<Operand>,
    /// The constant operand that says how many values at the beginning of the list do not live at the exit.
    pub behind: Option<usize>,
    /// The type of what it yields.
    pub result: Option<TypeId>,
    /// What it does besides.
    pub effects: Effects,
    /// Whether the first two value operands may trade places.
    pub commutative: bool,
    /// What it means.
    pub meaning: Meaning,
    /// From the name to the end of the operands and result.
    pub signature: Region,
}

/// An operand of an operation.
#[derive(Clone, Debug)]
pub struct Operand {
    /// Its name.
    pub name: Ident,
    /// What it is.
    pub kind: OperandKind,
    /// Name and type.
    pub region: Region,
}

/// What an operand may be.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum OperandKind {
    /// A value: `a: I64`.
    Value(TypeId),
    /// A word held in the instruction: `offset: const I64`.
    Const(AttributeKind),
    /// Any number of values: `live: list`.
    List,
    /// Where control may go: `then: block`.
    Block,
}

/// What a word held in an instruction is.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum AttributeKind {
    /// A constant of a value type.
    Type(TypeId),
    /// [`EXIT`], [`ADDRESS`], or a kind declared by `attribute`.
    Named(String),
}

/// What an operation does besides yielding a value. Nothing set: pure.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Effects {
    /// `reads memory`
    pub reads: bool,
    /// `writes memory`
    pub writes: bool,
    /// `call`
    pub call: bool,
    /// `guard`
    pub guard: bool,
    /// `terminator`
    pub terminator: bool,
}

/// What an operation means.
#[derive(Clone, Debug)]
pub enum Meaning {
    /// A Rust expression over the operands and `memory`.
    Expression(TokenStream),
    /// A sentence, where no expression can say it.
    Prose(String),
}
