//! Which blocks control must have passed to get to a block.
//!
//! The iteration of Cooper, Harvey and Kennedy, "A Simple, Fast Dominance Algorithm" (2001): in reverse postorder, the
//! immediate dominator of a block is where the paths of its predecessors up the tree built so far meet. The tree is then
//! numbered from both sides, so that a query is two comparisons.

use super::control_flow::ControlFlow;
use super::entity::Block;

/// The dominator tree of the reachable blocks of a function.
#[derive(Clone, Debug)]
pub struct Dominators {
    /// The immediate dominator of each block; none for the entry and for unreachable blocks.
    immediate: Vec<Option<Block>>,
    /// When a walk over the tree enters and leaves each block; unreachable blocks lie beyond every interval.
    interval: Vec<(u32, u32)>,
}

impl Dominators {
    /// The dominator tree of a function with this control flow.
    pub fn new(flow: &ControlFlow) -> Self {
        let immediate = immediate_dominators(flow);
        let interval = intervals(flow, &immediate);
        Self {
            immediate,
            interval,
        }
    }

    /// The closest block, other than itself, that control must pass to get to `block`.
    pub fn immediate(&self, block: Block) -> Option<Block> {
        self.immediate[block.index()]
    }

    /// Whether control must pass `above` to get to `below`. A block dominates itself; nothing dominates, or is dominated
    /// by, an unreachable block.
    pub fn dominates(&self, above: Block, below: Block) -> bool {
        let (enter, leave) = self.interval[above.index()];
        let (inside, _) = self.interval[below.index()];
        enter <= inside && inside < leave
    }
}

fn immediate_dominators(flow: &ControlFlow) -> Vec<Option<Block>> {
    let order = flow.reverse_postorder();
    // Positions in `order`, so that a smaller number is further up.
    let mut above: Vec<Option<u32>> = vec![None; order.len()];
    above[0] = Some(0);
    let meet = |above: &[Option<u32>], mut a: u32, mut b: u32| {
        while a != b {
            let lower = if a > b { &mut a } else { &mut b };
            // Whoever is below the entry has been visited, so it has a dominator; the entry meets everything.
            *lower = above[*lower as usize].unwrap_or(0);
        }
        a
    };

    let mut changed = true;
    while changed {
        changed = false;
        for (position, &block) in order.iter().enumerate().skip(1) {
            let known = flow
                .predecessors(block)
                .iter()
                .filter_map(|edge| flow.rank(edge.from))
                .filter(|&rank| above[rank as usize].is_some());
            let new = known.reduce(|a, b| meet(&above, a, b));
            if above[position] != new {
                above[position] = new;
                changed = true;
            }
        }
    }

    let mut immediate = vec![None; flow.block_count()];
    for (position, &block) in order.iter().enumerate().skip(1) {
        immediate[block.index()] = above[position].map(|rank| order[rank as usize]);
    }
    immediate
}

/// Numbers the tree without walking it: a block's interval spans one number for itself and those of its children.
fn intervals(flow: &ControlFlow, immediate: &[Option<Block>]) -> Vec<(u32, u32)> {
    let order = flow.reverse_postorder();
    let mut size = vec![0u32; flow.block_count()];
    for &block in order.iter().rev() {
        size[block.index()] += 1;
        if let Some(parent) = immediate[block.index()] {
            size[parent.index()] += size[block.index()];
        }
    }

    // Children come after their parent in reverse postorder, so the next free number inside the parent is known.
    let mut interval = vec![(u32::MAX, u32::MAX); flow.block_count()];
    let mut free = vec![0u32; flow.block_count()];
    for &block in order {
        let enter = match immediate[block.index()] {
            Some(parent) => {
                let enter = free[parent.index()];
                free[parent.index()] += size[block.index()];
                enter
            }
            None => 0,
        };
        interval[block.index()] = (enter, enter + size[block.index()]);
        free[block.index()] = enter + 1;
    }
    interval
}
