//! From allocated machine instructions to words at their final addresses.
//!
//! Sizes come first. The layout walks the function with the declared sizes of everything, settles which references are
//! near and which far until nothing changes any more, and so knows every offset before a word exists. The code is then
//! emitted once, at the address it will run at, and what comes out is compared with what was declared. Instructions are
//! spelt by what `lowering!` and `calls!` generated; here they are only put in order.
//!
//! dynasmrt's growing assembler is not used: it moves code after it was emitted, and its relocations do not survive that.

mod constant;
pub(crate) mod frame;
pub(crate) mod layout;
mod moves;
pub(crate) mod prepare;
pub(crate) mod routines;
pub(crate) mod write;

use dynasmrt::aarch64::Aarch64Relocation;
use dynasmrt::{AssemblyOffset, DynamicLabel, DynasmApi, DynasmError, VecAssembler};
use regalloc2::Allocation;
use rustc_hash::FxHashMap;
use thiserror::Error;

use crate::calls::{CallPlan, Form, Labels, Place, page};
use crate::exit::CallSite;
use crate::ir::Dialect;
use crate::machine::{LinkTarget, MachineBlock, MachineInst, RuleInfo};
use crate::specs::calls::sequence;
use crate::specs::ops::Lir;

pub use constant::{mov_imm64, mov_imm64_bytes};
use prepare::Next;
use routines::Routines;

/// What instructions are written into: a buffer that knows the address it will run at.
pub type Assembler = VecAssembler<Aarch64Relocation>;

/// The size of a spill slot in bytes.
pub(crate) const SLOT_BYTES: u32 = 8;

/// The encoder refused, which declared ranges and reaches should have kept from happening.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("the encoder refused: {0}")]
pub struct AssemblyError(#[from] DynasmError);

/// Binds a label to an absolute address outside of the code that starts at `base`.
pub(crate) fn define_external(
    ops: &mut Assembler,
    base: usize,
    label: DynamicLabel,
    address: u64,
) -> Result<(), AssemblyError> {
    let offset = (address as usize).wrapping_sub(base);
    Ok(ops
        .labels_mut()
        .define_dynamic(label, AssemblyOffset(offset))?)
}

/// What the declared size of an instruction may depend on.
#[derive(Clone, Copy, Debug)]
pub struct Sizes<'a> {
    pub(crate) inst: &'a MachineInst,
    /// A bit for each link of the rule that does not reach.
    pub(crate) far: u32,
    pub(crate) next: Next,
    /// Where branches to a block really go.
    pub(crate) forward: &'a [MachineBlock],
    /// The size of the planned site, if the instruction has one.
    pub(crate) call_bytes: u32,
}

impl Sizes<'_> {
    /// Whether the link with this index, of those that the rule declares, does not reach.
    pub fn is_far(&self, link: usize) -> bool {
        self.far & (1 << link) != 0
    }

    /// Whether the target with this index is laid out right behind the instruction.
    pub fn is_next(&self, target: usize) -> bool {
        let block = self.inst.targets[target].block;
        self.next == Next::Block(self.forward[block.index()])
    }

    /// Whether the epilogue is laid out right behind the instruction.
    pub fn is_epilogue_next(&self) -> bool {
        self.next == Next::Epilogue
    }

    /// The size of the planned call, in bytes.
    pub fn call_bytes(&self) -> u32 {
        self.call_bytes
    }

    /// A constant of the instruction.
    pub fn immediate(&self, index: usize) -> i64 {
        self.inst.immediates[index]
    }
}

/// The labels of one function.
#[derive(Debug)]
pub(crate) struct FunctionLabels {
    pub blocks: Vec<DynamicLabel>,
    pub epilogue: DynamicLabel,
    pub local_exit: DynamicLabel,
    /// By value.
    pub literals: FxHashMap<u64, DynamicLabel>,
    /// Stubs and the literals behind them, by target.
    pub stubs: FxHashMap<u64, (DynamicLabel, DynamicLabel)>,
    /// Addresses outside of the function.
    pub externals: FxHashMap<u64, DynamicLabel>,
}

/// Emission of one function; while a template is expanded, that of one instruction.
#[derive(Debug)]
pub struct Emit<'a> {
    pub(crate) ops: Assembler,
    pub(crate) base: usize,
    pub(crate) now: Sizes<'a>,
    pub(crate) rule: &'static str,
    pub(crate) operands: &'a [Allocation],
    pub(crate) exit: Option<DynamicLabel>,
    pub(crate) site: Option<u32>,
    pub(crate) labels: FunctionLabels,
    pub(crate) plan: &'a CallPlan,
    pub(crate) routines: &'a Routines,
    pub(crate) calls: Vec<CallSite>,
    pub(crate) error: Option<AssemblyError>,
}

impl Emit<'_> {
    /// Where instructions go.
    pub fn assembler(&mut self) -> &mut Assembler {
        &mut self.ops
    }

    /// The number of the register that operand `index` of the instruction was given; 31 if it was given none, which is
    /// the zero register to an instruction that ignores its result.
    pub fn register(&self, index: usize) -> u8 {
        const NONE: u8 = 31;
        self.operands[index]
            .as_reg()
            .map_or(NONE, |register| register.hw_enc() as u8)
    }

    /// A constant of the instruction.
    pub fn immediate(&self, index: usize) -> i64 {
        self.now.immediate(index)
    }

    /// The beginning of the block that is the target with this index.
    pub fn label(&self, target: usize) -> DynamicLabel {
        let block = self.now.inst.targets[target].block;
        self.labels.blocks[self.now.forward[block.index()].index()]
    }

    /// The exit of the instruction. One that was selected without an exit gets the function's common one.
    pub fn exit_label(&self) -> DynamicLabel {
        self.exit.unwrap_or(self.labels.local_exit)
    }

    /// The literal with this index.
    pub fn pool_label(&self, index: usize) -> DynamicLabel {
        self.labels.literals[&self.now.inst.pool[index]]
    }

    /// The code that undoes the frame and returns.
    pub fn epilogue_label(&self) -> DynamicLabel {
        self.labels.epilogue
    }

    /// Whether the link with this index, of those that the rule declares, does not reach.
    pub fn is_far(&self, link: usize) -> bool {
        self.now.is_far(link)
    }

    /// Whether the target with this index is laid out right behind the instruction.
    pub fn is_next(&self, target: usize) -> bool {
        self.now.is_next(target)
    }

    /// Whether the epilogue is laid out right behind the instruction.
    pub fn is_epilogue_next(&self) -> bool {
        self.now.is_epilogue_next()
    }

    /// Emits the planned call of the instruction, or of the sequence.
    pub fn call(&mut self) {
        if let Some(site) = self.site {
            self.planned_call(site as usize);
        }
    }

    /// Emits a call to a routine of the arena that works on a register.
    pub fn routine(&mut self, name: &'static str, register: u8) {
        if let Some(address) = self.routines.find(name, register) {
            let label = self.external(address);
            sequence::branch_and_link(&mut self.ops, label);
            self.called(Some(address));
        }
    }

    /// Emits a site as it was planned.
    pub(crate) fn planned_call(&mut self, site: usize) {
        let form = self.plan.sites[site].form;
        let address = self.plan.address(site);
        let target = self.external(address);
        let (stub, behind_stub) = self
            .labels
            .stubs
            .get(&address)
            .copied()
            .unwrap_or((target, target));
        let pool = if form.stub.is_some() {
            behind_stub
        } else {
            self.labels
                .literals
                .get(&address)
                .copied()
                .unwrap_or(target)
        };
        let labels = Labels {
            stub,
            pool,
            target,
            page: self.page_of(form, address),
        };
        (form.emit_site)(&mut self.ops, &labels, address as i64);
        self.called(Some(address));
    }

    /// The label of the page that a target lies in, for a form that refers to it; for others it does not matter.
    pub(crate) fn page_of(&mut self, form: &Form, address: u64) -> DynamicLabel {
        let is_asked_for = form.links.iter().any(|link| link.to == Place::Page);
        self.external(if is_asked_for { page(address) } else { address })
    }

    /// Notes that the last word emitted is a call.
    pub(crate) fn called(&mut self, target: Option<u64>) {
        self.calls.push(CallSite {
            return_offset: self.offset(),
            origin: self.now.inst.origin,
            rule: self.rule,
            target,
        });
    }

    /// The label of an address outside of the function.
    pub(crate) fn external(&mut self, address: u64) -> DynamicLabel {
        if let Some(&label) = self.labels.externals.get(&address) {
            return label;
        }
        let label = self.ops.new_dynamic_label();
        if let Err(error) = define_external(&mut self.ops, self.base, label, address) {
            self.error.get_or_insert(error);
        }
        self.labels.externals.insert(address, label);
        label
    }

    /// Bytes emitted so far.
    pub(crate) fn offset(&self) -> u32 {
        self.ops.offset().0 as u32
    }
}

/// The literals that an instruction reads, given which of its links do not reach.
pub(crate) fn near_literals<'a>(
    inst: &'a MachineInst,
    rule: &'static RuleInfo,
    far: u32,
) -> impl Iterator<Item = u64> + 'a {
    inst.pool
        .iter()
        .enumerate()
        .filter_map(move |(index, &value)| {
            let is_far = rule.links.iter().enumerate().any(|(link, info)| {
                far & (1 << link) != 0
                    && matches!(info.target, LinkTarget::Pool(pool) if usize::from(pool) == index)
            });
            (!is_far).then_some(value)
        })
}

/// The name of an operation.
pub(crate) fn op_name(op: <Lir as Dialect>::Op) -> &'static str {
    Lir::info(op).name
}
