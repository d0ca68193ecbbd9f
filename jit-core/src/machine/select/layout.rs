//! The order of the blocks: they are numbered in a reverse postorder, which the allocator and its checker rely on, and laid
//! out in nearly the same order.
//!
//! Of all reverse postorders it is the one that goes on with the block that is deepest in loops, so that loops stay
//! together. What is expected to run rarely goes behind everything else. And a loop that tests at its top and jumps back
//! at its bottom has the test moved to the bottom, which saves a jump each time round.

use std::cmp::Reverse;

use smallvec::SmallVec;

use super::loops::{Loop, natural_loops};
use crate::ir::{Block, ControlFlow, Function};
use crate::machine::MachineBlock;
use crate::specs::ops::{Lir, Op};

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
        let mut loops = natural_loops(control_flow);
        let mut depths = vec![0u32; function.block_count()];
        for block in loops.iter().flat_map(|found| &found.blocks) {
            depths[block.index()] += 1;
        }
        // The entry stays in front even if it is cold.
        let is_cold = |block: Block| function[block].cold && block != Block::ENTRY;
        let blocks = reverse_postorder(function, |block| (!is_cold(block), depths[block.index()]));
        let (cold, mut order): (Vec<Block>, Vec<Block>) =
            blocks.iter().partition(|block| is_cold(**block));
        // Inner loops first: moving a header within its loop keeps the loops around it together.
        loops.sort_by_key(|found| Reverse(depths[found.header.index()]));
        for found in &loops {
            rotate(function, found, &mut order);
        }
        order.extend(cold);
        let mut numbers = vec![MachineBlock(u32::MAX); function.block_count()];
        for (number, block) in blocks.iter().enumerate() {
            numbers[block.index()] = MachineBlock(number as u32);
        }
        let order = order.iter().map(|block| numbers[block.index()]).collect();
        Layout {
            blocks,
            numbers,
            order,
        }
    }

    /// The blocks by number.
    pub(super) fn blocks(&self) -> &[Block] {
        &self.blocks
    }

    pub(super) fn number(&self, block: Block) -> MachineBlock {
        self.numbers[block.index()]
    }

    /// The blocks in the order of their code.
    pub(super) fn order(&self) -> &[MachineBlock] {
        &self.order
    }
}

/// The reachable blocks, each before its successors save where a loop goes back; right behind a block comes, if it can, the
/// successor with the highest rank, and of several the first.
fn reverse_postorder<Rank: Ord>(
    function: &Function<Lir>,
    rank: impl Fn(Block) -> Rank,
) -> Vec<Block> {
    // What is visited last is finished last, and so comes first in the reverse.
    let successors = |block: Block| {
        let mut successors: SmallVec<[Block; 2]> = function.successors(block).collect();
        successors.reverse();
        successors.sort_by_key(|&block| rank(block));
        successors.into_iter()
    };
    let mut seen = vec![false; function.block_count()];
    seen[Block::ENTRY.index()] = true;
    let mut path = vec![(Block::ENTRY, successors(Block::ENTRY))];
    let mut order = Vec::with_capacity(function.block_count());
    while let Some((block, left)) = path.last_mut() {
        match left.next() {
            Some(next) if seen[next.index()] => {}
            Some(next) => {
                seen[next.index()] = true;
                path.push((next, successors(next)));
            }
            None => {
                order.push(*block);
                path.pop();
            }
        }
    }
    order.reverse();
    order
}

/// Moves the header of a loop behind its last block, if that block does nothing at its end but go back, and the header
/// decides whether to go on.
fn rotate(function: &Function<Lir>, found: &Loop, order: &mut [Block]) {
    let mut members = vec![false; function.block_count()];
    for block in &found.blocks {
        members[block.index()] = true;
    }
    let is_member = |block: &Block| members[block.index()];
    let Some(first) = order.iter().position(|block| *block == found.header) else {
        return;
    };
    let length = order[first..]
        .iter()
        .take_while(|block| is_member(block))
        .count();
    let hot = order.iter().filter(|block| is_member(block)).count();
    let last = order[first + length - 1];
    let ends_with = |block: Block, op: Op| {
        let terminator = function.terminator(block);
        terminator.is_some_and(|inst| function[inst].op == op)
    };
    let goes_back =
        ends_with(last, Op::Jump) && function.successors(last).any(|to| to == found.header);
    let leaves = ends_with(found.header, Op::Branch)
        && !function.successors(found.header).all(|to| is_member(&to));
    if length == hot && length > 1 && goes_back && leaves {
        order[first..first + length].rotate_left(1);
    }
}
