//! A function of machine instructions, as regalloc2 wants to see it.

use std::ops::Range;

use regalloc2::{
    Block as RegBlock, Inst as RegInst, InstRange, Operand, OperandConstraint, OperandKind,
    OperandPos, PRegSet, RegClass, VReg,
};
use smallvec::SmallVec;

use super::inst::MachineInst;
use crate::ir::Block;
use crate::specs::ops::Lir;

/// A block of a [`MachineFunction`]; numbered in reverse postorder, the entry is 0.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct MachineBlock(pub u32);

impl MachineBlock {
    /// The position among the blocks.
    pub const fn index(self) -> usize {
        self.0 as usize
    }
}

/// A block.
#[derive(Clone, Debug)]
pub struct MachineBlockData {
    /// Its instructions, the last one a terminator.
    pub insts: Range<u32>,
    /// The virtual registers that it receives.
    pub params: SmallVec<[VReg; 4]>,
    /// Expected to run rarely.
    pub cold: bool,
    /// The block of the function that it was made from.
    pub source: Block,
    pub(super) successors: SmallVec<[RegBlock; 2]>,
    pub(super) predecessors: SmallVec<[RegBlock; 2]>,
}

/// Instructions on virtual registers, block by block in reverse postorder.
#[derive(Clone, Debug)]
pub struct MachineFunction {
    pub(super) name: String,
    pub(super) insts: Vec<MachineInst>,
    pub(super) blocks: Vec<MachineBlockData>,
    pub(super) order: Vec<MachineBlock>,
    pub(super) vregs: usize,
}

impl MachineFunction {
    /// The name of the function that it was made from.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The blocks in the order of their numbers.
    pub fn blocks(
        &self,
    ) -> impl DoubleEndedIterator<Item = MachineBlock> + ExactSizeIterator + use<> {
        (0..self.blocks.len() as u32).map(MachineBlock)
    }

    /// The blocks in the order in which their code is laid out: that of their numbers, cold ones behind the others.
    pub fn layout(&self) -> &[MachineBlock] {
        &self.order
    }

    /// One block.
    pub fn block(&self, block: MachineBlock) -> &MachineBlockData {
        &self.blocks[block.index()]
    }

    /// One instruction.
    pub fn inst(&self, inst: RegInst) -> &MachineInst {
        &self.insts[inst.index()]
    }

    /// Demands that the result of an instruction gets the register of its operand with this index, as an allocator may
    /// decide on its own. `false`: the constraints do not leave that open.
    pub fn share(&mut self, inst: RegInst, operand: usize) -> bool {
        let operands = &mut self.insts[inst.index()].operands;
        let (Some(&result), Some(&read)) = (operands.first(), operands.get(operand)) else {
            return false;
        };
        let is_open = result.kind() == OperandKind::Def
            && result.pos() == OperandPos::Late
            && read.kind() == OperandKind::Use
            && read.pos() == OperandPos::Early
            && result.class() == read.class()
            && [result, read].iter().all(|operand| {
                operand.constraint() == OperandConstraint::Reg
                    && operand.as_fixed_nonallocatable().is_none()
            });
        if is_open {
            let constraint = OperandConstraint::Reuse(operand);
            operands[0] = Operand::new(result.vreg(), constraint, result.kind(), result.pos());
        }
        is_open
    }

    /// Every instruction, block by block in the order of their numbers.
    pub fn insts(&self) -> &[MachineInst] {
        &self.insts
    }

    fn ends_with(&self, inst: RegInst, targets: bool) -> bool {
        let inst = self.inst(inst);
        inst.rule.is_some()
            && <Lir as crate::ir::Dialect>::info(inst.op)
                .effects
                .is_terminator()
            && inst.targets.is_empty() != targets
    }
}

impl regalloc2::Function for MachineFunction {
    fn num_insts(&self) -> usize {
        self.insts.len()
    }

    fn num_blocks(&self) -> usize {
        self.blocks.len()
    }

    fn entry_block(&self) -> RegBlock {
        RegBlock::new(0)
    }

    fn block_insns(&self, block: RegBlock) -> InstRange {
        let range = &self.blocks[block.index()].insts;
        InstRange::new(
            RegInst::new(range.start as usize),
            RegInst::new(range.end as usize),
        )
    }

    fn block_succs(&self, block: RegBlock) -> &[RegBlock] {
        &self.blocks[block.index()].successors
    }

    fn block_preds(&self, block: RegBlock) -> &[RegBlock] {
        &self.blocks[block.index()].predecessors
    }

    fn block_params(&self, block: RegBlock) -> &[VReg] {
        &self.blocks[block.index()].params
    }

    fn is_ret(&self, inst: RegInst) -> bool {
        self.ends_with(inst, false)
    }

    fn is_branch(&self, inst: RegInst) -> bool {
        self.ends_with(inst, true)
    }

    fn branch_blockparams(&self, _block: RegBlock, inst: RegInst, successor: usize) -> &[VReg] {
        &self.inst(inst).targets[successor].args
    }

    fn inst_operands(&self, inst: RegInst) -> &[Operand] {
        &self.inst(inst).operands
    }

    fn inst_clobbers(&self, inst: RegInst) -> PRegSet {
        self.inst(inst).clobbers
    }

    fn num_vregs(&self) -> usize {
        self.vregs
    }

    fn spillslot_size(&self, _class: RegClass) -> usize {
        1
    }
}
