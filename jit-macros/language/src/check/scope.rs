//! What the names in a template stand for, as far as the checks of templates need to know.
//!
//! Rules, call strategies and shared sequences bind names in different ways, but what a template may do with them is the
//! same question everywhere. Each of them describes its names as a [`Scope`], and each check is written once.

use proc_macro2::Ident;

use crate::error::Region;
use crate::model::isa::{ClassId, ImmediateId, Isa, Register};
use crate::model::template::RegisterRef;
use crate::space::Set;

/// The names of one rule, strategy or sequence.
pub struct Scope<'a> {
    /// The machine.
    pub isa: &'a Isa,
    /// What the scope belongs to, for messages: "rule `add_imm12`".
    pub owner: String,
    /// Everything that is bound.
    pub names: Vec<Name>,
    /// What is declared to change.
    pub clobbers: Vec<Clobber>,
}

/// A bound name.
pub struct Name {
    /// As it was bound.
    pub ident: Ident,
    /// What it stands for.
    pub holds: Holds,
    /// Where it is bound.
    pub region: Region,
}

/// What a name stands for.
pub enum Holds {
    /// A register.
    Register(RegisterName),
    /// A constant.
    Constant(Values),
    /// A place in the code or in a pool.
    Label,
    /// Something that only directives use: a list, an exit, an address.
    Other,
}

/// A name that stands for a register.
#[derive(Clone)]
pub struct RegisterName {
    /// What it is to the allocator.
    pub part: Part,
    /// The registers it may be in.
    pub class: ClassId,
    /// The register that it must be in, if one is demanded.
    pub fixed: Option<Register>,
    /// How many bits of a value matter; nothing is known about temporaries.
    pub bits: Option<u32>,
    /// Where it is said that reading fewer bits is meant, if it is.
    pub narrow: Option<Region>,
    /// Where it is said that a result is kept apart from every source, if it is.
    pub early: Option<Region>,
}

/// What a register is to the allocator.
#[derive(Clone, PartialEq, Eq)]
pub enum Part {
    /// Holds an operand; must be left as it is.
    Source,
    /// Receives the result, and may be the register of a source unless it is `early`.
    Result {
        /// The source whose register it shares.
        same_as: Option<Ident>,
    },
    /// Is free to use, and apart from everything else.
    Temporary,
}

/// The values that a constant may have.
#[derive(Clone)]
pub struct Values {
    /// A set that contains all of them.
    pub set: Set,
    /// The immediate kind that it is known to be of, which matters where the kind has a predicate.
    pub kind: Option<ImmediateId>,
}

/// One of the names behind `clobbers`.
pub struct Clobber {
    /// What may change: several things if the name is that of a calling convention.
    pub what: Vec<Changed>,
    /// The name.
    pub text: String,
    /// The declaration.
    pub region: Region,
}

/// Something outside of the allocator's sight that instructions change.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Changed {
    /// A register.
    Register(Register),
    /// The condition flags.
    Flags,
}

impl std::fmt::Display for Changed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Changed::Register(Register::General(30)) => f.write_str("lr"),
            Changed::Register(register) => register.fmt(f),
            Changed::Flags => f.write_str("flags"),
        }
    }
}

/// Something that an instruction reads or writes.
///
/// A name that is fixed to a register is that register, whichever way the template spells it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Place {
    /// The register that the allocator chose for this name.
    Name(String),
    /// This register.
    Fixed(Register),
    /// The condition flags.
    Flags,
}

impl std::fmt::Display for Place {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Place::Name(name) => f.write_str(name),
            Place::Fixed(Register::General(30)) => f.write_str("lr"),
            Place::Fixed(register) => register.fmt(f),
            Place::Flags => f.write_str("flags"),
        }
    }
}

impl Scope<'_> {
    /// What a name stands for.
    pub fn name(&self, ident: &Ident) -> Option<&Name> {
        self.names.iter().find(|name| name.ident == *ident)
    }

    /// The register that a name stands for.
    pub fn register(&self, ident: &Ident) -> Option<(&Name, &RegisterName)> {
        self.registers().find(|(name, _)| name.ident == *ident)
    }

    /// The names that stand for registers.
    pub fn registers(&self) -> impl Iterator<Item = (&Name, &RegisterName)> {
        self.names.iter().filter_map(|name| match &name.holds {
            Holds::Register(register) => Some((name, register)),
            _ => None,
        })
    }

    /// The place behind a register operand.
    pub fn place(&self, register: &RegisterRef) -> Place {
        match register {
            RegisterRef::Fixed(register) => Place::Fixed(*register),
            RegisterRef::Bound(ident) => self.place_of(ident),
        }
    }

    /// The place of a name.
    pub fn place_of(&self, ident: &Ident) -> Place {
        match self
            .register(ident)
            .and_then(|(_, register)| register.fixed)
        {
            Some(fixed) => Place::Fixed(fixed),
            None => Place::Name(ident.to_string()),
        }
    }

    /// Whether a change of `what` is declared.
    pub fn clobbers(&self, what: Changed) -> bool {
        self.clobbers
            .iter()
            .any(|clobber| clobber.what.contains(&what))
    }
}
