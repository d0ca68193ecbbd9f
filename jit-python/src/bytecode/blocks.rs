//! Basic blocks of bytecode, and which locals are bound where.
//!
//! Exceptional edges are left out on purpose: compiled code leaves for the interpreter at a handler, so handlers, and
//! what only they reach, are no blocks here.

use super::decode::{Instruction, find};
use super::opcodes::Opcode;

/// A basic block of bytecode.
#[derive(Clone, Debug, Default)]
pub struct Flow {
    /// The positions of its instructions in the list of instructions.
    pub instructions: std::ops::Range<usize>,
    /// Where control goes from its end, by block number: first behind it, then the target of its jump.
    pub successors: Vec<usize>,
    /// How many edges lead here from reachable blocks; the function's entry counts as one.
    pub predecessors: usize,
    /// Whether an edge from a later block, or from itself, leads here.
    pub is_loop_header: bool,
    /// The block that every way here goes through last, but for this one.
    pub dominator: Option<usize>,
    /// The locals that are bound on every way here.
    pub bound: Vec<bool>,
    /// The locals that may be bound on some way here.
    pub maybe_bound: Vec<bool>,
}

/// The reachable blocks of a function, in the order of the code.
#[derive(Clone, Debug)]
pub struct Blocks {
    /// The blocks; the first is the entry.
    pub blocks: Vec<Flow>,
    /// Locals that no instruction ever binds or unbinds: parameters that stay what they were.
    pub constant_locals: Vec<bool>,
}

impl Blocks {
    /// Finds the blocks. `locals` counts all local slots, cells included; the first `arguments` of them are bound on entry.
    pub fn new(instructions: &[Instruction], locals: usize, bound_on_entry: &[bool]) -> Blocks {
        let mut leader = vec![false; instructions.len()];
        if let Some(first) = leader.first_mut() {
            *first = true;
        }
        for (position, instruction) in instructions.iter().enumerate() {
            let target = instruction.jump_target();
            if let Some(target) = target.and_then(|target| find(instructions, target)) {
                leader[target] = true;
            }
            if (target.is_some() || instruction.ends_flow()) && position + 1 < leader.len() {
                leader[position + 1] = true;
            }
        }
        let starts: Vec<usize> = (0..leader.len()).filter(|&i| leader[i]).collect();
        let number = |position: usize| starts.binary_search(&position).ok();
        let mut all: Vec<Flow> = starts
            .iter()
            .enumerate()
            .map(|(block, &start)| {
                let end = starts.get(block + 1).copied().unwrap_or(instructions.len());
                let last = &instructions[end - 1];
                let mut successors = Vec::new();
                if !last.ends_flow() && end < instructions.len() {
                    successors.extend(number(end));
                }
                let target = last
                    .jump_target()
                    .and_then(|target| find(instructions, target));
                successors.extend(target.and_then(number));
                Flow {
                    instructions: start..end,
                    successors,
                    ..Flow::default()
                }
            })
            .collect();
        retain_reachable(&mut all);
        for block in 0..all.len() {
            for successor in all[block].successors.clone() {
                all[successor].predecessors += 1;
                all[successor].is_loop_header |= successor <= block;
            }
        }
        if let Some(entry) = all.first_mut() {
            entry.predecessors += 1;
        }
        dominate(&mut all);
        bind(&mut all, instructions, locals, bound_on_entry);
        let mut constant_locals = vec![true; locals];
        for instruction in instructions {
            for_each_binding(instruction, |local, _| {
                if let Some(constant) = constant_locals.get_mut(local) {
                    *constant = false;
                }
            });
        }
        Blocks {
            blocks: all,
            constant_locals,
        }
    }
}

fn retain_reachable(blocks: &mut Vec<Flow>) {
    let mut reachable = vec![false; blocks.len()];
    let mut work = vec![0];
    while let Some(block) = work.pop() {
        if block < blocks.len() && !std::mem::replace(&mut reachable[block], true) {
            work.extend(&blocks[block].successors);
        }
    }
    let mut renumbered = vec![0; blocks.len()];
    let mut count = 0;
    for (block, &reachable) in reachable.iter().enumerate() {
        renumbered[block] = count;
        count += usize::from(reachable);
    }
    let mut keep = reachable.iter();
    blocks.retain(|_| *keep.next().unwrap_or(&false));
    for block in blocks {
        for successor in &mut block.successors {
            *successor = renumbered[*successor];
        }
    }
}

/// Finds immediate dominators: every way to a block goes through its dominator. Repeated until nothing changes.
fn dominate(blocks: &mut [Flow]) {
    let mut dominators: Vec<Option<usize>> = vec![None; blocks.len()];
    let mut depths = vec![0_usize; blocks.len()];
    let mut changed = true;
    while changed {
        changed = false;
        for block in 0..blocks.len() {
            if block != 0 && dominators[block].is_none() {
                continue;
            }
            for &successor in &blocks[block].successors {
                if successor == 0 {
                    continue;
                }
                let mut common = block;
                if let Some(mut other) = dominators[successor] {
                    while common != other {
                        if depths[common] < depths[other] {
                            other = dominators[other].unwrap_or(0);
                        } else {
                            common = dominators[common].unwrap_or(0);
                        }
                    }
                }
                let depth = depths[common] + 1;
                if dominators[successor] != Some(common) || depths[successor] != depth {
                    dominators[successor] = Some(common);
                    depths[successor] = depth;
                    changed = true;
                }
            }
        }
    }
    for (block, dominator) in blocks.iter_mut().zip(dominators) {
        block.dominator = dominator;
    }
}

/// Calls `each` with every local that an instruction binds (`true`) or unbinds (`false`).
fn for_each_binding(instruction: &Instruction, mut each: impl FnMut(usize, bool)) {
    let oparg = instruction.oparg as usize;
    match instruction.opcode {
        Opcode::StoreFast | Opcode::MakeCell => each(oparg, true),
        Opcode::StoreFastLoadFast => each(oparg >> 4, true),
        Opcode::StoreFastStoreFast => {
            each(oparg >> 4, true);
            each(oparg & 15, true);
        }
        Opcode::DeleteFast | Opcode::LoadFastAndClear => each(oparg, false),
        _ => {}
    }
}

/// Forward data flow over two sets at once: bound on every way, bound on some way.
///
/// At its end an inlined comprehension puts back what a local was before with a plain `STORE_FAST`, and that may be
/// nothing. So a local that is ever cleared for a comprehension is never known to be bound.
fn bind(blocks: &mut [Flow], instructions: &[Instruction], locals: usize, bound_on_entry: &[bool]) {
    let mut cleared = vec![false; locals];
    for instruction in instructions {
        if instruction.opcode == Opcode::LoadFastAndClear
            && let Some(cleared) = cleared.get_mut(instruction.oparg as usize)
        {
            *cleared = true;
        }
    }
    let Some(entry) = blocks.first_mut() else {
        return;
    };
    entry.bound = bound_on_entry.to_vec();
    entry.maybe_bound = bound_on_entry.to_vec();
    for (bound, &cleared) in entry.bound.iter_mut().zip(&cleared) {
        *bound &= !cleared;
    }
    let mut visited = vec![false; blocks.len()];
    visited[0] = true;
    let mut work = vec![0];
    while let Some(block) = work.pop() {
        let mut bound = blocks[block].bound.clone();
        let mut maybe = blocks[block].maybe_bound.clone();
        for instruction in &instructions[blocks[block].instructions.clone()] {
            for_each_binding(instruction, |local, binds| {
                if local < locals {
                    bound[local] = binds && !cleared[local];
                    maybe[local] = binds || cleared[local];
                }
            });
        }
        for successor in blocks[block].successors.clone() {
            let next = &mut blocks[successor];
            let mut changed = !std::mem::replace(&mut visited[successor], true);
            if changed {
                next.bound.clone_from(&bound);
                next.maybe_bound.clone_from(&maybe);
            }
            for local in 0..locals {
                if next.bound[local] && !bound[local] {
                    next.bound[local] = false;
                    changed = true;
                }
                if !next.maybe_bound[local] && maybe[local] {
                    next.maybe_bound[local] = true;
                    changed = true;
                }
            }
            if changed {
                work.push(successor);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode::decode;
    use super::*;

    #[test]
    fn a_loop_has_a_header_and_binds_its_variable() {
        // 0 LOAD_FAST 0; 1 GET_ITER; 2 FOR_ITER 3 (+1 cell); 4 STORE_FAST 1; 5 JUMP_BACKWARD 5 (+1); 7 END_FOR;
        // 8 POP_ITER; 9 LOAD_CONST 0; 10 RETURN_VALUE
        let code = [
            84, 0, 16, 0, 70, 3, 0, 0, 112, 1, 75, 5, 0, 0, 9, 0, 30, 0, 82, 0, 35, 0,
        ];
        let instructions = decode(&code).unwrap();
        let blocks = Blocks::new(&instructions, 2, &[true, false]);
        assert_eq!(blocks.blocks.len(), 4);
        let header = &blocks.blocks[1];
        assert!(header.is_loop_header);
        assert_eq!(header.dominator, Some(0));
        assert_eq!(blocks.blocks[3].dominator, Some(1));
        assert_eq!(header.predecessors, 2);
        assert_eq!(header.successors, [2, 3]);
        assert_eq!(header.bound, [true, false]);
        assert_eq!(header.maybe_bound, [true, true]);
        assert_eq!(blocks.constant_locals, [true, false]);
    }
}
