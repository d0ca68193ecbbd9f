//! Drops the blocks that control never gets to.

use crate::ir::control_flow::ControlFlow;
use crate::ir::dialect::Dialect;
use crate::ir::entity::Block;
use crate::ir::function::{Function, ValueDef};

/// Removes unreachable blocks and yields how many there were. The others keep their order and close ranks, so numbers of
/// blocks change.
pub fn remove_unreachable_blocks<D: Dialect>(function: &mut Function<D>) -> usize {
    let flow = ControlFlow::new(function);
    let before = function.block_count();
    let mut kept = 0;
    let numbers: Vec<Option<Block>> = function
        .blocks()
        .map(|block| {
            flow.is_reachable(block).then(|| {
                kept += 1;
                Block(kept - 1)
            })
        })
        .collect();
    if kept as usize == before {
        return 0;
    }

    let (blocks, insts, values) = function.parts_mut();
    let mut number = numbers.iter();
    blocks.retain(|block| {
        let number = *number.next().unwrap_or(&None);
        for (index, param) in block.params.iter().enumerate() {
            values[param.index()].def = match number {
                Some(block) => ValueDef::Param(block, index as u32),
                None => ValueDef::Removed,
            };
        }
        for inst in &block.insts {
            let data = &mut insts[inst.index()];
            match (number, data.result) {
                // What a reachable block jumps to is reachable.
                (Some(_), _) => data.targets.iter_mut().for_each(|target| {
                    target.block = numbers[target.block.index()].unwrap_or(target.block);
                }),
                (None, Some(result)) => values[result.index()].def = ValueDef::Removed,
                (None, None) => {}
            }
        }
        number.is_some()
    });
    before - blocks.len()
}
