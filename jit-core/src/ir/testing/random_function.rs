//! Random functions over any dialect: they verify, they have loops, joins, unreachable and cold blocks, and every
//! operation that was asked for turns up sooner or later.
//!
//! The blocks and their jumps come first, then the dominator tree, then the instructions of each block over the values
//! of the blocks above it. The entry begins with a value of every type, so one of the right type is always at hand.

use super::random::Random;
use crate::ir::control_flow::ControlFlow;
use crate::ir::dialect::{Dialect, EXIT, OperandKind};
use crate::ir::dominators::Dominators;
use crate::ir::entity::{Block, Inst, Origin, Value};
use crate::ir::function::{BlockCall, Function, InstData, ValueDef};

/// How large a random function is, and what it is made of.
#[derive(Clone, Debug)]
pub struct Shape<D: Dialect> {
    /// The most blocks.
    pub blocks: usize,
    /// The most instructions in a block, terminator aside.
    pub insts: usize,
    /// The types of the function's parameters. Each other type has to be the result of one of the operations.
    pub params: Vec<D::Type>,
    /// The operations to choose from. Among the terminators there has to be one without targets, and one with targets
    /// for there to be more than one block.
    pub ops: Vec<D::Op>,
}

impl<D: Dialect> Default for Shape<D> {
    fn default() -> Self {
        Self {
            blocks: 8,
            insts: 8,
            params: D::types().iter().map(|&(ty, _)| ty).collect(),
            ops: D::ops().to_vec(),
        }
    }
}

/// A function that verifies, determined by the state of `random`. It need not come to an end.
///
/// # Panics
/// If `shape.ops` lacks a terminator without targets, or what makes a value of some type out of the parameters.
pub fn random_function<D: Dialect>(random: &mut Random, shape: &Shape<D>) -> Function<D> {
    let (terminators, plain) = shape
        .ops
        .iter()
        .copied()
        .partition(|&op| D::info(op).effects.is_terminator());
    let mut generator = Generator {
        random,
        function: Function::new("random"),
        plain,
        exits: 0,
        available: Vec::new(),
    };
    generator.blocks(shape);
    generator.terminators(terminators);

    let flow = ControlFlow::new(&generator.function);
    let dominators = Dominators::new(&flow);
    let unreachable = generator
        .function
        .blocks()
        .filter(|&block| !flow.is_reachable(block));
    let order: Vec<Block> = flow
        .reverse_postorder()
        .iter()
        .copied()
        .chain(unreachable)
        .collect();
    for block in order {
        let above = dominators.immediate(block).unwrap_or(Block::ENTRY);
        generator.fill(block, above, shape.insts);
    }
    generator.function
}

struct Generator<'a, D: Dialect> {
    random: &'a mut Random,
    function: Function<D>,
    /// The operations that do not end a block.
    plain: Vec<D::Op>,
    exits: i64,
    /// What can be used at the end of each block that has been filled.
    available: Vec<Vec<Value>>,
}

impl<D: Dialect> Generator<'_, D> {
    fn blocks(&mut self, shape: &Shape<D>) {
        for &ty in &shape.params {
            self.function.add_param(Block::ENTRY, ty);
        }
        for _ in 0..self.random.below(shape.blocks) {
            let block = self.function.add_block();
            self.function[block].cold = self.random.one_in(6);
            for _ in 0..self.random.below(4) {
                let (ty, _) = *self.random.pick(D::types());
                self.function.add_param(block, ty);
            }
        }
        self.available = vec![Vec::new(); self.function.block_count()];
    }

    /// Ends every block, without operands yet. Control goes forward more often than back.
    fn terminators(&mut self, ops: Vec<D::Op>) {
        let count = self.function.block_count();
        let (jumps, ends): (Vec<D::Op>, Vec<D::Op>) =
            ops.into_iter().partition(|&op| D::info(op).targets() > 0);
        for block in self.function.blocks() {
            let last = block.index() + 1 == count;
            let end = count == 1
                || jumps.is_empty()
                || if last {
                    !self.random.one_in(4)
                } else {
                    self.random.one_in(8)
                };
            let op = *self.random.pick(if end { &ends } else { &jumps });
            let targets = (0..D::info(op).targets())
                .map(|_| {
                    let forward = !last && !self.random.one_in(5);
                    let first = if forward { block.index() + 1 } else { 1 };
                    let to = first + self.random.below(count - first);
                    BlockCall::from(Block::from_index(to))
                })
                .collect();
            let inst = self.function.add_inst(InstData {
                op,
                args: Default::default(),
                attributes: Default::default(),
                targets,
                result: None,
                origin: Origin::NONE,
            });
            self.function[block].insts.push(inst);
        }
    }

    fn fill(&mut self, block: Block, above: Block, most: usize) {
        let mut values = self.available[above.index()].clone();
        values.extend(&self.function[block].params);

        let terminator = self.function[block].insts.pop();
        if block == Block::ENTRY {
            while let Some(op) = self.op_of_missing_type(&values) {
                self.add(block, op, &mut values);
            }
        }
        if !self.plain.is_empty() {
            for _ in 0..self.random.below(most + 1) {
                let op = *self.random.pick(&self.plain);
                self.add(block, op, &mut values);
            }
        }
        if let Some(inst) = terminator {
            self.operands(inst, &values);
            for target in 0..self.function[inst].targets.len() {
                let to = self.function[inst].targets[target].block;
                let args = self.function[to].params.clone();
                let args = args
                    .into_iter()
                    .map(|param| self.value(self.function.value_type(param), &values))
                    .collect();
                self.function[inst].targets[target].args = args;
            }
            self.function[block].insts.push(inst);
        }
        self.available[block.index()] = values;
    }

    /// An operation that can be done with `values` and yields a type that none of them has; none if all types are there.
    fn op_of_missing_type(&self, values: &[Value]) -> Option<D::Op> {
        let has = |ty| {
            values
                .iter()
                .any(|&value| self.function.value_type(value) == ty)
        };
        if D::types().iter().all(|&(ty, _)| has(ty)) {
            return None;
        }
        let op = self.plain.iter().copied().find(|&op| {
            let info = D::info(op);
            info.result.is_some_and(|ty| !has(ty)) && info.value_types().all(has)
        });
        assert!(op.is_some(), "a type is no operation's result");
        op
    }

    fn add(&mut self, block: Block, op: D::Op, values: &mut Vec<Value>) {
        let inst = self.function.add_inst(InstData {
            op,
            args: Default::default(),
            attributes: Default::default(),
            targets: Default::default(),
            result: None,
            origin: Origin::NONE,
        });
        self.operands(inst, values);
        if let Some(ty) = D::info(op).result {
            let value = self.function.add_value(ty, ValueDef::Inst(inst));
            self.function[inst].result = Some(value);
            values.push(value);
        }
        self.function[block].insts.push(inst);
    }

    fn operands(&mut self, inst: Inst, values: &[Value]) {
        let info = self.function[inst].info();
        let mut args: Vec<Value> = info
            .value_types()
            .map(|ty| self.value(ty, values))
            .collect();
        if info.has_list() && !values.is_empty() {
            args.extend((0..self.random.below(5)).map(|_| *self.random.pick(values)));
        }
        let attributes = info
            .operands
            .iter()
            .filter_map(|operand| match operand.kind {
                OperandKind::Const(kind) => Some(self.constant(kind)),
                _ => None,
            })
            .collect();
        let data = &mut self.function[inst];
        data.args = args.into_iter().collect();
        data.attributes = attributes;
        if !self.random.one_in(3) {
            data.origin = Origin(self.random.below(1000) as u32);
        }
    }

    /// A value of the type, more often a late one.
    fn value(&mut self, ty: D::Type, values: &[Value]) -> Value {
        let function = &self.function;
        let mut fitting = values
            .iter()
            .rev()
            .filter(|&&value| function.value_type(value) == ty);
        let count = fitting.clone().count();
        let late = if self.random.one_in(2) {
            count.min(3)
        } else {
            count
        };
        // The entry has a value of every type, so the fallback is never taken.
        *fitting.nth(self.random.below(late)).unwrap_or(&values[0])
    }

    fn constant(&mut self, kind: &str) -> i64 {
        match kind {
            EXIT => {
                self.exits += 1;
                self.exits - 1
            }
            "F64" => self.random.float().to_bits() as i64,
            "I32" => i64::from(self.random.integer() as i32),
            // Few different ones, so that instructions are alike now and then.
            _ if self.random.one_in(2) => 8 * self.random.below(2) as i64,
            _ => self.random.integer(),
        }
    }
}
