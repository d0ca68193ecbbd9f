//! The machine as `isa!` declares it: registers, immediate fields, links, and the instructions that templates may use.
//!
//! The encoder behind `dynasm!` knows how to encode an instruction, but nothing about what it reads and writes. That is
//! what the [`Form`]s add, for the instructions in use and no others; a template line that fits no form is refused.

mod form;
mod meaning;
mod register;
mod resolve;

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};
use syn::Path;

use crate::error::Region;
use crate::space::Set;

pub use form::{Control, Form, FormEffects, FormOperand, Role};
pub use meaning::{
    Addend, Address, Argument, Condition, Meaning, Mode, Modifier, Parameter, RegisterArgument,
};
pub use register::{Bank, Register, View};
pub use resolve::{extend, resolve};

/// A complete machine declaration.
#[derive(Clone, Debug, Default)]
pub struct Isa {
    /// The name behind `target`.
    pub target: Option<Ident>,
    /// The kinds of register that a pattern may ask for.
    pub classes: Vec<RegisterClass>,
    /// Registers that no value lives in.
    pub reserved: Vec<Reserved>,
    /// Calling conventions.
    pub conventions: Vec<Convention>,
    /// The immediate kinds: fields of instructions, and operand kinds of patterns.
    pub immediates: Vec<Immediate>,
    /// The kinds of reference from an instruction to a place.
    pub links: Vec<Link>,
    /// The instructions that templates may use; as everywhere, those of a machine that this one extends come first.
    pub forms: Vec<Form>,
    /// The conditions that instructions may carry.
    pub conditions: Vec<Condition>,
    /// What the mnemonics mean.
    pub meanings: Vec<Meaning>,
    /// The machine that this one adds to.
    pub base: Option<Base>,
}

/// A machine that another one adds instructions to.
#[derive(Clone, Debug)]
pub struct Base {
    /// The module that declares it, as the extension names it.
    pub path: Path,
    /// How many links it has.
    pub links: usize,
    /// How many instructions it has.
    pub forms: usize,
}

macro_rules! ids {
    ($($(#[$doc:meta])* $id:ident: $field:ident, $find:ident -> $item:ident;)*) => {
        $(
            $(#[$doc])*
            #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
            pub struct $id(pub usize);

            impl std::ops::Index<$id> for Isa {
                type Output = $item;
                fn index(&self, id: $id) -> &$item {
                    &self.$field[id.0]
                }
            }
        )*
        impl Isa {
            $(
                /// The item with this name.
                pub fn $find(&self, name: &str) -> Option<$id> {
                    self.$field.iter().position(|item| item.name == name).map($id)
                }
            )*
        }
    };
}

ids! {
    /// A [`RegisterClass`] of an [`Isa`].
    ClassId: classes, class -> RegisterClass;
    /// A [`Convention`] of an [`Isa`].
    ConventionId: conventions, convention -> Convention;
    /// An [`Immediate`] of an [`Isa`].
    ImmediateId: immediates, immediate -> Immediate;
    /// A [`Link`] of an [`Isa`].
    LinkId: links, link -> Link;
}

/// A [`Form`] of an [`Isa`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct FormId(pub usize);

impl std::ops::Index<FormId> for Isa {
    type Output = Form;
    fn index(&self, id: FormId) -> &Form {
        &self.forms[id.0]
    }
}

impl Isa {
    /// The links that this declaration itself declares.
    pub fn own_links(&self) -> &[Link] {
        &self.links[self.base.as_ref().map_or(0, |base| base.links)..]
    }

    /// The instructions that this declaration itself declares.
    pub fn own_forms(&self) -> &[Form] {
        &self.forms[self.base.as_ref().map_or(0, |base| base.forms)..]
    }

    /// Every form of a mnemonic.
    pub fn forms_of<'a>(&'a self, mnemonic: &'a str) -> impl Iterator<Item = (FormId, &'a Form)> {
        let forms = self.forms.iter().enumerate();
        forms
            .filter(move |(_, form)| form.mnemonic == mnemonic)
            .map(|(index, form)| (FormId(index), form))
    }

    /// The condition with this name.
    pub fn condition(&self, name: &str) -> Option<&Condition> {
        self.conditions
            .iter()
            .find(|condition| condition.name == name)
    }

    /// What a mnemonic means.
    pub fn meaning(&self, mnemonic: &str) -> Option<&Meaning> {
        self.meanings
            .iter()
            .find(|meaning| meaning.mnemonic == mnemonic)
    }

    /// The declaration that reserves a register, if one does.
    pub fn reservation(&self, register: Register) -> Option<&Reserved> {
        self.reserved
            .iter()
            .find(|reserved| reserved.register == register)
    }

    /// The registers that code between a call site and its target may change.
    pub fn scratch(&self) -> impl Iterator<Item = Register> + '_ {
        self.reserved
            .iter()
            .filter(|reserved| reserved.scratch)
            .map(|reserved| reserved.register)
    }
}

/// A kind of register operand: `reg Gpr: X { codes 0..=15, 19..=28; }`.
#[derive(Clone, Debug)]
pub struct RegisterClass {
    /// Its name.
    pub name: Ident,
    /// The documentation comment.
    pub doc: String,
    /// The widest view of what lies in it.
    pub view: View,
    /// The registers that an operand of this kind may be in.
    pub registers: BTreeSet<Register>,
    /// The declaration.
    pub region: Region,
}

impl RegisterClass {
    /// What an operand of this kind may be besides an ordinary register: zero register or stack pointer.
    pub fn special(&self) -> Option<Register> {
        let special = [Register::Zero, Register::StackPointer];
        special
            .into_iter()
            .find(|register| self.registers.contains(register))
    }
}

/// A register that no value lives in, and why: `reserved x18 "the platform register";`.
#[derive(Clone, Debug)]
pub struct Reserved {
    /// The register.
    pub register: Register,
    /// The reason.
    pub reason: String,
    /// Whether it may be changed between a call site and its target.
    pub scratch: bool,
    /// The name in the declaration.
    pub region: Region,
}

/// A calling convention: `convention aapcs64 { arguments …; results …; preserved …; }`.
#[derive(Clone, Debug)]
pub struct Convention {
    /// Its name.
    pub name: Ident,
    /// Where arguments go, in order; each bank is counted by itself.
    pub arguments: Vec<Register>,
    /// Where results come back.
    pub results: Vec<Register>,
    /// What a callee leaves as it was.
    pub preserved: Vec<Register>,
    /// The declaration.
    pub region: Region,
}

impl Convention {
    /// What a call may change: every register that is not preserved.
    pub fn clobbered(&self) -> impl Iterator<Item = Register> + '_ {
        let general = (0..=30).map(Register::General);
        let float = (0..=31).map(Register::Float);
        general
            .chain(float)
            .filter(|register| !self.preserved.contains(register))
    }
}

/// An immediate kind: `imm Imm12: u32 { range 0..=4095; }`.
#[derive(Clone, Debug)]
pub struct Immediate {
    /// Its name.
    pub name: Ident,
    /// The Rust type that `dynasm!` expects of an expression in such a field.
    pub ty: FieldType,
    /// The values that it holds; a superset of them if there is a predicate.
    pub set: Set,
    /// A function from the constant, as `ty`, to whether the field holds it, which nothing else is known about.
    pub encodable: Option<TokenStream>,
    /// The declaration.
    pub region: Region,
}

/// The Rust type of an immediate field.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum FieldType {
    /// `u32`.
    U32,
    /// `i32`.
    I32,
    /// `u64`.
    U64,
}

impl FieldType {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            FieldType::U32 => "u32",
            FieldType::I32 => "i32",
            FieldType::U64 => "u64",
        }
    }

    /// The type with this name.
    pub fn from_name(name: &str) -> Option<FieldType> {
        [FieldType::U32, FieldType::I32, FieldType::U64]
            .into_iter()
            .find(|ty| ty.name() == name)
    }

    /// Every value of the type. Fields of 64 bits hold words that are `i64` everywhere else, so both readings count.
    pub fn all(self) -> Set {
        match self {
            FieldType::U32 => Set::range(0, u32::MAX.into()),
            FieldType::I32 => Set::range(i32::MIN.into(), i32::MAX.into()),
            FieldType::U64 => Set::range(i64::MIN.into(), i64::MAX.into()),
        }
    }
}

/// A kind of reference: `link Branch26 { bytes -134217728..=134217724; multiple_of 4; }`.
#[derive(Clone, Debug)]
pub struct Link {
    /// Its name.
    pub name: Ident,
    /// The documentation comment.
    pub doc: String,
    /// The distances in bytes from the instruction to its target that can be encoded.
    pub reach: Set,
    /// The declaration.
    pub region: Region,
}
