//! The order of the blocks: they are numbered in reverse postorder, which the allocator and its checker rely on, and laid
//! out in the same order but for what is expected to run rarely, which goes behind everything else.

use crate::ir::{Block, ControlFlow, Function};
use crate::machine::MachineBlock;
use crate::specs::ops::Lir;

/// The blocks that have code.
pub(super) struct Layout {
    /// By number.
    blocks: Vec<Block>,
    /// By the number of the block in the function; meaningless for those without code.
    numbers: Vec<MachineBlock>,
    /// In the order of their code.
    order: Vec<MachineBlock>,
}

impl Layout {
    pub(super) fn new(function: &Function<Lir>, control_flow: &ControlFlow) -> Layout {
        let blocks = control_flow.reverse_postorder().to_vec();
        let mut numbers = vec![MachineBlock(u32::MAX); function.block_count()];
        let (mut hot, mut cold) = (Vec::new(), Vec::new());
        for (number, &block) in blocks.iter().enumerate() {
            let number = MachineBlock(number as u32);
            numbers[block.index()] = number;
            // The entry stays in front even if it is cold.
            let is_cold = function[block].cold && block != Block::ENTRY;
            if is_cold { &mut cold } else { &mut hot }.push(number);
        }
        hot.append(&mut cold);
        Layout {
            blocks,
            numbers,
            order: hot,
        }
    }

    pub(super) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    pub(super) fn number(&self, block: Block) -> MachineBlock {
        self.numbers[block.index()]
    }

    pub(super) fn order(&self) -> &[MachineBlock] {
        &self.order
    }
}
