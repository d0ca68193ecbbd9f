//! Computes once what is computed twice: global value numbering over the dominator tree.
//!
//! Two pure instructions with the same operation, operands and constants yield the same, so the one that is dominated by
//! the other goes and its users take the other's value; operands of commutative operations are put in order first.
//! A guard that does nothing but guard (no read, no write, no call) and whose operands have passed the same guard before
//! cannot fail, so it goes likewise, whatever its exit and live list are. A guard whose condition depends on
//! anything but its operands has to be declared as reading memory. Reads are left alone: that two of them yield the same
//! depends on the writes between them, and no account of those is kept here.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::ir::control_flow::ControlFlow;
use crate::ir::dialect::{Dialect, Effects};
use crate::ir::dominators::Dominators;
use crate::ir::entity::{Block, Inst, Value};
use crate::ir::function::{Function, InstData, ValueDef};

/// Removes instructions that repeat a dominating one; yields how many.
pub fn number_values<D: Dialect>(function: &mut Function<D>) -> usize {
    let flow = ControlFlow::new(function);
    let mut numbering = Numbering {
        dominators: Dominators::new(&flow),
        leaders: FxHashMap::default(),
        replacement: vec![None; function.value_count()],
    };
    let mut removed = 0;
    for &block in flow.reverse_postorder() {
        let insts = std::mem::take(&mut function[block].insts);
        let total = insts.len();
        let kept: Vec<Inst> = insts
            .into_iter()
            .filter(|&inst| !numbering.visit(function, block, inst))
            .collect();
        removed += total - kept.len();
        function[block].insts = kept;
    }
    for block in function.blocks().filter(|&block| !flow.is_reachable(block)) {
        for index in 0..function[block].insts.len() {
            let inst = function[block].insts[index];
            numbering.rewrite(&mut function[inst]);
        }
    }
    removed
}

/// What determines the value of an instruction, or whether a guard passes.
#[derive(PartialEq, Eq, Hash)]
struct Key<D: Dialect> {
    op: D::Op,
    args: SmallVec<[Value; 4]>,
    attributes: SmallVec<[i64; 2]>,
}

struct Numbering<D: Dialect> {
    dominators: Dominators,
    /// The instructions kept for each key, none of which dominates another.
    leaders: FxHashMap<Key<D>, SmallVec<[(Block, Inst); 2]>>,
    /// What stands for a value whose instruction has gone.
    replacement: Vec<Option<Value>>,
}

impl<D: Dialect> Numbering<D> {
    /// Looks at one instruction, whose operands have been looked at; tells whether it goes.
    fn visit(&mut self, function: &mut Function<D>, block: Block, inst: Inst) -> bool {
        self.rewrite(&mut function[inst]);
        let data = &function[inst];
        let Some(key) = key(data) else {
            return false;
        };
        let leaders = self.leaders.entry(key).or_default();
        let leader = leaders
            .iter()
            .find(|&&(above, _)| self.dominators.dominates(above, block));
        let Some(&(_, leader)) = leader else {
            leaders.push((block, inst));
            return false;
        };
        if let Some(result) = data.result {
            self.replacement[result.index()] = function[leader].result;
            function[result].def = ValueDef::Removed;
        }
        true
    }

    fn rewrite(&self, data: &mut InstData<D>) {
        for value in data.uses_mut() {
            if let Some(replacement) = self.replacement[value.index()] {
                *value = replacement;
            }
        }
    }
}

/// None if equal keys would not mean equal values.
fn key<D: Dialect>(data: &InstData<D>) -> Option<Key<D>> {
    let info = data.info();
    let guard = info.effects == Effects::GUARD;
    let pure = info.effects.is_pure() && data.result.is_some();
    if !guard && !pure {
        return None;
    }
    let mut attributes = data.attributes.clone();
    let mut args = data.args.clone();
    if guard {
        if let Some(exit) = info.exit_attribute() {
            attributes.remove(exit);
        }
        args.truncate(info.fixed_values());
    }
    if info.commutative && args.len() >= 2 {
        args[..2].sort_unstable();
    }
    Some(Key {
        op: data.op,
        args,
        attributes,
    })
}
