//! The instructions that templates may use: operands, and what else happens.

use super::{ImmediateId, LinkId, Register, View};
use crate::error::Region;

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
    /// What the numbers of an instruction add up to at most, if that is limited.
    pub within: Option<i128>,
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
