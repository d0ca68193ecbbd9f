//! Emission of a laid-out function at its final address.
//!
//! Every piece is compared with its declared size as it is emitted. A difference would mean that a layout was computed
//! for other code than this, so it is an error that names the piece, and the code is thrown away.

use dynasmrt::{DynasmApi, DynasmLabelApi};
use regalloc2::{Allocation, Inst as RegInst};
use rustc_hash::FxHashMap;
use thiserror::Error;

use super::layout::Layout;
use super::moves::slot_offset;
use super::prepare::{Item, Next, Prepared};
use super::routines::Routines;
use super::{Assembler, AssemblyError, Emit, FunctionLabels, Sizes, define_external, op_name};
use crate::calls::{CallPlan, Labels, WORD_BYTES, emit_stub};
use crate::exit::{CallSite, ExitSite, Location};
use crate::ir::Origin;
use crate::machine::{LiveValue, MachineInst};
use crate::specs::calls::sequence;
use crate::specs::ops::Lir;

/// Why a function could not be emitted.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum EmitError {
    /// The encoder refused.
    #[error(transparent)]
    Assembly(#[from] AssemblyError),
    /// A piece has another size than was declared for it.
    #[error(
        "`{piece}` is declared with {declared} bytes and has {measured}, at offset {offset:#x}"
    )]
    SizeMismatch {
        /// The rule or sequence.
        piece: &'static str,
        /// The size that the layout counted with.
        declared: u32,
        /// What was emitted.
        measured: u32,
        /// Where, in bytes from the beginning of the code.
        offset: u32,
    },
    /// The allocator asked for a move that there is no instruction for.
    #[error("a move that no instruction makes: {what}")]
    BadMove {
        /// The move.
        what: String,
    },
    /// An exit number that is negative or has more than 32 bits.
    #[error("{exit} is no number for an exit")]
    BadExit {
        /// The number.
        exit: i64,
    },
}

/// A stretch of code with one origin.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Stretch {
    /// Where it begins, in bytes from the beginning of the code.
    pub offset: u32,
    /// The rule or sequence that it comes from.
    pub rule: &'static str,
    /// The operation that it was selected for.
    pub op: Option<&'static str>,
    /// Where that came from.
    pub origin: Origin,
}

/// What emission of a function yields.
pub(crate) struct Written {
    pub code: Vec<u8>,
    pub exits: Vec<ExitSite>,
    pub calls: Vec<CallSite>,
    pub stretches: Vec<Stretch>,
    /// Bytes of planned call sites.
    pub site_bytes: u32,
}

/// The names of what has no rule, in listings.
pub(crate) mod piece {
    pub const PROLOGUE: &str = "prologue";
    pub const EPILOGUE: &str = "epilogue";
    pub const MOVE: &str = "move";
    pub const EXIT: &str = "exit";
    pub const LOCAL_EXIT: &str = "local_exit";
    pub const STUB: &str = "stub";
    pub const LITERAL: &str = "literal";
}

/// Emits everything at `base`. `arena_stubs` are the addresses of arena-wide stubs by target.
pub(crate) fn write(
    prepared: &Prepared<'_>,
    plan: &CallPlan,
    exit_site: Option<u32>,
    layout: &Layout,
    routines: &Routines,
    arena_stubs: &FxHashMap<u64, u64>,
    base: usize,
) -> Result<Written, EmitError> {
    let mut ops = Assembler::new(base);
    ops.reserve_ops(layout.total as usize);
    let labels = labels(&mut ops, prepared, plan, layout, arena_stubs, base)?;
    let nothing = nothing();
    let emit = Emit {
        ops,
        base,
        now: Sizes {
            inst: &nothing,
            far: 0,
            next: Next::Other,
            forward: &prepared.forward,
            call_bytes: 0,
        },
        rule: piece::PROLOGUE,
        operands: &[],
        exit: None,
        site: None,
        labels,
        plan,
        routines,
        calls: Vec::new(),
        error: None,
    };
    let mut writer = Writer {
        emit,
        prepared,
        layout,
        exits: Vec::new(),
        stretches: Vec::new(),
        site_bytes: 0,
        nothing: &nothing,
    };
    writer.function(exit_site)?;
    writer.finish()
}

/// Stands for the instruction where there is none.
fn nothing() -> MachineInst {
    MachineInst {
        rule: None,
        op: crate::specs::ops::Op::Jump,
        origin: Origin::NONE,
        operands: Default::default(),
        clobbers: regalloc2::PRegSet::empty(),
        immediates: Default::default(),
        targets: Default::default(),
        exit: None,
        call: None,
        pool: Default::default(),
    }
}

fn labels(
    ops: &mut Assembler,
    prepared: &Prepared<'_>,
    plan: &CallPlan,
    layout: &Layout,
    arena_stubs: &FxHashMap<u64, u64>,
    base: usize,
) -> Result<FunctionLabels, AssemblyError> {
    let blocks = prepared
        .forward
        .iter()
        .map(|_| ops.new_dynamic_label())
        .collect();
    let literals = layout
        .literals
        .iter()
        .map(|&value| (value, ops.new_dynamic_label()))
        .collect();
    let mut stubs = FxHashMap::default();
    for &(address, _) in &layout.stubs {
        stubs.insert(address, (ops.new_dynamic_label(), ops.new_dynamic_label()));
    }
    for &target in &plan.targets {
        if let Some(&address) = arena_stubs.get(&target) {
            let label = ops.new_dynamic_label();
            define_external(ops, base, label, address)?;
            stubs.insert(target, (label, label));
        }
    }
    Ok(FunctionLabels {
        blocks,
        epilogue: ops.new_dynamic_label(),
        local_exit: ops.new_dynamic_label(),
        literals,
        stubs,
        externals: FxHashMap::default(),
    })
}

struct Writer<'a> {
    emit: Emit<'a>,
    prepared: &'a Prepared<'a>,
    layout: &'a Layout,
    exits: Vec<ExitSite>,
    stretches: Vec<Stretch>,
    site_bytes: u32,
    nothing: &'a MachineInst,
}

impl<'a> Writer<'a> {
    fn function(&mut self, exit_site: Option<u32>) -> Result<(), EmitError> {
        let prepared = self.prepared;
        self.stretch(piece::PROLOGUE, None);
        prepared.frame.prologue(&mut self.emit.ops);
        self.check(piece::PROLOGUE, 0, prepared.frame.prologue_bytes())?;
        let mut exit_labels = Vec::with_capacity(prepared.exits.len());
        for (position, items) in prepared.items.iter().enumerate() {
            if position == prepared.hot {
                self.epilogue()?;
            }
            let block = prepared.order[position].index();
            let label = self.emit.labels.blocks[block];
            self.emit.ops.dynamic_label(label);
            for item in items {
                match *item {
                    Item::Move(movement) => {
                        self.stretch(piece::MOVE, None);
                        let start = self.emit.offset();
                        if !movement.emit(&mut self.emit.ops) {
                            let what = format!("{movement:?}");
                            return Err(EmitError::BadMove { what });
                        }
                        self.check(piece::MOVE, start, movement.bytes())?;
                    }
                    Item::Inst(index) => self.inst(index, position, &mut exit_labels)?,
                }
            }
        }
        if prepared.hot >= prepared.items.len() {
            self.epilogue()?;
        }
        self.exits(&exit_labels)?;
        if let Some(site) = exit_site {
            self.local_exit(site)?;
        }
        self.stubs()?;
        self.literals()
    }

    fn epilogue(&mut self) -> Result<(), EmitError> {
        self.stretch(piece::EPILOGUE, None);
        let start = self.emit.offset();
        let label = self.emit.labels.epilogue;
        self.emit.ops.dynamic_label(label);
        self.prepared.frame.epilogue(&mut self.emit.ops);
        self.check(piece::EPILOGUE, start, self.prepared.frame.epilogue_bytes())
    }

    fn inst(
        &mut self,
        index: u32,
        position: usize,
        exit_labels: &mut Vec<dynasmrt::DynamicLabel>,
    ) -> Result<(), EmitError> {
        let number = RegInst::new(index as usize);
        let inst = self.prepared.machine.inst(number);
        let Some(rule) = inst.rule else {
            return Ok(());
        };
        let emit = &mut self.emit;
        emit.rule = rule.name;
        emit.operands = self.prepared.allocated.operands(number);
        emit.site = self.prepared.site_of.get(&index).copied();
        emit.exit = inst.exit.as_ref().map(|_| {
            let label = emit.ops.new_dynamic_label();
            exit_labels.push(label);
            label
        });
        let call_bytes = emit
            .site
            .map_or(0, |site| emit.plan.site_bytes(site as usize));
        emit.now = Sizes {
            inst,
            far: self.layout.far[index as usize],
            next: self.prepared.next(position),
            forward: &self.prepared.forward,
            call_bytes,
        };
        self.site_bytes += call_bytes;
        self.stretch(rule.name, Some(inst));
        let (start, calls) = (self.emit.offset(), self.emit.calls.len());
        (rule.emit)(&mut self.emit);
        let calls_out = <Lir as crate::ir::Dialect>::info(inst.op)
            .effects
            .has(crate::ir::Effects::CALL);
        if calls_out && self.emit.calls.len() == calls {
            self.emit.called(None);
        }
        self.check(rule.name, start, self.layout.sizes[index as usize])
    }

    fn exits(&mut self, labels: &[dynasmrt::DynamicLabel]) -> Result<(), EmitError> {
        let prepared = self.prepared;
        for (&index, &label) in prepared.exits.iter().zip(labels) {
            let number = RegInst::new(index as usize);
            let inst = prepared.machine.inst(number);
            self.stretch(piece::EXIT, Some(inst));
            self.emit.ops.dynamic_label(label);
            let local_exit = self.emit.labels.local_exit;
            sequence::branch_and_link(&mut self.emit.ops, local_exit);
            if let Some(exit) = &inst.exit {
                let operands = prepared.allocated.operands(number);
                let live = exit.live.iter().map(|value| match *value {
                    LiveValue::Constant(value) => Location::Constant(value),
                    LiveValue::Operand(operand) => location(operands[operand as usize]),
                });
                self.exits.push(ExitSite {
                    return_offset: self.emit.offset(),
                    exit: u32::try_from(exit.exit)
                        .map_err(|_| EmitError::BadExit { exit: exit.exit })?,
                    origin: inst.origin,
                    op: op_name(inst.op),
                    live: live.collect(),
                });
            }
        }
        Ok(())
    }

    /// Where every exit arrives: on to the arena's exit routine, and then out of the function with its result.
    fn local_exit(&mut self, site: u32) -> Result<(), EmitError> {
        self.stretch(piece::LOCAL_EXIT, None);
        let start = self.emit.offset();
        let (label, epilogue) = (self.emit.labels.local_exit, self.emit.labels.epilogue);
        self.emit.rule = piece::LOCAL_EXIT;
        self.emit.now.inst = self.nothing;
        self.emit.site = Some(site);
        self.emit.ops.dynamic_label(label);
        sequence::leave_by_exit(&mut self.emit, epilogue);
        let call_bytes = self.emit.plan.site_bytes(site as usize);
        self.site_bytes += call_bytes;
        let declared = sequence::bytes::LEAVE_BY_EXIT + call_bytes;
        self.check(piece::LOCAL_EXIT, start, declared)
    }

    fn stubs(&mut self) -> Result<(), EmitError> {
        let layout = self.layout;
        if layout.stubs.is_empty() {
            return Ok(());
        }
        self.pad_to(layout.stubs_start);
        let start = self.emit.offset();
        for &(address, site) in &layout.stubs {
            let form = self.emit.plan.sites[site as usize].form;
            if let Some(stub) = &form.stub {
                self.stretch(piece::STUB, None);
                let target = self.emit.external(address);
                let page = self.emit.page_of(form, address);
                let (stub_label, pool) = self.emit.labels.stubs[&address];
                let labels = Labels {
                    stub: stub_label,
                    pool,
                    target,
                    page,
                };
                emit_stub(&mut self.emit.ops, stub, form.pool, &labels, address);
                if form.pool.is_some() {
                    let offset = self.emit.offset() - crate::calls::LITERAL_BYTES;
                    self.stretch_at(offset, piece::LITERAL, None);
                }
            }
        }
        self.check(piece::STUB, start, layout.stubs_bytes)
    }

    fn literals(&mut self) -> Result<(), EmitError> {
        let layout = self.layout;
        if layout.literals.is_empty() {
            return Ok(());
        }
        self.pad_to(layout.literals_start);
        self.stretch(piece::LITERAL, None);
        for &value in &layout.literals {
            let label = self.emit.labels.literals[&value];
            self.emit.ops.dynamic_label(label);
            self.emit.ops.push_u64(value);
        }
        Ok(())
    }

    /// Fills up with words that are never executed.
    fn pad_to(&mut self, offset: u32) {
        if self.emit.offset() < offset {
            self.stretch(piece::LITERAL, None);
        }
        while self.emit.offset() < offset {
            self.emit.ops.push_u32(0);
        }
    }

    fn stretch(&mut self, rule: &'static str, inst: Option<&MachineInst>) {
        self.stretch_at(self.emit.offset(), rule, inst);
    }

    /// Begins a stretch, unless the last one goes on.
    fn stretch_at(&mut self, offset: u32, rule: &'static str, inst: Option<&MachineInst>) {
        let stretch = Stretch {
            offset,
            rule,
            op: inst.map(|inst| op_name(inst.op)),
            origin: inst.map_or(Origin::NONE, |inst| inst.origin),
        };
        let goes_on = self
            .stretches
            .last()
            .is_some_and(|last| Stretch { offset, ..*last } == stretch);
        if !goes_on {
            self.stretches.push(stretch);
        }
    }

    /// Compares the size of what was emitted since `start` with the declared one.
    fn check(&self, piece: &'static str, start: u32, declared: u32) -> Result<(), EmitError> {
        let measured = self.emit.offset() - start;
        if measured == declared {
            return Ok(());
        }
        Err(EmitError::SizeMismatch {
            piece,
            declared,
            measured,
            offset: start,
        })
    }

    fn finish(self) -> Result<Written, EmitError> {
        self.check("function", 0, self.layout.total)?;
        if let Some(error) = self.emit.error {
            return Err(error.into());
        }
        let code = self.emit.ops.finalize().map_err(AssemblyError::from)?;
        debug_assert!(code.len().is_multiple_of(WORD_BYTES as usize));
        Ok(Written {
            code,
            exits: self.exits,
            calls: self.emit.calls,
            stretches: self.stretches,
            site_bytes: self.site_bytes,
        })
    }
}

/// Where an allocation puts a value, for whoever reads it while an exit is taken.
fn location(allocation: Allocation) -> Location {
    if let Some(register) = allocation.as_reg() {
        let number = register.hw_enc() as u8;
        return match register.class() {
            regalloc2::RegClass::Float => Location::D(number),
            _ => Location::X(number),
        };
    }
    let slot = allocation.as_stack().map_or(0, |slot| slot.index());
    Location::Slot(slot_offset(slot))
}
