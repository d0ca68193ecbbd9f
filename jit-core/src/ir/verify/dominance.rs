//! The rule that control cannot get to a use without having passed the definition.

use super::Report;
use crate::ir::control_flow::ControlFlow;
use crate::ir::dialect::Dialect;
use crate::ir::dominators::Dominators;
use crate::ir::entity::{Block, Value};
use crate::ir::function::Function;

/// Where a value is defined: the block, and how many of its instructions come before the value is there.
#[derive(Clone, Copy)]
struct Definition {
    block: Block,
    after: usize,
}

/// Expects a function that keeps all other rules.
pub(super) fn check<D: Dialect>(function: &Function<D>, report: &mut Report<'_, D>) {
    let flow = ControlFlow::new(function);
    let dominators = Dominators::new(&flow);
    let definitions = definitions(function);
    for &block in flow.reverse_postorder() {
        for (position, &inst) in function[block].insts.iter().enumerate() {
            for value in function[inst].uses() {
                let Some(definition) = definitions[value.index()] else {
                    continue;
                };
                let reaches = if definition.block == block {
                    definition.after <= position
                } else {
                    dominators.dominates(definition.block, block)
                };
                if !reaches {
                    let problem = unreached(value, definition.block, block);
                    report.inst(block, inst, problem);
                }
            }
        }
    }
}

fn unreached(value: Value, defined: Block, used: Block) -> String {
    if defined == used {
        format!("{value} is used before its definition")
    } else {
        format!("control can get here without passing {defined}, which defines {value}")
    }
}

fn definitions<D: Dialect>(function: &Function<D>) -> Vec<Option<Definition>> {
    let mut definitions = vec![None; function.value_count()];
    for block in function.blocks() {
        for (position, &inst) in function[block].insts.iter().enumerate() {
            if let Some(value) = function[inst].result {
                let after = position + 1;
                definitions[value.index()] = Some(Definition { block, after });
            }
        }
        for &param in &function[block].params {
            definitions[param.index()] = Some(Definition { block, after: 0 });
        }
    }
    definitions
}
