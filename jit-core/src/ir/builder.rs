//! Writing instructions into a function, one after the other.
//!
//! `ops!` puts a typed method for every operation on top of [`Builder::emit`] and [`Builder::emit_value`]; nobody else
//! should need them. The builder creates what it is asked for, wrong or not; the verifier says what is wrong with it.

use super::dialect::Dialect;
use super::entity::{Block, Inst, Origin, Value};
use super::function::{BlockCall, Function, InstData, ValueDef};

/// A function, a position in it, and the origin that new instructions get.
#[derive(Debug)]
pub struct Builder<'a, D: Dialect> {
    function: &'a mut Function<D>,
    block: Block,
    /// Before the instruction with this index; at the end if none.
    before: Option<usize>,
    origin: Origin,
}

impl<'a, D: Dialect> Builder<'a, D> {
    /// Writes at the end of the entry block.
    pub fn new(function: &'a mut Function<D>) -> Self {
        Self {
            function,
            block: Block::ENTRY,
            before: None,
            origin: Origin::NONE,
        }
    }

    /// Writes before the instruction with the given index in a block, and goes on behind what it wrote.
    pub fn before(function: &'a mut Function<D>, block: Block, index: usize) -> Self {
        Self {
            function,
            block,
            before: Some(index),
            origin: Origin::NONE,
        }
    }

    /// The function as it is so far.
    pub fn function(&self) -> &Function<D> {
        self.function
    }

    /// The function, to change what the builder has no word for.
    pub fn function_mut(&mut self) -> &mut Function<D> {
        self.function
    }

    /// The block that is being written.
    pub fn block(&self) -> Block {
        self.block
    }

    /// Goes on at the end of `block`.
    pub fn switch_to(&mut self, block: Block) {
        self.block = block;
        self.before = None;
    }

    /// What follows comes from `origin`.
    pub fn set_origin(&mut self, origin: Origin) {
        self.origin = origin;
    }

    /// Where new instructions come from.
    pub fn origin(&self) -> Origin {
        self.origin
    }

    /// Adds an empty block, without going there.
    pub fn create_block(&mut self) -> Block {
        self.function.add_block()
    }

    /// Adds an empty block that is expected to run rarely, without going there.
    pub fn create_cold_block(&mut self) -> Block {
        let block = self.function.add_block();
        self.function[block].cold = true;
        block
    }

    /// Adds a parameter to a block.
    pub fn add_param(&mut self, block: Block, ty: D::Type) -> Value {
        self.function.add_param(block, ty)
    }

    /// Whether the current block has its terminator, so that nothing more fits in.
    pub fn is_filled(&self) -> bool {
        self.function.terminator(self.block).is_some()
    }

    /// Writes one instruction; yields its result if the operation is declared to have one.
    pub fn emit(
        &mut self,
        op: D::Op,
        args: impl IntoIterator<Item = Value>,
        attributes: impl IntoIterator<Item = i64>,
        targets: impl IntoIterator<Item = BlockCall>,
    ) -> Option<Value> {
        let inst = self.write(op, args, attributes, targets);
        D::info(op).result.map(|ty| self.define(inst, ty))
    }

    /// Writes one instruction that yields a value of type `ty`, which is the one declared for `op`.
    pub fn emit_value(
        &mut self,
        op: D::Op,
        ty: D::Type,
        args: impl IntoIterator<Item = Value>,
        attributes: impl IntoIterator<Item = i64>,
        targets: impl IntoIterator<Item = BlockCall>,
    ) -> Value {
        let inst = self.write(op, args, attributes, targets);
        self.define(inst, ty)
    }

    fn write(
        &mut self,
        op: D::Op,
        args: impl IntoIterator<Item = Value>,
        attributes: impl IntoIterator<Item = i64>,
        targets: impl IntoIterator<Item = BlockCall>,
    ) -> Inst {
        let inst = self.function.add_inst(InstData {
            op,
            args: args.into_iter().collect(),
            attributes: attributes.into_iter().collect(),
            targets: targets.into_iter().collect(),
            result: None,
            origin: self.origin,
        });
        let insts = &mut self.function[self.block].insts;
        match &mut self.before {
            Some(index) if *index < insts.len() => {
                insts.insert(*index, inst);
                *index += 1;
            }
            _ => insts.push(inst),
        }
        inst
    }

    fn define(&mut self, inst: Inst, ty: D::Type) -> Value {
        let value = self.function.add_value(ty, ValueDef::Inst(inst));
        self.function[inst].result = Some(value);
        value
    }
}
