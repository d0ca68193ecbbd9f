//! The builder: blocks, frame states, and what every instruction needs of both.

use jit_core::ir::{Block, BlockCall, Builder, Function, Origin, Value};
use pyo3::prelude::*;
use rustc_hash::FxHashMap;

use super::code::{Code, why};
use super::state::{Entry, Fact, State};
use crate::bytecode::Instruction;
use crate::runtime::object::Object;
use crate::runtime::state::{FrameState, Watched, WhyNot};
use crate::specs::ops::{Build as _, Hir, Type};

/// A function in HIR, and what goes with it.
pub struct Built {
    /// The operations.
    pub function: Function<Hir>,
    /// The exits by number.
    pub frame_states: Vec<FrameState>,
    /// Dictionary entries that the operations rely upon.
    pub watched: Vec<Watched>,
}

/// The function under construction.
pub(super) struct Translator<'a, 'py> {
    pub code: &'a Code<'py>,
    pub b: Builder<'a, Hir>,
    pub state: State,
    /// The instruction that is being translated.
    pub at: Instruction,
    pub frame_states: Vec<FrameState>,
    watched: Vec<Watched>,
    /// The HIR block that each bytecode block begins with.
    starts: Vec<Block>,
    /// The state at the beginning of blocks that have been reached.
    reached: Vec<Option<State>>,
    /// What was known at the end of blocks that are done.
    ends: Vec<FxHashMap<Value, Fact>>,
    /// The magnitude of unboxed ints, in bits.
    widths: FxHashMap<Value, u32>,
}

/// Translates a function.
///
/// # Errors
/// The first instruction that is not supported, with its line.
pub fn build(code: &Code<'_>) -> Result<Built, WhyNot> {
    let mut function = Function::new(code.name.clone());
    let count = code.blocks.blocks.len();
    if count == 0 {
        return Err(why("the code is empty"));
    }
    let mut b = Builder::new(&mut function);
    let mut starts = vec![b.block()];
    starts.extend((1..count).map(|_| b.create_block()));
    // The entry block of a function is never jumped to; a loop back to the first instruction needs a block of its own.
    if code.blocks.blocks[0].predecessors > 1 {
        starts[0] = b.create_block();
    }
    let mut translator = Translator {
        code,
        b,
        state: State::default(),
        at: code.instructions[0],
        frame_states: Vec::new(),
        watched: Vec::new(),
        starts,
        reached: vec![None; count],
        ends: vec![FxHashMap::default(); count],
        widths: FxHashMap::default(),
    };
    translator.run()?;
    let Translator {
        frame_states,
        watched,
        ..
    } = translator;
    Ok(Built {
        function,
        frame_states,
        watched,
    })
}

impl Translator<'_, '_> {
    fn run(&mut self) -> Result<(), WhyNot> {
        self.enter_function();
        let mut done = vec![false; self.reached.len()];
        // The lowest block that has been reached and is not done: in the order of the code wherever that is possible.
        while let Some(block) =
            (0..done.len()).find(|&block| !done[block] && self.reached[block].is_some())
        {
            done[block] = true;
            self.block(block)?;
        }
        Ok(())
    }

    fn enter_function(&mut self) {
        let flow = &self.code.blocks.blocks[0];
        self.state = State {
            locals: vec![None; self.code.locals],
            bound: flow.bound.clone(),
            maybe_bound: flow.maybe_bound.clone(),
            ..State::default()
        };
        for local in 0..self.code.locals - self.code.free {
            if self.code.blocks.constant_locals[local] && flow.bound[local] {
                self.state.locals[local] = Some(self.b.load_local(local as i64));
            }
        }
        if self.starts[0] == self.b.block() {
            self.reached[0] = Some(std::mem::take(&mut self.state));
        } else {
            self.goto(0);
        }
    }

    fn block(&mut self, block: usize) -> Result<(), WhyNot> {
        let flow = &self.code.blocks.blocks[block];
        self.state = self.reached[block].clone().unwrap_or_default();
        self.b.switch_to(self.starts[block]);
        if let Some(dominator) = flow.dominator
            && flow.predecessors > 1
        {
            let immutable = |(&value, &fact): (&Value, &Fact)| {
                let fact = Fact {
                    version: None,
                    inline_values: false,
                    keys_version: None,
                    ..fact
                };
                (value, fact)
            };
            self.state.facts = self.ends[dominator].iter().map(immutable).collect();
        }
        for position in flow.instructions.clone() {
            self.at = self.code.instructions[position];
            self.b.set_origin(Origin(self.at.index));
            self.instruction(block)?;
            if self.at.jump_target().is_some() || self.at.ends_flow() {
                return Ok(());
            }
        }
        let Some(&next) = flow.successors.first() else {
            return Err(why("the code runs over its end"));
        };
        self.end_block(block);
        self.goto(next);
        Ok(())
    }

    /// Remembers what is known at the end of a block, before control leaves it.
    pub fn end_block(&mut self, block: usize) {
        self.ends[block] = self.state.facts.clone();
    }

    fn is_merge(&self, target: usize) -> bool {
        self.code.blocks.blocks[target].predecessors > 1
    }

    /// Goes on at a block.
    pub fn goto(&mut self, target: usize) {
        let start = self.starts[target];
        if self.is_merge(target) {
            let args = self.merge(target);
            self.b.jump(BlockCall::new(start, args));
        } else {
            self.b.jump(start);
            self.reached[target] = Some(self.state.clone());
        }
    }

    /// Goes on at one of two blocks.
    pub fn branch(&mut self, condition: Value, then: usize, otherwise: usize) {
        let mut edges = Vec::new();
        let mut target = |translator: &mut Self, target: usize| {
            if translator.is_merge(target)
                && (!translator.state.stack.is_empty() || then == otherwise)
            {
                let edge = translator.b.create_block();
                edges.push((edge, target));
                return edge;
            }
            if translator.is_merge(target) {
                translator.merge(target);
            } else {
                translator.reached[target] = Some(translator.state.clone());
            }
            translator.starts[target]
        };
        let then = target(self, then);
        let otherwise = target(self, otherwise);
        self.b.branch(condition, then, otherwise);
        let state = self.state.clone();
        for (edge, target) in edges {
            self.b.switch_to(edge);
            self.state = state.clone();
            self.goto(target);
        }
    }

    /// Says that a block without other predecessors goes on where this one is.
    pub fn begun(&mut self, target: usize) {
        self.starts[target] = self.b.block();
        self.reached[target] = Some(self.state.clone());
    }

    /// Makes the stack what every way to a merge makes it: objects, owned; yields the arguments for the block.
    fn merge(&mut self, target: usize) -> Vec<Value> {
        let mut args = Vec::new();
        for depth in (0..self.state.stack.len()).rev() {
            if self.state.stack[self.state.stack.len() - 1 - depth] != Entry::Null {
                args.push(self.owned_object(depth));
            }
        }
        if self.reached[target].is_none() {
            let start = self.starts[target];
            let stack = self.state.stack.clone().into_iter();
            let stack = stack
                .map(|entry| match entry {
                    Entry::Null => Entry::Null,
                    Entry::Object { nullable, .. } => Entry::Object {
                        value: self.b.add_param(start, Type::Object),
                        owned: true,
                        nullable,
                    },
                    Entry::Int(_) | Entry::Float(_) | Entry::Bool(_) => {
                        Entry::owned(self.b.add_param(start, Type::Object))
                    }
                })
                .collect();
            let flow = &self.code.blocks.blocks[target];
            let constant = &self.code.blocks.constant_locals;
            let locals = self.state.locals.iter().zip(constant);
            self.reached[target] = Some(State {
                stack,
                locals: locals
                    .map(|(&value, &constant)| value.filter(|_| constant))
                    .collect(),
                bound: flow.bound.clone(),
                maybe_bound: flow.maybe_bound.clone(),
                ..State::default()
            });
        }
        args
    }

    /// Relies upon an entry of a dictionary.
    pub fn watch(&mut self, dict: Object, key: Object) {
        let known = self
            .watched
            .iter()
            .any(|watched| watched.dict == dict && watched.key.as_ptr() == key);
        if !known {
            // SAFETY: a live string; the interpreter is held.
            let key = unsafe { Bound::from_borrowed_ptr(self.code.py, key) }.unbind();
            self.watched.push(Watched { dict, key });
        }
    }

    /// Checks, once between two places where other code may run, that what is relied upon still holds.
    pub fn check_valid(&mut self) {
        if !self.state.valid {
            let leaving = self.guard("a global, or a module's attribute, has changed");
            self.b.guard_valid(leaving.exit, &leaving.live);
            self.state.valid = true;
        }
    }

    /// How many bits the magnitude of an unboxed int has at most.
    pub fn width(&self, value: Value) -> u32 {
        match self.b.function().constant(value) {
            Some(constant) => 64 - constant.unsigned_abs().leading_zeros(),
            None => self.widths.get(&value).copied().unwrap_or(64),
        }
    }

    /// Notes how many bits the magnitude of an unboxed int has at most.
    pub fn set_width(&mut self, value: Value, bits: u32) {
        self.widths.insert(value, bits);
    }

    /// Refuses the present instruction.
    pub fn unsupported(&self) -> WhyNot {
        let (name, line) = (self.at.opcode.name(), self.code.line(&self.at));
        why(format!("opcode {name} at line {line}"))
    }
}
