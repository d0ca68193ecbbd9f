//! A function in SSA form: blocks of instructions over values, blocks taking parameters instead of phi nodes.
//!
//! The container keeps what it is given and checks nothing: producers build, [`verify`](super::verify()) judges, and
//! whoever consumes a function verifies it first. Indexing with a name from another function panics, as indexing a
//! vector does; `get` forms exist for those who must not rely on a verified function.

use std::ops::{Index, IndexMut};

use smallvec::SmallVec;

use super::dialect::{Dialect, OpInfo};
use super::entity::{Block, Inst, Origin, Value};

/// A function over the operations of `D`. Blocks are kept, and printed, in the order of their numbers; the first is the
/// entry, whose parameters are those of the function.
#[derive(Clone, PartialEq, Debug)]
pub struct Function<D: Dialect> {
    /// Its name, for messages and listings.
    pub name: String,
    blocks: Vec<BlockData>,
    insts: Vec<InstData<D>>,
    values: Vec<ValueData<D>>,
}

/// A basic block.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct BlockData {
    /// The values that it receives from whoever jumps here.
    pub params: SmallVec<[Value; 4]>,
    /// Its instructions; the last one is the only terminator.
    pub insts: Vec<Inst>,
    /// Expected to run rarely: laid out behind everything else.
    pub cold: bool,
}

/// An instruction.
#[derive(Clone, PartialEq, Debug)]
pub struct InstData<D: Dialect> {
    /// What it does.
    pub op: D::Op,
    /// The fixed value operands in the order of declaration, then those of the list.
    pub args: SmallVec<[Value; 4]>,
    /// The constants held in the instruction, in the order of declaration; floats as their bits.
    pub attributes: SmallVec<[i64; 2]>,
    /// Where control may go, in the order of declaration.
    pub targets: SmallVec<[BlockCall; 2]>,
    /// The value that it defines.
    pub result: Option<Value>,
    /// Where it came from.
    pub origin: Origin,
}

impl<D: Dialect> InstData<D> {
    /// What was declared about the operation.
    pub fn info(&self) -> &'static OpInfo<D> {
        D::info(self.op)
    }

    /// The fixed value operands and those of the list.
    pub fn split_args(&self) -> (&[Value], &[Value]) {
        self.args
            .split_at(self.info().fixed_values().min(self.args.len()))
    }

    /// Every value used: operands, list, and arguments to blocks.
    pub fn uses(&self) -> impl Iterator<Item = Value> + '_ {
        self.args
            .iter()
            .chain(self.targets.iter().flat_map(|target| &target.args))
            .copied()
    }

    /// Every place that names a value used, for rewriting.
    pub fn uses_mut(&mut self) -> impl Iterator<Item = &mut Value> {
        self.args
            .iter_mut()
            .chain(self.targets.iter_mut().flat_map(|target| &mut target.args))
    }
}

/// A block to go to, with the values for its parameters.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct BlockCall {
    /// Where to.
    pub block: Block,
    /// One value for each parameter.
    pub args: SmallVec<[Value; 4]>,
}

impl BlockCall {
    /// Goes to `block` with `args`.
    pub fn new(block: Block, args: impl IntoIterator<Item = Value>) -> Self {
        Self {
            block,
            args: args.into_iter().collect(),
        }
    }
}

impl From<Block> for BlockCall {
    fn from(block: Block) -> Self {
        Self {
            block,
            args: SmallVec::new(),
        }
    }
}

/// A value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct ValueData<D: Dialect> {
    /// Its type.
    pub ty: D::Type,
    /// What defines it.
    pub def: ValueDef,
}

/// What defines a value.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum ValueDef {
    /// The result of an instruction.
    Inst(Inst),
    /// A parameter of a block, and its position there.
    Param(Block, u32),
    /// Nothing any more: the number is unused.
    Removed,
}

impl<D: Dialect> Function<D> {
    /// A function with an empty entry block that takes nothing.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            blocks: vec![BlockData::default()],
            insts: Vec::new(),
            values: Vec::new(),
        }
    }

    /// The parameters of the function.
    pub fn params(&self) -> &[Value] {
        &self[Block::ENTRY].params
    }

    /// Every block, the entry first.
    pub fn blocks(&self) -> impl DoubleEndedIterator<Item = Block> + ExactSizeIterator + use<D> {
        (0..self.blocks.len() as u32).map(Block)
    }

    /// How many values have been numbered, unused numbers included.
    pub fn value_count(&self) -> usize {
        self.values.len()
    }

    /// How many instructions have been numbered, those in no block included.
    pub fn inst_count(&self) -> usize {
        self.insts.len()
    }

    /// How many blocks there are.
    pub fn block_count(&self) -> usize {
        self.blocks.len()
    }

    /// The block, if it exists.
    pub fn get_block(&self, block: Block) -> Option<&BlockData> {
        self.blocks.get(block.index())
    }

    /// The instruction, if it exists.
    pub fn get_inst(&self, inst: Inst) -> Option<&InstData<D>> {
        self.insts.get(inst.index())
    }

    /// The value, if it exists.
    pub fn get_value(&self, value: Value) -> Option<&ValueData<D>> {
        self.values.get(value.index())
    }

    /// Adds an empty block.
    pub fn add_block(&mut self) -> Block {
        self.blocks.push(BlockData::default());
        Block::from_index(self.blocks.len() - 1)
    }

    /// Adds a parameter to a block.
    pub fn add_param(&mut self, block: Block, ty: D::Type) -> Value {
        let position = self[block].params.len() as u32;
        let value = self.add_value(ty, ValueDef::Param(block, position));
        self[block].params.push(value);
        value
    }

    /// Numbers a value. Whoever calls this also puts it where `def` says.
    pub fn add_value(&mut self, ty: D::Type, def: ValueDef) -> Value {
        self.values.push(ValueData { ty, def });
        Value::from_index(self.values.len() - 1)
    }

    /// Numbers an instruction, without putting it into a block or defining its result.
    pub fn add_inst(&mut self, data: InstData<D>) -> Inst {
        self.insts.push(data);
        Inst::from_index(self.insts.len() - 1)
    }

    /// The type of a value.
    pub fn value_type(&self, value: Value) -> D::Type {
        self[value].ty
    }

    /// The instruction that defines a value, unless a block parameter does.
    pub fn defining_inst(&self, value: Value) -> Option<Inst> {
        match self.get_value(value)?.def {
            ValueDef::Inst(inst) => Some(inst),
            _ => None,
        }
    }

    /// The word that a value always is, if the dialect's constant operation defines it.
    pub fn constant(&self, value: Value) -> Option<i64> {
        let data = self.get_inst(self.defining_inst(value)?)?;
        if data.info().is_constant() {
            data.attributes.first().copied()
        } else {
            None
        }
    }

    /// The last instruction of a block, if it is a terminator.
    pub fn terminator(&self, block: Block) -> Option<Inst> {
        let last = *self.get_block(block)?.insts.last()?;
        self.get_inst(last)?
            .info()
            .effects
            .is_terminator()
            .then_some(last)
    }

    /// Where control may go from a block, in the order of the targets; a block that is two targets appears twice.
    pub fn successors(&self, block: Block) -> impl Iterator<Item = Block> + '_ {
        let targets = self
            .terminator(block)
            .and_then(|inst| self.get_inst(inst))
            .map(|data| data.targets.as_slice());
        targets
            .unwrap_or_default()
            .iter()
            .map(|target| target.block)
    }

    pub(crate) fn parts_mut(
        &mut self,
    ) -> (
        &mut Vec<BlockData>,
        &mut Vec<InstData<D>>,
        &mut Vec<ValueData<D>>,
    ) {
        (&mut self.blocks, &mut self.insts, &mut self.values)
    }
}

macro_rules! indexing {
    ($($name:ident => $field:ident: $data:ty;)*) => {
        $(impl<D: Dialect> Index<$name> for Function<D> {
            type Output = $data;
            fn index(&self, name: $name) -> &$data {
                &self.$field[name.index()]
            }
        }
        impl<D: Dialect> IndexMut<$name> for Function<D> {
            fn index_mut(&mut self, name: $name) -> &mut $data {
                &mut self.$field[name.index()]
            }
        })*
    };
}

indexing! {
    Block => blocks: BlockData;
    Inst => insts: InstData<D>;
    Value => values: ValueData<D>;
}
