//! One application of a rule, and what it needs besides registers.

use regalloc2::{Operand, PRegSet, VReg};
use smallvec::SmallVec;

use super::function::MachineBlock;
use super::rules::RuleInfo;
use crate::ir::Origin;
use crate::specs::ops::Op;

/// An instruction on virtual registers.
#[derive(Clone, Debug)]
pub struct MachineInst {
    /// The rule whose template it expands to. None: it defines the parameters of the function and has no code.
    pub rule: Option<&'static RuleInfo>,
    /// The operation at the root of the rule's pattern; `Jump` if there is no rule, for control goes on from there.
    pub op: Op,
    /// Where that operation came from.
    pub origin: Origin,
    /// Result, registers used in the order of the pattern, temporaries, then the registers of the list.
    pub operands: SmallVec<[Operand; 4]>,
    /// Registers that hold something else afterwards, results aside. Those that are never allocated are left out.
    pub clobbers: PRegSet,
    /// The constants that the template names.
    pub immediates: SmallVec<[i64; 2]>,
    /// Where control may go, with the values for the parameters there.
    pub targets: SmallVec<[Target; 2]>,
    /// The exit that it may take.
    pub exit: Option<Box<ExitUse>>,
    /// The address that it calls.
    pub call: Option<i64>,
    /// Words of the function's literal pool that it reads.
    pub pool: SmallVec<[u64; 1]>,
}

/// A block to go to.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Target {
    /// Where to.
    pub block: MachineBlock,
    /// One virtual register for each parameter.
    pub args: SmallVec<[VReg; 4]>,
}

/// An exit, and what has to be known when it is taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ExitUse {
    /// The number that the producer of the function gave it.
    pub exit: i64,
    /// Its values, in the order of the operation's list.
    pub live: Vec<LiveValue>,
}

/// A value that an exit needs.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum LiveValue {
    /// Where the operand with this index is.
    Operand(u32),
    /// Always this word.
    Constant(i64),
}
