//! What generated decision code may ask about a function, and how it states what it chose.
//!
//! A rule first asks ([`Select::value`], [`Select::constant`], [`Select::definition`], …) without leaving a trace. Once
//! everything holds, it begins an instruction and adds to it, operands in the order in which the template numbers them:
//! result, registers used, temporaries, list.

use regalloc2::{
    Operand, OperandConstraint, OperandKind, OperandPos, PReg, PRegSet, RegClass, VReg,
};
use smallvec::SmallVec;

use super::SelectError;
use super::Unfoldable;
use super::layout::Layout;
use crate::ir::{Function, Inst, Origin, Value, ValueDef, use_counts};
use crate::machine::environment::{ARGUMENTS, physical};
use crate::machine::inst::{ExitUse, LiveValue, MachineInst, Target};
use crate::machine::rules::owner;
use crate::specs::ops::{Lir, Op, Type};

/// Where a result has to be.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Place {
    /// In a register, perhaps that of something that is read for the last time.
    Register,
    /// In a register of its own: it is written before everything is read.
    Early,
    /// In the register with this number.
    Fixed(u8),
    /// In the register of the operand with this index.
    Same(u8),
}

/// Where an instruction stands, as far as folding it into another one depends on it.
#[derive(Clone, Copy, Default)]
struct Position {
    block: u32,
    /// How many instructions that may write memory stand before it in its block.
    writes: u32,
}

/// The state of selection.
pub struct Select<'f> {
    function: &'f Function<Lir>,
    layout: &'f Layout,
    uses: Vec<u32>,
    /// By the number of the value: the word that it always is. Nothing is asked more often.
    words: Vec<Option<i64>>,
    positions: Vec<Position>,
    /// By the number of the value: its register, once somebody wants it in one.
    registers: Vec<Option<VReg>>,
    register_count: usize,
    root: Inst,
    /// The result of the root, if it is a constant made for one user.
    result: Option<VReg>,
    /// Constants that the last instruction of a program position uses, with their registers.
    constants: SmallVec<[(Inst, VReg); 4]>,
    /// Those of them that have been made.
    made: usize,
    /// Every constant made for the current user comes from where the user comes from.
    origin: Origin,
    /// The instructions of the function, the last one first; the one that was begun last is at the end.
    insts: Vec<MachineInst>,
    error: Option<SelectError>,
}

fn class_of(ty: Type) -> RegClass {
    if ty == Type::F64 {
        RegClass::Float
    } else {
        RegClass::Int
    }
}

fn empty_inst() -> MachineInst {
    MachineInst {
        rule: None,
        op: Op::Jump,
        origin: Origin::NONE,
        operands: SmallVec::new(),
        clobbers: PRegSet::empty(),
        immediates: SmallVec::new(),
        targets: SmallVec::new(),
        exit: None,
        call: None,
        pool: SmallVec::new(),
    }
}

/// Asking.
impl<'f> Select<'f> {
    /// The function.
    pub fn function(&self) -> &'f Function<Lir> {
        self.function
    }

    /// The fixed value operand of an instruction at a position among those.
    pub fn value(&self, inst: Inst, position: usize) -> Value {
        self.function[inst].args[position]
    }

    /// The attribute of an instruction at a position among those.
    pub fn attribute(&self, inst: Inst, position: usize) -> i64 {
        self.function[inst].attributes[position]
    }

    /// The word that a value always is, if a constant operation defines it.
    #[inline]
    pub fn constant(&self, value: Value) -> Option<i64> {
        self.words[value.index()]
    }

    /// The operation that yields the fixed value operand of an instruction at a position among those, unless it is a
    /// parameter.
    #[inline]
    pub fn operation(&self, inst: Inst, position: usize) -> Option<Op> {
        let inst = self.function.defining_inst(self.value(inst, position))?;
        Some(self.function[inst].op)
    }

    /// The instruction that defines a value, if it is of operation `op` and may be carried out as part of the root: nobody
    /// else uses the value, both are in one block, and no write stands between a load and the place where it would go.
    #[inline]
    pub fn definition(&self, value: Value, op: Op) -> Option<Inst> {
        // Most that are asked for are of another operation.
        let inst = self.function.defining_inst(value)?;
        if self.function[inst].op != op {
            return None;
        }
        self.foldable(value, op).ok()
    }

    /// Why [`definition`](Self::definition) yields none.
    pub fn unfoldable(&self, value: Value, op: Op) -> Option<Unfoldable> {
        self.foldable(value, op).err()
    }

    /// As [`definition`](Self::definition), with the reason if it may not.
    fn foldable(&self, value: Value, op: Op) -> Result<Inst, Unfoldable> {
        let Some(inst) = self.function.defining_inst(value) else {
            return Err(Unfoldable::Parameter);
        };
        let data = &self.function[inst];
        if data.op != op {
            return Err(Unfoldable::OtherOperation(data.op));
        }
        let uses = self.uses[value.index()];
        if uses != 1 {
            return Err(Unfoldable::Uses(uses));
        }
        let effects = data.info().effects;
        if !effects.is_removable() {
            return Err(Unfoldable::Effects);
        }
        let (here, there) = (
            self.positions[self.root.index()],
            self.positions[inst.index()],
        );
        if here.block != there.block {
            return Err(Unfoldable::OtherBlock);
        }
        if effects.may_read() && here.writes != there.writes {
            return Err(Unfoldable::WriteBetween);
        }
        Ok(inst)
    }
}

/// Stating what was chosen.
impl Select<'_> {
    /// Begins the instruction that stands for the root and everything folded into it, by the rule with this number of the
    /// set that lowers the root. A number, for a matcher that referred to the table of all rules would have a compiler
    /// look at all of them, for each of them.
    #[inline(never)]
    pub fn begin(&mut self, rule: usize) {
        let op = self.function[self.root].op;
        self.insts.push(MachineInst {
            rule: Some(&owner(op).rules[rule]),
            op,
            origin: self.origin,
            ..empty_inst()
        });
    }

    /// Adds the result of the root.
    pub fn define(&mut self, place: Place) {
        let vreg = match (self.result, self.function[self.root].result) {
            (Some(vreg), _) => vreg,
            (None, Some(value)) => self.register(value),
            // A rule with a result for an operation without one is refused by the macro.
            (None, None) => self.new_register(RegClass::Int),
        };
        let (constraint, position) = match place {
            Place::Register => (OperandConstraint::Reg, OperandPos::Late),
            Place::Early => (OperandConstraint::Reg, OperandPos::Early),
            Place::Fixed(code) => (
                OperandConstraint::FixedReg(physical(vreg.class(), code)),
                OperandPos::Late,
            ),
            Place::Same(operand) => (OperandConstraint::Reuse(operand.into()), OperandPos::Late),
        };
        let operand = Operand::new(vreg, constraint, OperandKind::Def, position);
        self.draft().operands.push(operand);
    }

    /// Adds a value that the instruction reads, in the register with a certain number if there is one.
    pub fn read(&mut self, value: Value, fixed: Option<u8>) {
        let vreg = self.want(value);
        let constraint = match fixed {
            None => OperandConstraint::Reg,
            Some(code) => OperandConstraint::FixedReg(physical(vreg.class(), code)),
        };
        let operand = Operand::new(vreg, constraint, OperandKind::Use, OperandPos::Early);
        self.draft().operands.push(operand);
    }

    /// As [`read`](Self::read), but the constant zero is read from the register that always holds it.
    pub fn read_or_zero(&mut self, value: Value, fixed: Option<u8>) {
        if fixed.is_none() && self.constant(value) == Some(0) {
            let zero = Operand::fixed_nonallocatable(PReg::new(31, RegClass::Int));
            self.draft().operands.push(zero);
        } else {
            self.read(value, fixed);
        }
    }

    /// Adds a register that the instruction may write at any time.
    pub fn temporary(&mut self, class: RegClass) {
        let vreg = self.new_register(class);
        self.draft().operands.push(Operand::reg_temp(vreg));
    }

    /// Adds a constant of the template.
    pub fn immediate(&mut self, value: i64) {
        self.draft().immediates.push(value);
    }

    /// Adds a literal.
    pub fn literal(&mut self, word: u64) {
        self.draft().pool.push(word);
    }

    /// The address that the instruction calls.
    pub fn call(&mut self, address: i64) {
        self.draft().call = Some(address);
    }

    /// Adds the blocks that the root may go to.
    pub fn targets(&mut self) {
        let function = self.function;
        for target in &function[self.root].targets {
            let args = target.args.iter().map(|&value| self.want(value)).collect();
            let block = self.layout.number(target.block);
            self.draft().targets.push(Target { block, args });
        }
    }

    /// The exit with this number; the list of the root is what it needs, wherever it is.
    pub fn exit(&mut self, exit: i64) {
        let (_, list) = self.function[self.root].split_args();
        let mut live = Vec::with_capacity(list.len());
        self.draft().operands.reserve(list.len());
        for &value in list {
            if let Some(word) = self.constant(value) {
                live.push(LiveValue::Constant(word));
                continue;
            }
            let vreg = self.want(value);
            live.push(LiveValue::Operand(self.draft().operands.len() as u32));
            // Late: the exit is taken behind whatever the instruction writes.
            let operand = Operand::new(
                vreg,
                OperandConstraint::Any,
                OperandKind::Use,
                OperandPos::Late,
            );
            self.draft().operands.push(operand);
        }
        self.draft().exit = Some(Box::new(ExitUse { exit, live }));
    }

    /// Adds the list of the root, each value in the register where the calling convention wants it.
    pub fn arguments(&mut self) {
        let (_, list) = self.function[self.root].split_args();
        let mut next = [0; ARGUMENTS.len()];
        for &value in list {
            let class = class_of(self.function.value_type(value));
            let position = next[class as usize];
            next[class as usize] += 1;
            let Some(&code) = ARGUMENTS[class as usize].get(position) else {
                continue;
            };
            self.read(value, Some(code));
        }
        let (function, root) = (self.function, self.root);
        self.check_arguments(next, || function.display_inst(root).to_string());
    }

    /// These registers hold something else afterwards, unless they hold a result: an operand that was added before.
    pub fn clobber(&mut self, mut registers: PRegSet) {
        let draft = self.draft();
        for operand in &draft.operands {
            // regalloc2 wants a register to be either a result or clobbered.
            if let (OperandKind::Def, OperandConstraint::FixedReg(register)) =
                (operand.kind(), operand.constraint())
            {
                registers.remove(register);
            }
        }
        draft.clobbers = registers;
    }

    /// The instruction that was begun last.
    fn draft(&mut self) -> &mut MachineInst {
        let last = self.insts.len() - 1;
        &mut self.insts[last]
    }
}

/// For the driver.
impl<'f> Select<'f> {
    pub(super) fn new(function: &'f Function<Lir>, layout: &'f Layout) -> Self {
        let mut words = vec![None; function.value_count()];
        let mut positions = vec![Position::default(); function.inst_count()];
        for &block in layout.blocks() {
            let mut writes = 0;
            for &inst in &function[block].insts {
                positions[inst.index()] = Position {
                    block: block.0,
                    writes,
                };
                let data = &function[inst];
                let info = data.info();
                writes += u32::from(info.effects.may_write());
                if let (true, Some(value)) = (info.is_constant(), data.result) {
                    words[value.index()] = data.attributes.first().copied();
                }
            }
        }
        Select {
            function,
            layout,
            uses: use_counts(function),
            words,
            positions,
            registers: vec![None; function.value_count()],
            register_count: 0,
            root: Inst(0),
            result: None,
            constants: SmallVec::new(),
            made: 0,
            origin: Origin::NONE,
            insts: Vec::with_capacity(function.inst_count() + 1),
            error: None,
        }
    }

    /// Whether the instruction has to be carried out on its own: it does more than yield a value, or somebody wants that
    /// value in a register.
    pub(super) fn is_wanted(&self, inst: Inst) -> bool {
        let data = &self.function[inst];
        let used = data
            .result
            .is_some_and(|value| self.registers[value.index()].is_some());
        used || !data.info().effects.is_removable()
    }

    /// What is stated from now on stands for `inst`.
    pub(super) fn enter_root(&mut self, inst: Inst) {
        self.root = inst;
        if self.result.is_none() {
            self.origin = self.function[inst].origin;
        }
    }

    /// The next constant that the current instruction of the function needs in a register, as the new root.
    pub(super) fn next_constant(&mut self) -> Option<Inst> {
        let &(inst, vreg) = self.constants.get(self.made)?;
        self.made += 1;
        self.result = Some(vreg);
        Some(inst)
    }

    /// The current instruction has everything that it needs.
    pub(super) fn leave_root(&mut self) {
        self.constants.clear();
        self.made = 0;
        self.result = None;
    }

    pub(super) fn take_error(&mut self) -> Result<(), SelectError> {
        self.error.take().map_or(Ok(()), Err)
    }

    /// Puts the definition of the function's parameters in front.
    pub(super) fn define_parameters(&mut self) -> Result<(), SelectError> {
        let mut inst = empty_inst();
        let mut next = [0; ARGUMENTS.len()];
        for &param in self.function.params() {
            let class = class_of(self.function.value_type(param));
            let position = next[class as usize];
            next[class as usize] += 1;
            if let (Some(vreg), Some(&code)) = (
                self.registers[param.index()],
                ARGUMENTS[class as usize].get(position),
            ) {
                inst.operands
                    .push(Operand::reg_fixed_def(vreg, physical(class, code)));
            }
        }
        self.check_arguments(next, || "the function".to_owned());
        self.take_error()?;
        self.insts.push(inst);
        Ok(())
    }

    /// How many instructions have been stated.
    pub(super) fn inst_count(&self) -> usize {
        self.insts.len()
    }

    /// The instructions stated, the first one first.
    pub(super) fn take_insts(&mut self) -> Vec<MachineInst> {
        let mut insts = std::mem::take(&mut self.insts);
        insts.reverse();
        insts
    }

    pub(super) fn register_count(&self) -> usize {
        self.register_count
    }

    /// The register of a value.
    pub(super) fn register(&mut self, value: Value) -> VReg {
        if let Some(vreg) = self.registers[value.index()] {
            return vreg;
        }
        let vreg = self.new_register(class_of(self.function.value_type(value)));
        self.registers[value.index()] = Some(vreg);
        vreg
    }

    /// The register in which the instruction at hand finds a value.
    fn want(&mut self, value: Value) -> VReg {
        let ValueDef::Inst(inst) = self.function[value].def else {
            return self.register(value);
        };
        if self.constant(value).is_none() {
            return self.register(value);
        }
        if let Some(&(_, vreg)) = self
            .constants
            .iter()
            .find(|(constant, _)| *constant == inst)
        {
            return vreg;
        }
        let vreg = self.new_register(class_of(self.function.value_type(value)));
        self.constants.push((inst, vreg));
        vreg
    }

    fn new_register(&mut self, class: RegClass) -> VReg {
        let vreg = VReg::new(self.register_count, class);
        self.register_count += 1;
        vreg
    }

    fn check_arguments(&mut self, counts: [usize; ARGUMENTS.len()], what: impl Fn() -> String) {
        for (class, name) in [(RegClass::Int, "integer"), (RegClass::Float, "float")] {
            let (count, limit) = (counts[class as usize], ARGUMENTS[class as usize].len());
            if count > limit {
                self.error = Some(SelectError::TooManyArguments {
                    function: self.function.name.clone(),
                    what: what(),
                    class: name,
                    count,
                    limit,
                });
            }
        }
    }
}

impl From<crate::machine::MachineBlock> for regalloc2::Block {
    fn from(block: crate::machine::MachineBlock) -> Self {
        regalloc2::Block::new(block.index())
    }
}
