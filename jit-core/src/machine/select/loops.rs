//! Natural loops: the blocks between a jump back and the block that it goes back to.
//!
//! Only for the order of the code: a cycle that can be entered in several places is no loop here, and nothing is lost.

use crate::ir::{Block, ControlFlow, Dominators};

/// A loop.
pub(super) struct Loop {
    /// Where it is entered, and gone back to.
    pub header: Block,
    /// All of its blocks, the header among them.
    pub blocks: Vec<Block>,
}

/// Every natural loop; loops with the same header are one.
pub(super) fn natural_loops(control_flow: &ControlFlow) -> Vec<Loop> {
    // Whoever goes back goes to a block that comes earlier, so most functions need not be looked at any closer.
    let goes_back = |&block: &Block| {
        let edges = control_flow.predecessors(block).iter();
        let sources = edges.filter_map(|edge| control_flow.rank(edge.from));
        sources.max() >= control_flow.rank(block)
    };
    if !control_flow.reverse_postorder().iter().any(goes_back) {
        return Vec::new();
    }
    let dominators = Dominators::new(control_flow);
    let mut member_of = vec![u32::MAX; control_flow.block_count()];
    let mut loops = Vec::new();
    for &header in control_flow.reverse_postorder() {
        let sources = control_flow
            .predecessors(header)
            .iter()
            .map(|edge| edge.from);
        let back =
            |from: &Block| control_flow.is_reachable(*from) && dominators.dominates(header, *from);
        let mut open: Vec<Block> = sources.filter(back).collect();
        if open.is_empty() {
            continue;
        }
        let number = loops.len() as u32;
        let mut blocks = vec![header];
        member_of[header.index()] = number;
        while let Some(block) = open.pop() {
            if member_of[block.index()] == number {
                continue;
            }
            member_of[block.index()] = number;
            blocks.push(block);
            let sources = control_flow
                .predecessors(block)
                .iter()
                .map(|edge| edge.from);
            open.extend(sources.filter(|&from| control_flow.is_reachable(from)));
        }
        loops.push(Loop { header, blocks });
    }
    loops
}
