//! How often each value is used, by instructions that stand in a block.

use super::dialect::Dialect;
use super::function::Function;

/// The number of uses of every value, by its index. An operand named twice counts twice; instructions in no block do not
/// count. Values that do not exist are left out.
pub fn use_counts<D: Dialect>(function: &Function<D>) -> Vec<u32> {
    let mut counts = vec![0; function.value_count()];
    let insts = function
        .blocks()
        .flat_map(|block| &function[block].insts)
        .filter_map(|&inst| function.get_inst(inst));
    for value in insts.flat_map(|data| data.uses()) {
        if let Some(count) = counts.get_mut(value.index()) {
            *count += 1;
        }
    }
    counts
}
