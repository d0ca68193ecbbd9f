//! Drops what nobody needs: instructions that only yield a value, and block parameters.
//!
//! Everything is taken for dead until something that must happen needs it, so cycles of parameters that feed only each
//! other go too. The parameters of the function stay. A read that nobody uses goes, although it might have faulted.

use crate::ir::control_flow::ControlFlow;
use crate::ir::dialect::Dialect;
use crate::ir::entity::{Block, Value};
use crate::ir::function::{Function, InstData, ValueDef};

/// Removes dead instructions and parameters; yields how many.
pub fn eliminate_dead_code<D: Dialect>(function: &mut Function<D>) -> usize {
    let live = live_values(function);
    remove_insts(function, &live) + remove_params(function, &live)
}

/// By index, whether a value is needed.
fn live_values<D: Dialect>(function: &Function<D>) -> Vec<bool> {
    let flow = ControlFlow::new(function);
    let mut live = vec![false; function.value_count()];
    let mut open: Vec<Value> = function
        .blocks()
        .flat_map(|block| &function[block].insts)
        .map(|&inst| &function[inst])
        .filter(|data| must_stay(data))
        .flat_map(|data| data.args.iter().copied())
        .collect();
    while let Some(value) = open.pop() {
        if std::mem::replace(&mut live[value.index()], true) {
            continue;
        }
        match function[value].def {
            ValueDef::Inst(inst) => open.extend(&function[inst].args),
            ValueDef::Param(block, index) => {
                let arguments = flow.predecessors(block).iter().filter_map(|edge| {
                    let terminator = function.terminator(edge.from)?;
                    let target = &function[terminator].targets[edge.target];
                    Some(target.args[index as usize])
                });
                open.extend(arguments);
            }
            ValueDef::Removed => {}
        }
    }
    live
}

fn must_stay<D: Dialect>(data: &InstData<D>) -> bool {
    !data.info().effects.is_removable()
}

fn remove_insts<D: Dialect>(function: &mut Function<D>, live: &[bool]) -> usize {
    let mut removed = 0;
    let (blocks, insts, values) = function.parts_mut();
    for block in blocks {
        block.insts.retain(|inst| {
            let data = &insts[inst.index()];
            let keep = must_stay(data) || data.result.is_some_and(|result| live[result.index()]);
            if !keep {
                removed += 1;
                if let Some(result) = data.result {
                    values[result.index()].def = ValueDef::Removed;
                }
            }
            keep
        });
    }
    removed
}

fn remove_params<D: Dialect>(function: &mut Function<D>, live: &[bool]) -> usize {
    let mut keep: Vec<Vec<bool>> = Vec::with_capacity(function.block_count());
    for block in function.blocks() {
        let params = function[block].params.iter();
        keep.push(
            params
                .map(|param| block == Block::ENTRY || live[param.index()])
                .collect(),
        );
    }
    let removed = keep.iter().flatten().filter(|&&keep| !keep).count();
    if removed == 0 {
        return 0;
    }

    let (blocks, insts, values) = function.parts_mut();
    for (index, block) in blocks.iter_mut().enumerate() {
        for (param, &keep) in block.params.iter().zip(&keep[index]) {
            if !keep {
                values[param.index()].def = ValueDef::Removed;
            }
        }
        let mut position = keep[index].iter();
        block.params.retain(|_| position.next() == Some(&true));
        for (number, param) in block.params.iter().enumerate() {
            let block = Block::from_index(index);
            values[param.index()].def = ValueDef::Param(block, number as u32);
        }
        for inst in &block.insts {
            for target in &mut insts[inst.index()].targets {
                let mut position = keep[target.block.index()].iter();
                target.args.retain(|_| position.next() == Some(&true));
            }
        }
    }
    removed
}
