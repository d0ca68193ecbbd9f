//! The order of the blocks in the code: reverse postorder, and what is expected to run rarely behind everything else.

use crate::ir::{Block, ControlFlow, Function};
use crate::machine::MachineBlock;
use crate::specs::ops::Lir;

/// The blocks that have code, in order.
pub(super) struct Layout {
    blocks: Vec<Block>,
    /// By the number of the block; meaningless for those without code.
    positions: Vec<MachineBlock>,
}

impl Layout {
    pub(super) fn new(function: &Function<Lir>, control_flow: &ControlFlow) -> Layout {
        let reachable = control_flow.reverse_postorder();
        // The entry stays in front even if it is cold.
        let is_cold = |block: &Block| *block != Block::ENTRY && function[*block].cold;
        let hot = reachable.iter().filter(|block| !is_cold(block));
        let cold = reachable.iter().filter(|block| is_cold(block));
        let blocks: Vec<Block> = hot.chain(cold).copied().collect();
        let mut positions = vec![MachineBlock(u32::MAX); function.block_count()];
        for (position, block) in blocks.iter().enumerate() {
            positions[block.index()] = MachineBlock(position as u32);
        }
        Layout { blocks, positions }
    }

    pub(super) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    pub(super) fn position(&self, block: Block) -> MachineBlock {
        self.positions[block.index()]
    }
}
