//! Computes once what is computed twice: global value numbering over the dominator tree.
//!
//! Two pure instructions with the same operation, operands and constants yield the same, so the one that is dominated by
//! the other goes and its users take the other's value; operands of commutative operations are put in order first.
//! Guards are alike: where the same guard has passed, another on the same operands cannot fail and goes, whatever its
//! exit and live list are.
//!
//! What reads memory, guards included, yields the same only while memory stays the same. So the states of memory get
//! numbers: a new one behind every instruction that may write, and at the start of every block that is not the only
//! continuation of just one other. Reads are equal if they are in a state of the same number. A condition that
//! depends on anything but operands has to be declared as reading memory.

use rustc_hash::FxHashMap;
use smallvec::SmallVec;

use crate::ir::control_flow::ControlFlow;
use crate::ir::dialect::Dialect;
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
        memory: 0,
        states: 0,
    };
    let mut removed = 0;
    let mut memory_after = vec![0; function.block_count()];
    for &block in flow.reverse_postorder() {
        match flow.predecessors(block) {
            // It comes before this block in the order, because it is the only way here.
            [edge] if flow.is_reachable(edge.from) => {
                numbering.memory = memory_after[edge.from.index()];
            }
            _ => numbering.new_memory(),
        }
        let insts = std::mem::take(&mut function[block].insts);
        let total = insts.len();
        let kept: Vec<Inst> = insts
            .into_iter()
            .filter(|&inst| !numbering.visit(function, block, inst))
            .collect();
        removed += total - kept.len();
        function[block].insts = kept;
        memory_after[block.index()] = numbering.memory;
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
    /// The state of memory, if it matters.
    memory: Option<u32>,
}

struct Numbering<D: Dialect> {
    dominators: Dominators,
    /// The instructions kept for each key, none of which dominates another.
    leaders: FxHashMap<Key<D>, SmallVec<[(Block, Inst); 2]>>,
    /// What stands for a value whose instruction has gone.
    replacement: Vec<Option<Value>>,
    /// The number of the present state of memory.
    memory: u32,
    /// How many states there have been.
    states: u32,
}

impl<D: Dialect> Numbering<D> {
    /// Looks at one instruction, whose operands have been looked at; tells whether it goes.
    fn visit(&mut self, function: &mut Function<D>, block: Block, inst: Inst) -> bool {
        self.rewrite(&mut function[inst]);
        let data = &function[inst];
        if data.info().effects.may_write() {
            self.new_memory();
        }
        let Some(key) = key(data, self.memory) else {
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

    /// From here on memory may hold anything.
    fn new_memory(&mut self) {
        self.states += 1;
        self.memory = self.states;
    }

    fn rewrite(&self, data: &mut InstData<D>) {
        for value in data.uses_mut() {
            if let Some(replacement) = self.replacement[value.index()] {
                *value = replacement;
            }
        }
    }
}

/// None if equal keys would not mean that one of the instructions can go.
fn key<D: Dialect>(data: &InstData<D>, memory: u32) -> Option<Key<D>> {
    let info = data.info();
    let effects = info.effects;
    let guard = effects.is_guard();
    let changes_nothing = !effects.may_write() && !effects.is_terminator();
    if !changes_nothing || !(guard || data.result.is_some()) {
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
        memory: effects.may_read().then_some(memory),
    })
}
