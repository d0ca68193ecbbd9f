//! Runs a function by the declared meanings of its operations: the oracle against which compiled code is tested.
//!
//! It takes one instruction after the other and knows nothing about any operation but its declaration, so an error in
//! selection, allocation or emission cannot also be here. Functions that do not verify are not run wrongly: what cannot
//! be carried out ends the run as [`Evaluation::Unknown`].

use super::dialect::Dialect;
use super::entity::{Block, Inst, Value};
use super::function::{BlockCall, Function, InstData};
use super::meaning::{Fault, Memory, Outcome};

/// How a run ended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Evaluation {
    /// A terminator without targets returned this word; zero if it returns nothing.
    Returned(u64),
    /// An exit was taken: a guard failed, or control came to a terminator that has an exit.
    Exited {
        /// The number of the exit, which is the attribute of that kind.
        exit: i64,
        /// The words of the live list.
        live: Vec<u64>,
    },
    /// Memory did not have what an instruction wanted.
    Faulted {
        /// The instruction.
        inst: Inst,
        /// What it wanted.
        fault: Fault,
    },
    /// The meaning of an instruction is not known, or it does not fit its declaration (no value where one is declared,
    /// no such target, an exit from what is no guard, an operand that has no value).
    Unknown {
        /// The instruction; none if a block ended without terminator or the arguments are not those of the function.
        inst: Option<Inst>,
    },
    /// The run took more instructions than allowed.
    OutOfSteps,
}

/// Runs `function` on `arguments`, one word for each parameter, for at most `steps` instructions.
pub fn evaluate<D: Dialect>(
    function: &Function<D>,
    arguments: &[u64],
    memory: &mut dyn Memory,
    steps: u64,
) -> Evaluation {
    let mut run = Run {
        function,
        words: vec![None; function.value_count()],
    };
    if run.enter(Block::ENTRY, arguments).is_none() {
        return Evaluation::Unknown { inst: None };
    }
    let mut block = Block::ENTRY;
    let mut next = 0;
    for _ in 0..steps {
        let Some(&inst) = function[block].insts.get(next) else {
            return Evaluation::Unknown { inst: None };
        };
        next += 1;
        match run.step(inst, memory) {
            Some(Step::Next) => {}
            Some(Step::Go(to)) => {
                block = to;
                next = 0;
            }
            Some(Step::End(end)) => return end,
            None => return Evaluation::Unknown { inst: Some(inst) },
        }
    }
    Evaluation::OutOfSteps
}

/// What comes after an instruction.
enum Step {
    Next,
    Go(Block),
    End(Evaluation),
}

struct Run<'a, D: Dialect> {
    function: &'a Function<D>,
    /// The word of every value that has been defined.
    words: Vec<Option<u64>>,
}

impl<D: Dialect> Run<'_, D> {
    fn step(&mut self, inst: Inst, memory: &mut dyn Memory) -> Option<Step> {
        let data = self.function.get_inst(inst)?;
        let info = data.info();
        let operands = self.read(&data.args)?;
        let outcome = D::evaluate(data.op, &operands, &data.attributes, memory)
            .or_else(|| memory.perform(info.name, &operands, &data.attributes));
        if let Some(fault) = memory.take_fault() {
            return Some(Step::End(Evaluation::Faulted { inst, fault }));
        }

        let word = match outcome? {
            Outcome::Exit => return self.exit(data),
            Outcome::Value(0) if info.effects.is_guard() && data.result.is_none() => {
                return self.exit(data);
            }
            Outcome::Value(word) => Some(word),
            Outcome::Nothing => None,
        };
        if info.effects.is_terminator() {
            if info.exit_attribute().is_some() {
                return self.exit(data);
            }
            if data.targets.is_empty() {
                return Some(Step::End(Evaluation::Returned(word.unwrap_or(0))));
            }
            return self.go(data.targets.get(usize::try_from(word?).ok()?)?);
        }
        if let Some(result) = data.result {
            *self.words.get_mut(result.index())? = Some(word?);
        }
        Some(Step::Next)
    }

    fn exit(&self, data: &InstData<D>) -> Option<Step> {
        let exit = *data.attributes.get(data.info().exit_attribute()?)?;
        let list = data.split_args().1;
        let count = data.info().behind.map_or(Some(0), |index| {
            usize::try_from(*data.attributes.get(index)?).ok()
        });
        let live = self.read(list.get(count?..)?)?;
        Some(Step::End(Evaluation::Exited { exit, live }))
    }

    fn go(&mut self, target: &BlockCall) -> Option<Step> {
        let arguments = self.read(&target.args)?;
        self.enter(target.block, &arguments)?;
        Some(Step::Go(target.block))
    }

    fn enter(&mut self, block: Block, arguments: &[u64]) -> Option<()> {
        let params = &self.function.get_block(block)?.params;
        if params.len() != arguments.len() {
            return None;
        }
        for (param, &argument) in params.iter().zip(arguments) {
            *self.words.get_mut(param.index())? = Some(argument);
        }
        Some(())
    }

    fn read(&self, values: &[Value]) -> Option<Vec<u64>> {
        values
            .iter()
            .map(|value| *self.words.get(value.index())?)
            .collect()
    }
}
