//! What the statements of `isa!` say, names unresolved.

use std::fmt;

use proc_macro2::{Ident, TokenStream};
use syn::{LitStr, Path};

use crate::error::Region;
use crate::model::isa::{FieldType, Role, View};

/// One statement of `isa!`.
pub enum Statement {
    /// `target …`
    Target(Ident),
    /// `extends PATH;`, and the word itself
    Extends(Ident, Path),
    /// `reg …`
    Class(Class),
    /// `reserved …`, `scratch …`
    Reserved(Reserved),
    /// `convention …`
    Convention(Convention),
    /// `imm …`
    Immediate(Immediate),
    /// `link …`
    Link(Link),
    /// `form …`
    Form(Form),
    /// `conditions { … }`
    Conditions(Vec<Condition>),
    /// `means …`
    Meaning(Meaning),
}

impl Statement {
    /// Where it is, if only a machine that extends no other may say it, and what it declares.
    pub fn of_base(&self) -> Option<(Region, &'static str)> {
        match self {
            Statement::Target(name) => Some((name.span().into(), "a target")),
            Statement::Class(class) => Some((class.region, "a register class")),
            Statement::Reserved(reserved) => {
                let first = reserved.registers.first()?;
                Some((first.span().into(), "reserved registers"))
            }
            Statement::Convention(convention) => Some((convention.region, "a calling convention")),
            Statement::Conditions(conditions) => {
                let first = conditions.first()?.names.first()?;
                Some((first.span().into(), "conditions"))
            }
            Statement::Extends(..)
            | Statement::Immediate(_)
            | Statement::Link(_)
            | Statement::Form(_)
            | Statement::Meaning(_) => None,
        }
    }
}

/// `reg NAME: VIEW { members }`
pub struct Class {
    pub doc: String,
    pub name: Ident,
    pub view: View,
    pub members: Vec<Member>,
    pub region: Region,
}

/// A member of a register class.
pub enum Member {
    /// `0..=15`
    Codes(i128, i128, Region),
    /// `Gpr`: all members of another class.
    Class(Ident),
    /// `31 as xzr`
    Special(Ident),
}

/// `reserved x18, x29 "reason";`
pub struct Reserved {
    pub registers: Vec<Ident>,
    pub reason: LitStr,
    pub scratch: bool,
}

/// `convention NAME { … }`
pub struct Convention {
    pub name: Ident,
    pub arguments: Vec<RegisterRange>,
    pub results: Vec<RegisterRange>,
    pub preserved: Vec<RegisterRange>,
    pub region: Region,
}

/// `x0` or `x0..=x7`
pub struct RegisterRange {
    pub first: Ident,
    pub last: Option<Ident>,
}

/// `imm NAME: TYPE { … }`
pub struct Immediate {
    pub name: Ident,
    pub ty: FieldType,
    pub values: Values,
    pub encodable: Option<TokenStream>,
    pub region: Region,
}

/// Sets of integers: ranges, of which only some multiples count.
pub struct Values {
    pub ranges: Vec<(i128, i128, Region)>,
    pub multiple_of: Option<(i128, Region)>,
}

/// `link NAME { bytes …; multiple_of …; }`
pub struct Link {
    pub doc: String,
    pub name: Ident,
    pub values: Values,
    pub region: Region,
}

/// `form a | b (operands) properties;`
pub struct Form {
    /// Each mnemonic, with the `.cond` behind it.
    pub mnemonics: Vec<(Ident, bool)>,
    pub operands: Vec<Operand>,
    pub properties: Vec<Property>,
    /// What the numbers of an instruction add up to at most.
    pub within: Option<i128>,
    pub region: Region,
}

/// An operand of a form.
pub enum Operand {
    Register(Role, View),
    Immediate(Ident),
    Modifier(Ident, Option<Ident>),
    Condition,
    Label(Ident),
    Literal(String),
    Memory {
        base: Role,
        rest: Vec<Operand>,
        write_back: bool,
    },
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Register(role, view) => write!(f, "{} {}", role.name(), view.name()),
            Operand::Immediate(kind) => write!(f, "imm {kind}"),
            Operand::Modifier(word, None) => write!(f, "{word}"),
            Operand::Modifier(word, Some(kind)) => write!(f, "{word} imm {kind}"),
            Operand::Condition => f.write_str("cond"),
            Operand::Label(link) => write!(f, "link {link}"),
            Operand::Literal(text) => f.write_str(text),
            Operand::Memory {
                base,
                rest,
                write_back,
            } => {
                write!(f, "[{} {}", base.name(), View::Xsp.name())?;
                for operand in rest {
                    write!(f, ", {operand}")?;
                }
                f.write_str(if *write_back { "]!" } else { "]" })
            }
        }
    }
}

/// What stands behind the operands of a form.
pub enum Property {
    ReadsFlags,
    WritesFlags,
    ReadsMemory,
    WritesMemory,
    Reads(Ident),
    Writes(Ident),
    Branches,
    Calls,
    Ends,
}

/// `cs | hs = flags.c;`, one of the lines in `conditions { … }`.
pub struct Condition {
    pub names: Vec<Ident>,
    pub value: TokenStream,
}

/// `means ldr | ldur (d, address) { statements }`
pub struct Meaning {
    /// Each mnemonic, with the `.cond` behind it.
    pub mnemonics: Vec<(Ident, bool)>,
    pub parameters: Vec<Parameter>,
    /// What stands within the braces; read when it is needed, for most who read a machine never look at it.
    pub body: TokenStream,
    pub region: Region,
}

/// `a`, `piece << shift`, `a = x30`
pub struct Parameter {
    pub name: Ident,
    pub shift: Option<Ident>,
    pub default: Option<Ident>,
}
