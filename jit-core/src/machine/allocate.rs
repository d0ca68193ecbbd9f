//! Registers for virtual registers, by regalloc2.
//!
//! regalloc2's own checker proves the outcome by abstract interpretation; tests run it over everything that they
//! allocate, release builds do not pay for it.

use std::cell::Cell;

use regalloc2::{
    Algorithm, Allocation, Block as RegBlock, Ctx, Edit, Function as _, Inst as RegInst,
    InstOrEdit, OperandKind, Output, PReg, PRegSet, RegallocOptions,
};
use thiserror::Error;

use super::environment::environment;
use super::function::{MachineBlock, MachineFunction};

/// How much time to spend on good registers.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Effort {
    /// By size: backtracking, but for functions so large that compiling them would take seconds.
    #[default]
    BySize,
    /// Backtracking with live-range splitting.
    Full,
    /// One pass; everything that is live across a block boundary lies on the stack.
    Fast,
}

/// Above this many machine instructions [`Effort::BySize`] is satisfied with one pass.
const FAST_ABOVE: usize = 200_000;

/// No registers were found.
#[derive(Clone, Debug, Error)]
#[error("register allocation of {function}: {reason}")]
pub struct AllocateError {
    /// The name of the function.
    pub function: String,
    /// What regalloc2 said.
    pub reason: regalloc2::RegAllocError,
}

/// Where everything lies.
#[derive(Clone, Debug)]
pub struct Allocated {
    output: Output,
}

/// Finds registers and spill slots.
///
/// # Errors
/// More fixed registers are demanded at once than there are, which no declared rule does.
pub fn allocate(machine: &MachineFunction, effort: Effort) -> Result<Allocated, AllocateError> {
    let fast = match effort {
        Effort::BySize => machine.insts().len() > FAST_ABOVE,
        Effort::Full => false,
        Effort::Fast => true,
    };
    let options = RegallocOptions {
        verbose_log: false,
        validate_ssa: cfg!(debug_assertions),
        algorithm: if fast {
            Algorithm::Fastalloc
        } else {
            Algorithm::Ion
        },
    };
    let mut context = CONTEXT.take().unwrap_or_default();
    let done = regalloc2::run_with_ctx(machine, environment(), &options, &mut context);
    done.map_err(|reason| AllocateError {
        function: machine.name().to_owned(),
        reason,
    })?;
    let output = std::mem::take(&mut context.output);
    // What a very large function needed is given back.
    if machine.insts().len() <= KEPT_UP_TO {
        CONTEXT.set(Some(context));
    }
    Ok(Allocated { output })
}

/// The memory of the outcome serves the next function too.
impl Drop for Allocated {
    fn drop(&mut self) {
        if self.output.inst_alloc_offsets.len() > KEPT_UP_TO {
            return;
        }
        let output = std::mem::take(&mut self.output);
        // A thread that ends has no next function.
        let _ = CONTEXT.try_with(|kept| {
            if let Some(mut context) = kept.take() {
                context.output = output;
                kept.set(Some(context));
            }
        });
    }
}

thread_local! {
    /// The allocator's memory, for the next function: asking for it anew takes longer than allocating registers for a
    /// small function. It is taken out while in use, so that what an allocation leaves half done is never used again.
    static CONTEXT: Cell<Option<Box<Ctx>>> = const { Cell::new(None) };
}

/// After a function of more machine instructions the allocator's memory is given back.
const KEPT_UP_TO: usize = 20_000;

impl Allocated {
    /// The instructions of a block, with the moves between them.
    pub fn block<'a>(
        &'a self,
        machine: &'a MachineFunction,
        block: MachineBlock,
    ) -> impl Iterator<Item = InstOrEdit<'a>> + 'a {
        self.output
            .block_insts_and_edits(machine, RegBlock::new(block.index()))
    }

    /// Where the operands of an instruction are.
    pub fn operands(&self, inst: RegInst) -> &[Allocation] {
        self.output.inst_allocs(inst)
    }

    /// How many words of stack the moves use.
    pub fn spill_slots(&self) -> usize {
        self.output.num_spillslots
    }

    /// Every register that some instruction or move writes.
    pub fn written(&self, machine: &MachineFunction) -> PRegSet {
        let mut written = PRegSet::empty();
        let mut add = |register: Option<PReg>| {
            if let Some(register) = register {
                written.add(register);
            }
        };
        for index in 0..machine.num_insts() {
            let inst = RegInst::new(index);
            let operands = machine.inst_operands(inst).iter().zip(self.operands(inst));
            for (operand, allocation) in operands {
                if operand.kind() == OperandKind::Def {
                    add(allocation.as_reg());
                }
            }
        }
        for (_, Edit::Move { to, .. }) in &self.output.edits {
            add(to.as_reg());
        }
        for inst in machine.insts() {
            written.union_from(inst.clobbers);
        }
        written
    }

    /// What regalloc2 handed back.
    pub fn output(&self) -> &Output {
        &self.output
    }
}
