//! Who jumps where: predecessors, and an order in which to visit blocks.
//!
//! A picture of the function at the moment it was taken; whoever changes terminators takes a new one. Targets that do
//! not exist are left out, so that the verifier can use it too.

use smallvec::SmallVec;

use super::dialect::Dialect;
use super::entity::Block;
use super::function::Function;

/// One way from a block into another.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Edge {
    /// The block whose terminator jumps.
    pub from: Block,
    /// Which of that terminator's targets it is.
    pub target: usize,
}

/// The edges of a function, and its blocks in reverse postorder.
#[derive(Clone, Debug)]
pub struct ControlFlow {
    predecessors: Vec<SmallVec<[Edge; 2]>>,
    order: Vec<Block>,
    /// The position of each block in `order`; `u32::MAX` if control never gets there.
    rank: Vec<u32>,
}

const UNREACHABLE: u32 = u32::MAX;

impl ControlFlow {
    /// The control flow of `function` as it is now.
    pub fn new<D: Dialect>(function: &Function<D>) -> Self {
        let count = function.block_count();
        let mut predecessors = vec![SmallVec::new(); count];
        for from in function.blocks() {
            for (target, to) in function.successors(from).enumerate() {
                if let Some(edges) = predecessors.get_mut(to.index()) {
                    edges.push(Edge { from, target });
                }
            }
        }

        let mut order = postorder(function);
        order.reverse();
        let mut rank = vec![UNREACHABLE; count];
        for (position, block) in order.iter().enumerate() {
            rank[block.index()] = position as u32;
        }
        Self {
            predecessors,
            order,
            rank,
        }
    }

    /// Every edge into a block, those from unreachable blocks included; a terminator that names the block twice counts
    /// twice.
    pub fn predecessors(&self, block: Block) -> &[Edge] {
        &self.predecessors[block.index()]
    }

    /// The blocks that control can get to, the entry first, each before its successors save where a loop goes back.
    pub fn reverse_postorder(&self) -> &[Block] {
        &self.order
    }

    /// Whether control can get to a block from the entry.
    pub fn is_reachable(&self, block: Block) -> bool {
        self.rank[block.index()] != UNREACHABLE
    }

    /// The position of a block in the reverse postorder, if it is reachable.
    pub fn rank(&self, block: Block) -> Option<u32> {
        Some(self.rank[block.index()]).filter(|&rank| rank != UNREACHABLE)
    }

    /// How many blocks the function had.
    pub fn block_count(&self) -> usize {
        self.rank.len()
    }
}

/// Depth-first from the entry with a stack of its own: functions may be deeper than the machine's.
fn postorder<D: Dialect>(function: &Function<D>) -> Vec<Block> {
    let mut order = Vec::with_capacity(function.block_count());
    let mut seen = vec![false; function.block_count()];
    seen[Block::ENTRY.index()] = true;
    let mut open = vec![(Block::ENTRY, function.successors(Block::ENTRY))];
    while let Some((block, successors)) = open.last_mut() {
        match successors.next() {
            Some(next) => {
                if let Some(seen) = seen.get_mut(next.index())
                    && !std::mem::replace(seen, true)
                {
                    open.push((next, function.successors(next)));
                }
            }
            None => {
                order.push(*block);
                open.pop();
            }
        }
    }
    order
}
