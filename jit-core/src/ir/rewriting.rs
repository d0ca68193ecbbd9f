//! What sets of rewriting rules, as `rewriting!` declares them, are made of, and what their code sees of a function.
//!
//! A rule looks at one instruction and at those that define its operands, and says which instructions take its place.
//! [`passes::rewrite`](super::passes::rewrite) carries sets out; nothing here knows an operation.

use smallvec::SmallVec;

use super::dialect::Dialect;
use super::entity::{Inst, Value};
use super::function::{BlockCall, Function, InstData, ValueDef};
use super::meaning::{NoMemory, Outcome};
use super::pattern::LeftRow;
use super::trace::{Findings, Unfoldable};

/// A set of rewriting rules.
#[derive(Debug)]
pub struct RewriteSet<D: Dialect> {
    /// Its name.
    pub name: &'static str,
    /// The rules, in the order of declaration.
    pub rules: &'static [RewriteRule<D>],
    /// The ways in which they match, in the order in which they are tried.
    pub rows: &'static [LeftRow<D::Op>],
    /// For each row what asks whether it accepts the instruction at a site, without replacing it.
    pub explain: &'static [Ask<D>],
    /// The operations that become a constant if all operands are constants.
    pub folded: &'static [D::Op],
    /// Folds the instruction at a site, or applies the first rule that accepts it.
    pub rewrite: fn(&mut Site<'_, D>) -> Option<Applied>,
}

/// A generated matcher that reports what it finds out.
pub type Ask<D> = fn(&mut Site<'_, D>, &mut Findings<<D as Dialect>::Op>) -> bool;

/// One rewriting rule.
#[derive(Debug)]
pub struct RewriteRule<D: Dialect> {
    /// What it says.
    pub text: RuleText,
    /// Applies it, if it accepts the instruction at a site.
    pub apply: fn(&mut Site<'_, D>) -> bool,
}

/// What a rule says, for people.
#[derive(Debug)]
pub struct RuleText {
    /// Its name; the instance of a family ends in the first entry of its row.
    pub name: &'static str,
    /// The documentation comment.
    pub doc: &'static str,
    /// What it accepts.
    pub pattern: &'static str,
    /// What has to hold besides; empty if nothing.
    pub condition: &'static str,
    /// What it makes of it.
    pub right: &'static str,
    /// The file of the declaration.
    pub file: &'static str,
    /// The line of the declaration.
    pub line: u32,
}

/// What happened to an instruction.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Applied {
    /// All its operands are constants, and it became one.
    Fold,
    /// The row with this index replaced it by what its rule says.
    Row(usize),
}

/// An instruction with the function that it is in: all that a left side looks at.
#[derive(Debug)]
pub struct Left<'a, D: Dialect> {
    pub(super) function: &'a Function<D>,
    pub(super) inst: Inst,
}

impl<D: Dialect> Left<'_, D> {
    /// The instruction.
    pub fn inst(&self) -> Inst {
        self.inst
    }

    /// Its operation.
    pub fn op(&self) -> D::Op {
        self.function[self.inst].op
    }

    /// A fixed value operand of an instruction.
    pub fn value(&self, inst: Inst, index: usize) -> Value {
        self.function[inst].args[index]
    }

    /// A word held in an instruction.
    pub fn attribute(&self, inst: Inst, index: usize) -> i64 {
        self.function[inst].attributes[index]
    }

    /// The list of an instruction.
    pub fn list(&self, inst: Inst) -> SmallVec<[Value; 4]> {
        self.function[inst].split_args().1.into()
    }

    /// A target of an instruction.
    pub fn target(&self, inst: Inst, index: usize) -> BlockCall {
        self.function[inst].targets[index].clone()
    }

    /// The word that a value always is, as an instruction holds it.
    pub fn constant(&self, value: Value) -> Option<i64> {
        self.function.constant(value)
    }

    /// The instruction that defines a value, if it does `op`.
    pub fn definition(&self, value: Value, op: D::Op) -> Option<Inst> {
        let inst = self.function.defining_inst(value)?;
        (self.function[inst].op == op).then_some(inst)
    }

    /// Why [`definition`](Self::definition) yields none.
    pub fn undefined(&self, value: Value) -> Option<Unfoldable<D::Op>> {
        let inst = self.function.defining_inst(value);
        Some(inst.map_or(Unfoldable::Parameter, |inst| {
            Unfoldable::OtherOperation(self.function[inst].op)
        }))
    }

    /// The function that it is in.
    pub fn function(&self) -> &Function<D> {
        self.function
    }
}

/// An instruction that is looked at, and what takes its place.
#[derive(Debug)]
pub struct Site<'a, D: Dialect> {
    function: &'a mut Function<D>,
    inst: Inst,
    made: SmallVec<[Inst; 4]>,
    value: Option<Value>,
}

impl<'a, D: Dialect> Site<'a, D> {
    /// The place of `inst`.
    pub fn new(function: &'a mut Function<D>, inst: Inst) -> Self {
        Self {
            function,
            inst,
            made: SmallVec::new(),
            value: None,
        }
    }

    /// The instruction.
    pub fn inst(&self) -> Inst {
        self.inst
    }

    /// What the left side of a rule sees of it.
    pub fn left(&self) -> Left<'_, D> {
        Left {
            function: self.function,
            inst: self.inst,
        }
    }

    /// What the instruction yields if all its operands are constants, by the declared meaning of its operation.
    pub fn folded(&self) -> Option<u64> {
        let data = &self.function[self.inst];
        let words = data
            .args
            .iter()
            .map(|&value| Some(self.function.constant(value)? as u64));
        let words: SmallVec<[u64; 4]> = words.collect::<Option<_>>()?;
        match D::evaluate(data.op, &words, &data.attributes, &mut NoMemory::default())? {
            Outcome::Value(word) => Some(word),
            Outcome::Nothing | Outcome::Exit => None,
        }
    }

    /// Makes an instruction that takes the place of the one looked at, behind those made so far.
    pub fn make(&mut self, op: D::Op, args: &[Value], attributes: &[i64], targets: &[BlockCall]) {
        let origin = self.function[self.inst].origin;
        let inst = self.function.add_inst(InstData {
            op,
            args: args.into(),
            attributes: attributes.into(),
            targets: targets.into(),
            result: None,
            origin,
        });
        self.made.push(inst);
    }

    /// As [`make`](Self::make), for an operation that yields a value of type `ty`.
    pub fn make_value(
        &mut self,
        op: D::Op,
        ty: D::Type,
        args: &[Value],
        attributes: &[i64],
        targets: &[BlockCall],
    ) -> Value {
        self.make(op, args, attributes, targets);
        let inst = self.made[self.made.len() - 1];
        let value = self.function.add_value(ty, ValueDef::Inst(inst));
        self.function[inst].result = Some(value);
        value
    }

    /// What takes the place of the value; none if there is no value.
    pub fn becomes(&mut self, value: Option<Value>) {
        self.value = value;
    }

    /// The instructions made so far.
    pub fn made(&self) -> &[Inst] {
        &self.made
    }

    /// What takes the place of the value, as far as that has been said.
    pub fn replacement(&self) -> Option<Value> {
        self.value
    }

    /// The instructions made, and what takes the place of the value.
    pub(super) fn finish(self) -> (SmallVec<[Inst; 4]>, Option<Value>) {
        (self.made, self.value)
    }
}
