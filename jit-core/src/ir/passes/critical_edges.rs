//! Gives every critical edge a block of its own.
//!
//! An edge is critical if its source has other ways out and its destination other ways in; then there is no place for
//! the moves that register allocation puts on the edge.

use crate::ir::control_flow::ControlFlow;
use crate::ir::dialect::Dialect;
use crate::ir::entity::{Block, Inst};
use crate::ir::function::{BlockCall, Function, InstData};

/// Splits the critical edges by blocks that hold nothing but `jump`, an operation with one target and no other operand.
/// Yields how many there were. A new block is cold if either end of its edge is.
pub fn split_critical_edges<D: Dialect>(function: &mut Function<D>, jump: D::Op) -> usize {
    let flow = ControlFlow::new(function);
    let mut split = 0;
    for from in function.blocks() {
        let Some(terminator) = function.terminator(from) else {
            continue;
        };
        let targets = function[terminator].targets.len();
        if targets < 2 {
            continue;
        }
        for target in 0..targets {
            let to = function[terminator].targets[target].block;
            if flow.predecessors(to).len() > 1 {
                split_edge(function, from, terminator, target, jump);
                split += 1;
            }
        }
    }
    split
}

fn split_edge<D: Dialect>(
    function: &mut Function<D>,
    from: Block,
    terminator: Inst,
    target: usize,
    jump: D::Op,
) {
    let middle = function.add_block();
    let call = std::mem::replace(
        &mut function[terminator].targets[target],
        BlockCall::from(middle),
    );
    function[middle].cold = function[from].cold || function[call.block].cold;
    let inst = function.add_inst(InstData {
        op: jump,
        args: Default::default(),
        attributes: Default::default(),
        targets: [call].into_iter().collect(),
        result: None,
        origin: function[terminator].origin,
    });
    function[middle].insts.push(inst);
}
