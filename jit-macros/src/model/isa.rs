//! The machine as `isa!` declares it: registers, immediate fields, links, and the instructions that templates may use.
//!
//! The encoder behind `dynasm!` knows how to encode an instruction, but nothing about what it reads and writes. That is
//! what the [`Form`]s add, for the instructions in use and no others; a template line that fits no form is refused.

mod resolve;

use std::collections::BTreeSet;
use std::fmt;

use proc_macro2::{Ident, TokenStream};

use crate::error::Region;
use crate::space::Set;

pub use resolve::resolve;

/// A complete machine declaration.
#[derive(Clone, Debug)]
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
    /// The instructions that templates may use.
    pub forms: Vec<Form>,
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
    /// Every form of a mnemonic.
    pub fn forms_of<'a>(&'a self, mnemonic: &'a str) -> impl Iterator<Item = (FormId, &'a Form)> {
        let forms = self.forms.iter().enumerate();
        forms
            .filter(move |(_, form)| form.mnemonic == mnemonic)
            .map(|(index, form)| (FormId(index), form))
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

/// A register of the machine; the same one whatever its width.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Register {
    /// x0 to x30.
    General(u8),
    /// v0 to v31.
    Float(u8),
    /// Code 31 where it reads as zero and discards what is written.
    Zero,
    /// Code 31 where it is the stack pointer.
    StackPointer,
}

/// One of the two sets of registers.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Bank {
    /// The integer registers.
    General,
    /// The floating-point and vector registers.
    Float,
}

/// How an instruction sees a register: the register families of `dynasm!`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum View {
    /// 64 bits; code 31 is the zero register.
    X,
    /// The low 32 bits; writing clears the rest; code 31 is the zero register.
    W,
    /// 64 bits; code 31 is the stack pointer.
    Xsp,
    /// The low 32 bits; code 31 is the stack pointer.
    Wsp,
    /// A 64-bit float.
    D,
    /// A 32-bit float.
    S,
}

impl View {
    /// Every view.
    pub const ALL: [View; 6] = [View::X, View::W, View::Xsp, View::Wsp, View::D, View::S];

    /// Its name in templates and declarations.
    pub fn name(self) -> &'static str {
        match self {
            View::X => "X",
            View::W => "W",
            View::Xsp => "XSP",
            View::Wsp => "WSP",
            View::D => "D",
            View::S => "S",
        }
    }

    /// The view with this name.
    pub fn from_name(name: &str) -> Option<View> {
        View::ALL.into_iter().find(|view| view.name() == name)
    }

    /// The set of registers that it looks at.
    pub fn bank(self) -> Bank {
        match self {
            View::X | View::W | View::Xsp | View::Wsp => Bank::General,
            View::D | View::S => Bank::Float,
        }
    }

    /// How many bits of the register it sees.
    pub fn bits(self) -> u32 {
        match self {
            View::X | View::Xsp | View::D => 64,
            View::W | View::Wsp | View::S => 32,
        }
    }

    /// What code 31 is in this view.
    pub fn code_31(self) -> Register {
        match self {
            View::X | View::W => Register::Zero,
            View::Xsp | View::Wsp => Register::StackPointer,
            View::D | View::S => Register::Float(31),
        }
    }

    /// Whether an instruction that takes this view takes the register.
    pub fn holds(self, register: Register) -> bool {
        match register {
            Register::General(_) => self.bank() == Bank::General,
            Register::Float(_) => self.bank() == Bank::Float,
            Register::Zero | Register::StackPointer => self.code_31() == register,
        }
    }
}

impl Register {
    /// Reads a register name as templates spell it, `w3` for one.
    pub fn from_name(name: &str) -> Option<(Register, View)> {
        match name {
            "xzr" => return Some((Register::Zero, View::X)),
            "wzr" => return Some((Register::Zero, View::W)),
            "sp" => return Some((Register::StackPointer, View::Xsp)),
            "wsp" => return Some((Register::StackPointer, View::Wsp)),
            _ => {}
        }
        let digits = name.get(1..)?;
        if digits.starts_with('0') && digits.len() > 1 {
            return None;
        }
        let code: u8 = digits.parse().ok()?;
        match (&name[..1], code) {
            ("x", 0..=30) => Some((Register::General(code), View::X)),
            ("w", 0..=30) => Some((Register::General(code), View::W)),
            ("d", 0..=31) => Some((Register::Float(code), View::D)),
            ("s", 0..=31) => Some((Register::Float(code), View::S)),
            _ => None,
        }
    }

    /// The set that it belongs to.
    pub fn bank(self) -> Bank {
        match self {
            Register::Float(_) => Bank::Float,
            _ => Bank::General,
        }
    }

    /// Its five-bit code.
    pub fn code(self) -> u8 {
        match self {
            Register::General(code) | Register::Float(code) => code,
            Register::Zero | Register::StackPointer => 31,
        }
    }
}

impl fmt::Display for Register {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Register::General(code) => write!(f, "x{code}"),
            Register::Float(code) => write!(f, "d{code}"),
            Register::Zero => f.write_str("xzr"),
            Register::StackPointer => f.write_str("sp"),
        }
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

/// What an instruction does with a register.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Role {
    /// `r`
    Read,
    /// `w`
    Write,
    /// `rw`
    ReadWrite,
}

impl Role {
    /// How a form spells it.
    pub fn name(self) -> &'static str {
        match self {
            Role::Read => "r",
            Role::Write => "w",
            Role::ReadWrite => "rw",
        }
    }

    /// Whether the old value matters.
    pub fn reads(self) -> bool {
        self != Role::Write
    }

    /// Whether there is a new value.
    pub fn writes(self) -> bool {
        self != Role::Read
    }
}

/// One form of one instruction: `form adds w X, r XSP, imm Imm12: writes flags;`.
#[derive(Clone, Debug)]
pub struct Form {
    /// The mnemonic; `b.cond` for the one that carries its condition.
    pub mnemonic: String,
    /// The operands in order.
    pub operands: Vec<FormOperand>,
    /// What it does besides.
    pub effects: FormEffects,
    /// The form as it was written.
    pub text: String,
    /// The declaration.
    pub region: Region,
}

/// What an instruction does besides reading and writing its register operands.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct FormEffects {
    /// The condition flags are read.
    pub reads_flags: bool,
    /// The condition flags are written.
    pub writes_flags: bool,
    /// Memory is read.
    pub reads_memory: bool,
    /// Memory is written.
    pub writes_memory: bool,
    /// Registers that are read without being operands.
    pub reads: Vec<Register>,
    /// Registers that are written without being operands.
    pub writes: Vec<Register>,
    /// Where control goes.
    pub control: Control,
}

/// Where control goes after an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Control {
    /// To the next instruction.
    #[default]
    Next,
    /// To the next one or to the label: `branches`.
    Branches,
    /// Away, and back to the next instruction: `calls`.
    Calls,
    /// Never to the next one: `ends`.
    Ends,
}

/// One operand of a form.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum FormOperand {
    /// `r X`
    Register(Role, View),
    /// `imm Imm12`
    Immediate(ImmediateId),
    /// `LSL imm Shift12`, `UXTW`: always there, if declared.
    Modifier(String, Option<ImmediateId>),
    /// `cond`
    Condition,
    /// `link Branch26`
    Label(LinkId),
    /// `0.0`: exactly this literal.
    Literal(String),
    /// `[r XSP, imm Offset8]`
    Memory {
        /// What happens to the base register.
        base: Role,
        /// What stands behind the base.
        rest: Vec<FormOperand>,
        /// Whether `!` follows.
        write_back: bool,
    },
}
