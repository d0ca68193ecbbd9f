//! What emission needs to know about a function before sizes can be computed: the order of its code, and its sites.

use regalloc2::{Edit, Inst as RegInst, InstOrEdit};
use rustc_hash::FxHashMap;

use super::frame::Frame;
use super::moves::Move;
use crate::machine::{Allocated, MachineBlock, MachineFunction};
use crate::specs::ops::Op;

/// What is laid out right behind a block.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Next {
    /// Another block.
    Block(MachineBlock),
    /// The epilogue.
    Epilogue,
    /// Something that no instruction goes to.
    Other,
}

/// Something that becomes words.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Item {
    /// An instruction; its position in the function.
    Inst(u32),
    /// A move between instructions.
    Move(Move),
}

/// A function whose code has an order.
#[derive(Debug)]
pub(crate) struct Prepared<'a> {
    pub machine: &'a MachineFunction,
    pub allocated: &'a Allocated,
    pub frame: Frame,
    /// The blocks that have code, in the order of their code.
    pub order: Vec<MachineBlock>,
    /// How many of them lie in front of the epilogue.
    pub hot: usize,
    /// Where branches to each block really go.
    pub forward: Vec<MachineBlock>,
    /// What each block in the order consists of.
    pub items: Vec<Vec<Item>>,
    /// Instructions that have an exit, in the order of their code.
    pub exits: Vec<u32>,
    /// Instructions that have a planned call, with the address, in the order of their code.
    pub calls: Vec<(u32, u64)>,
    /// The planned site of each of them.
    pub site_of: FxHashMap<u32, u32>,
}

impl<'a> Prepared<'a> {
    /// Puts the code in order.
    pub fn new(machine: &'a MachineFunction, allocated: &'a Allocated, frame: Frame) -> Self {
        let blocks: Vec<Vec<Item>> = machine
            .blocks()
            .map(|block| allocated.block(machine, block).map(item).collect())
            .collect();
        let forward = forward(machine, &blocks);
        let kept = |block: &MachineBlock| forward[block.index()] == *block;
        let order: Vec<MachineBlock> = machine.layout().iter().copied().filter(kept).collect();
        let is_hot = |block: &&MachineBlock| !machine.block(**block).cold;
        let hot = order.iter().take_while(is_hot).count().max(1);
        let mut blocks = blocks;
        let items: Vec<Vec<Item>> = order
            .iter()
            .map(|block| std::mem::take(&mut blocks[block.index()]))
            .collect();
        let mut exits = Vec::new();
        let mut calls = Vec::new();
        let mut site_of = FxHashMap::default();
        for item in items.iter().flatten() {
            let Item::Inst(index) = *item else { continue };
            let inst = machine.inst(RegInst::new(index as usize));
            if inst.exit.is_some() {
                exits.push(index);
            }
            if let Some(address) = inst.call {
                site_of.insert(index, calls.len() as u32);
                calls.push((index, address as u64));
            }
        }
        Self {
            machine,
            allocated,
            frame,
            order,
            hot,
            forward,
            items,
            exits,
            calls,
            site_of,
        }
    }

    /// What lies right behind the block at this position of the order.
    pub fn next(&self, position: usize) -> Next {
        if position + 1 == self.hot {
            return Next::Epilogue;
        }
        self.order
            .get(position + 1)
            .map_or(Next::Other, |&block| Next::Block(block))
    }
}

fn item(item: InstOrEdit<'_>) -> Item {
    match item {
        InstOrEdit::Inst(inst) => Item::Inst(inst.index() as u32),
        InstOrEdit::Edit(&Edit::Move { from, to }) => Item::Move(Move { from, to }),
    }
}

/// Where branches to each block really go: blocks that do nothing but jump on are left out.
fn forward(machine: &MachineFunction, blocks: &[Vec<Item>]) -> Vec<MachineBlock> {
    let jumps_to = |block: MachineBlock| match blocks[block.index()][..] {
        [Item::Inst(index)] if block.index() != 0 => {
            let inst = machine.inst(RegInst::new(index as usize));
            (inst.op == Op::Jump).then(|| inst.targets[0].block)
        }
        _ => None,
    };
    let follow = |block: MachineBlock| {
        let mut end = block;
        // An empty loop has no end: after as many steps as there are blocks, everything on the way stays what it is.
        for _ in 0..=blocks.len() {
            match jumps_to(end) {
                Some(next) => end = next,
                None => return end,
            }
        }
        block
    };
    machine.blocks().map(follow).collect()
}
