//! From HIR to LIR: what operations on Python values are in terms of words, loads and calls.
//!
//! The function begins with the runtime's `enter`, which makes the frame; the frame's address is a value like any other.
//! Exits keep their numbers, and the order of what lives there. Guards are exits that tests may force; a check of a
//! helper's result is not, for there the exception has to be set.

mod guards;
mod memory;
mod operations;

use jit_core::ir::{Block, BlockCall, Builder, ControlFlow, Function, Inst, InstData, Value};
use jit_core::specs::ops::{Build as _, Lir, Type};

use crate::hir::{self, Hir};
use crate::runtime::frame::{enter, leave};
use crate::runtime::offsets::*;
use crate::runtime::state::CodeRecord;

/// What of the code object and the runtime the code is made for.
#[derive(Clone, Copy, Debug)]
pub struct Target<'a> {
    /// The record that tells whether the code is valid.
    pub record: &'a CodeRecord,
    /// A counter that guards decrement, leaving when it reaches zero.
    pub forced_exits: Option<u64>,
}

/// Lowers a function. Every block of it is reachable, and it verifies.
pub fn lower(hir: &Function<Hir>, target: Target<'_>) -> Function<Lir> {
    let mut function = Function::new(hir.name.clone());
    let mut b = Builder::new(&mut function);
    let entry = b.block();
    let arguments: Vec<Value> = (0..4).map(|_| b.add_param(entry, Type::I64)).collect();
    let blocks: Vec<Block> = hir.blocks().map(|_| b.create_block()).collect();
    let mut lowering = Lowering {
        hir,
        target,
        values: vec![None; hir.value_count()],
        frame: arguments[0],
        blocks,
        b,
    };
    lowering.enter(&arguments);
    lowering.parameters();
    let order = ControlFlow::new(hir).reverse_postorder().to_vec();
    for block in order {
        let start = lowering.blocks[block.index()];
        lowering.b.switch_to(start);
        for &inst in &hir[block].insts {
            lowering.instruction(inst);
        }
    }
    function
}

struct Lowering<'a> {
    hir: &'a Function<Hir>,
    target: Target<'a>,
    b: Builder<'a, Lir>,
    /// The LIR value of each HIR value.
    values: Vec<Option<Value>>,
    /// The address of the frame.
    frame: Value,
    /// The LIR block that each HIR block begins with.
    blocks: Vec<Block>,
}

impl Lowering<'_> {
    fn enter(&mut self, arguments: &[Value]) {
        let record = self.b.iconst(self.target.record.address() as i64);
        let arguments = [arguments, &[record]].concat();
        self.frame = self.b.call(enter as *const () as i64, &arguments);
        let failed = self.b.create_cold_block();
        let begin = self.blocks[Block::ENTRY.index()];
        self.b.branch(self.frame, begin, failed);
        self.b.switch_to(failed);
        let null = self.b.iconst(0);
        self.b.return_(null);
    }

    fn parameters(&mut self) {
        for block in self.hir.blocks() {
            let start = self.blocks[block.index()];
            self.b.function_mut()[start].cold = self.hir[block].cold;
            for &param in &self.hir[block].params {
                let ty = match self.hir.value_type(param) {
                    hir::Type::Float => Type::F64,
                    _ => Type::I64,
                };
                self.values[param.index()] = Some(self.b.add_param(start, ty));
            }
        }
    }

    fn instruction(&mut self, inst: Inst) {
        let hir = self.hir;
        let data = &hir[inst];
        self.b.set_origin(data.origin);
        let result = self.operation(data);
        if let Some(defined) = data.result {
            self.values[defined.index()] = result;
        }
    }

    /// The LIR value of a HIR value.
    ///
    /// Blocks are lowered in reverse postorder and HIR verifies, so that every value is defined before it is used.
    fn value(&self, value: Value) -> Value {
        self.values[value.index()].unwrap_or(self.frame)
    }

    fn argument(&self, data: &InstData<Hir>, index: usize) -> Value {
        self.value(data.args[index])
    }

    fn list(&self, data: &InstData<Hir>) -> Vec<Value> {
        let (_, list) = data.split_args();
        list.iter().map(|&value| self.value(value)).collect()
    }

    fn block_call(&self, call: &BlockCall) -> BlockCall {
        let args = call.args.iter().map(|&value| self.value(value));
        BlockCall::new(self.blocks[call.block.index()], args)
    }

    /// The index of the instruction that is being lowered, for helpers.
    fn index(&mut self) -> Value {
        let origin = self.b.origin();
        self.b.iconst(i64::from(origin.0))
    }

    fn return_(&mut self, value: Value) {
        let record = self.b.iconst(self.target.record.address() as i64);
        self.b
            .call(leave as *const () as i64, &[self.frame, record]);
        self.b.return_(value);
    }

    /// Where the home of a local, or a slot of the operand stack, lies in the frame.
    fn slot(index: i64) -> i64 {
        FRAME_LOCALSPLUS as i64 + index * size_of::<u64>() as i64
    }
}
