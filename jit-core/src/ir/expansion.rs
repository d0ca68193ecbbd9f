//! From one dialect to another: what `rewriting! { … to … }` declares is made of, and the walk that carries it out.
//!
//! Every instruction of the source becomes what the rule that accepts it makes of it, in the same order, so the function
//! that comes out has the blocks of the one that goes in, and those that rules put between them. What a function begins
//! with, and what rules are given, is the caller's business; nothing here knows an operation.

use smallvec::SmallVec;

use super::builder::Builder;
use super::control_flow::ControlFlow;
use super::dialect::Dialect;
use super::entity::{Block, Inst, Value};
use super::function::{BlockCall, Function};
use super::pattern::LeftRow;
use super::rewriting::{Left, RuleText};
use super::trace::Findings;
use crate::coverage;

/// A set of rules from dialect `S` to dialect `T`, which are given a `G`.
#[derive(Debug)]
pub struct ExpandSet<S: Dialect, T: Dialect, G: 'static> {
    /// Its name.
    pub name: &'static str,
    /// The rules, in the order of declaration.
    pub rules: &'static [ExpandRule<S, T, G>],
    /// The ways in which they match, in the order in which they are tried.
    pub rows: &'static [LeftRow<S::Op>],
    /// For each row what asks whether it accepts the instruction at a site, without writing anything.
    pub explain: &'static [Ask<S, T, G>],
    /// The type of what a value of this type becomes; none if nothing in `T` stands for it.
    pub types: fn(S::Type) -> Option<T::Type>,
    /// Applies the first rule that accepts the instruction at a site, and yields the index of its row.
    pub expand: fn(&mut Site<'_, '_, S, T>, &G) -> Option<usize>,
}

/// A generated matcher that reports what it finds out.
pub type Ask<S, T, G> = fn(&mut Site<'_, '_, S, T>, &G, &mut Findings<<S as Dialect>::Op>) -> bool;

/// One rule.
#[derive(Debug)]
pub struct ExpandRule<S: Dialect, T: Dialect, G: 'static> {
    /// What it says.
    pub text: RuleText,
    /// Applies it, if it accepts the instruction at a site.
    pub apply: fn(&mut Site<'_, '_, S, T>, &G) -> bool,
}

/// A function of `S` that is being written again in `T`.
#[derive(Debug)]
pub struct Expansion<'a, S: Dialect, T: Dialect> {
    source: &'a Function<S>,
    /// Writes the other function.
    pub builder: Builder<'a, T>,
    /// What each value of the source has become.
    values: Vec<Option<Value>>,
    /// The block that each block of the source begins with.
    blocks: Vec<Block>,
}

/// An instruction of `S` that is looked at, and the place in a function of `T` where what it becomes is written.
#[derive(Debug)]
pub struct Site<'e, 'a, S: Dialect, T: Dialect> {
    expansion: &'e mut Expansion<'a, S, T>,
    inst: Inst,
    value: Option<Value>,
}

impl<'a, S: Dialect, T: Dialect> Expansion<'a, S, T> {
    /// Creates a block in `target` for each one of `source`, with its parameters; a parameter of a type that `types` has
    /// nothing for is left out.
    pub fn new(
        source: &'a Function<S>,
        target: &'a mut Function<T>,
        types: fn(S::Type) -> Option<T::Type>,
    ) -> Self {
        let mut builder = Builder::new(target);
        let blocks: Vec<Block> = source.blocks().map(|_| builder.create_block()).collect();
        let mut values = vec![None; source.value_count()];
        for block in source.blocks() {
            let begin = blocks[block.index()];
            builder.function_mut()[begin].cold = source[block].cold;
            for &param in &source[block].params {
                let ty = types(source.value_type(param));
                values[param.index()] = ty.map(|ty| builder.add_param(begin, ty));
            }
        }
        Self {
            source,
            builder,
            values,
            blocks,
        }
    }

    /// The block that a block of the source begins with.
    pub fn begin(&self, block: Block) -> Block {
        self.blocks[block.index()]
    }

    /// What values of the source have become.
    ///
    /// # Panics
    /// If one has become nothing, which does not happen in a function that verifies and whose blocks can all be reached.
    pub fn values(&self, values: &[Value]) -> SmallVec<[Value; 4]> {
        values.iter().map(|&value| self.value(value)).collect()
    }

    fn value(&self, value: Value) -> Value {
        self.values[value.index()].expect("definitions are written before their uses")
    }

    /// Writes everything that can be reached by the rules of a set; `prepare` is called in front of each instruction.
    ///
    /// # Errors
    /// The first instruction that no rule accepts; rules that are checked accept all.
    pub fn run<G>(
        &mut self,
        set: &ExpandSet<S, T, G>,
        given: &mut G,
        prepare: impl FnMut(&mut Self, Inst, &mut G),
    ) -> Result<(), Inst> {
        match coverage::recorder() {
            None => self.run_by(set.expand, given, prepare),
            Some(recorder) => {
                let recorded = |site: &mut Site<'_, '_, S, T>, given: &G| {
                    let index = (set.expand)(site, given)?;
                    let row = &set.rows[index];
                    let mut findings = Findings::default();
                    (set.explain[index])(site, given, &mut findings);
                    recorder.rewriting::<S>(&set.rules[row.rule].text, row, &findings);
                    Some(index)
                };
                self.run_by(recorded, given, prepare)
            }
        }
    }

    /// As [`run`](Self::run), by whatever `expand` does to an instruction.
    ///
    /// # Errors
    /// The first instruction to which it does nothing.
    pub fn run_by<G>(
        &mut self,
        expand: impl Fn(&mut Site<'_, '_, S, T>, &G) -> Option<usize>,
        given: &mut G,
        mut prepare: impl FnMut(&mut Self, Inst, &mut G),
    ) -> Result<(), Inst> {
        let order = ControlFlow::new(self.source).reverse_postorder().to_vec();
        for block in order {
            let begin = self.begin(block);
            self.builder.switch_to(begin);
            for &inst in &self.source[block].insts {
                let data = &self.source[inst];
                self.builder.set_origin(data.origin);
                prepare(self, inst, given);
                let mut site = Site::new(self, inst);
                expand(&mut site, given).ok_or(inst)?;
                let value = site.value;
                if let Some(result) = data.result {
                    self.values[result.index()] = value;
                }
            }
        }
        Ok(())
    }
}

impl<'e, 'a, S: Dialect, T: Dialect> Site<'e, 'a, S, T> {
    /// The place of `inst`.
    pub fn new(expansion: &'e mut Expansion<'a, S, T>, inst: Inst) -> Self {
        Self {
            expansion,
            inst,
            value: None,
        }
    }

    /// The instruction.
    pub fn inst(&self) -> Inst {
        self.inst
    }

    /// What the left side of a rule sees of it.
    pub fn left(&self) -> Left<'a, S> {
        Left {
            function: self.expansion.source,
            inst: self.inst,
        }
    }

    /// What a value of the source has become.
    pub fn operand(&self, value: Value) -> Value {
        self.expansion.value(value)
    }

    /// What values of the source have become.
    pub fn operands(&self, values: &[Value]) -> SmallVec<[Value; 4]> {
        self.expansion.values(values)
    }

    /// What a way of the source has become.
    pub fn block_call(&self, target: &BlockCall) -> BlockCall {
        let begin = self.expansion.begin(target.block);
        BlockCall::new(begin, self.expansion.values(&target.args))
    }

    /// Writes an instruction.
    pub fn make(&mut self, op: T::Op, args: &[Value], attributes: &[i64], targets: &[BlockCall]) {
        self.expansion.builder.emit(
            op,
            args.iter().copied(),
            attributes.iter().copied(),
            targets.iter().cloned(),
        );
    }

    /// Writes an instruction that yields a value of type `ty`, the one declared for `op`.
    pub fn make_value(
        &mut self,
        op: T::Op,
        ty: T::Type,
        args: &[Value],
        attributes: &[i64],
        targets: &[BlockCall],
    ) -> Value {
        self.expansion.builder.emit_value(
            op,
            ty,
            args.iter().copied(),
            attributes.iter().copied(),
            targets.iter().cloned(),
        )
    }

    /// Writes `branch`, which goes on in one of two new blocks: the first, the second, and the block where both come
    /// together. Without a second one, that is where `condition` leads if it is zero.
    pub fn split(
        &mut self,
        branch: T::Op,
        condition: Value,
        cold: [bool; 2],
        has_second: bool,
    ) -> [Block; 3] {
        let builder = &mut self.expansion.builder;
        let is_cold = builder.function()[builder.block()].cold;
        let mut create = |cold: bool| match is_cold || cold {
            true => builder.create_cold_block(),
            false => builder.create_block(),
        };
        let first = create(cold[0]);
        let second = has_second.then(|| create(cold[1]));
        let on = create(false);
        let second = second.unwrap_or(on);
        let targets = [first, second].map(BlockCall::from);
        self.make(branch, &[condition], &[], &targets);
        [first, second, on]
    }

    /// Goes on writing in a block.
    pub fn enter(&mut self, block: Block) {
        self.expansion.builder.switch_to(block);
    }

    /// A parameter of a block.
    pub fn parameter(&mut self, block: Block, ty: T::Type) -> Value {
        self.expansion.builder.add_param(block, ty)
    }

    /// Ends the block by `jump`, which goes to another one.
    pub fn leave(&mut self, jump: T::Op, block: Block, value: Option<Value>) {
        self.make(jump, &[], &[], &[BlockCall::new(block, value)]);
    }

    /// What takes the place of the value; none if there is no value.
    pub fn becomes(&mut self, value: Option<Value>) {
        self.value = value;
    }
}

/// The first `count` of some values.
pub fn first(values: &[Value], count: i64) -> &[Value] {
    values.split_at(at(values, count)).0
}

/// The values behind the first `count`.
pub fn behind(values: &[Value], count: i64) -> &[Value] {
    values.split_at(at(values, count)).1
}

fn at(values: &[Value], count: i64) -> usize {
    usize::try_from(count).unwrap_or(0).min(values.len())
}
