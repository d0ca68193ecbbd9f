//! Functions made from patterns: around the operation that a rule is for stands just enough to run it and to see what
//! became of it.

use jit_core::ir::{
    Block, BlockCall, Builder, Dialect, Effects, Function, Inst, OperandKind, Origin, Value,
};
use jit_core::machine::{OperandPattern, PatternInfo};
use jit_core::specs::ops::{Build, Lir, Type};

use super::world::{mixed, weighed};

/// The origin of the operation that the rule is for.
pub const ROOT: Origin = Origin(1);
/// The exit of guards.
const EXIT: i64 = 3;

/// What varies about the functions of one pattern.
#[derive(Clone, Default, Debug)]
pub struct Style {
    /// The constants of the pattern, from left to right.
    pub constants: Vec<i64>,
    /// The blocks that are laid out far behind, where there are several.
    pub cold: &'static [u32],
    /// What stands where the pattern takes any value.
    pub registers: Registers,
}

/// What stands where the pattern takes any value.
#[derive(Clone, Default, Debug)]
pub enum Registers {
    /// A parameter each.
    #[default]
    Apart,
    /// One parameter for all of one type.
    Same,
    /// Constants, where these are not addresses.
    Constants(Vec<i64>),
}

/// A function made from a pattern.
pub struct Case {
    pub function: Function<Lir>,
    /// What the rule is for.
    pub root: Inst,
    /// The types of the parameters; the first one is the address that the result goes to.
    pub types: Vec<Type>,
    /// The parameter that is the address of something to call.
    pub callee: Option<usize>,
}

/// Builds the function.
pub fn build(pattern: &PatternInfo, style: &Style) -> Case {
    let mut writer = Writer {
        case: Case {
            function: Function::new("rule"),
            root: Inst(0),
            types: Vec::new(),
            callee: None,
        },
        style,
        constants: style.constants.iter().copied(),
        words: match &style.registers {
            Registers::Constants(words) => words.clone(),
            _ => Vec::new(),
        },
        block: Block::ENTRY,
    };
    let out = writer.parameter(Type::I64);
    let info = Lir::info(pattern.op);
    if info.effects.is_terminator() && info.targets() == 0 && !style.cold.is_empty() {
        writer.begin_elsewhere();
    }
    let result = writer.operation(pattern, true);
    writer.end(pattern, result, out);
    writer.case
}

struct Writer<'a> {
    case: Case,
    style: &'a Style,
    constants: std::iter::Copied<std::slice::Iter<'a, i64>>,
    /// What stands for the next values, if these are constants.
    words: Vec<i64>,
    block: Block,
}

impl Writer<'_> {
    fn builder(&mut self) -> Builder<'_, Lir> {
        let mut builder = Builder::new(&mut self.case.function);
        builder.switch_to(self.block);
        builder
    }

    fn parameter(&mut self, ty: Type) -> Value {
        self.case.types.push(ty);
        self.case.function.add_param(Block::ENTRY, ty)
    }

    /// Goes on in a block that is laid out far behind, so that whatever ends it has a way to go.
    fn begin_elsewhere(&mut self) {
        let condition = self.parameter(Type::I64);
        let mut builder = self.builder();
        let (cold, hot) = (builder.create_cold_block(), builder.create_block());
        builder.branch(condition, BlockCall::from(cold), BlockCall::from(hot));
        builder.switch_to(hot);
        let word = builder.iconst(5);
        builder.return_(word);
        self.block = cold;
    }

    /// The instructions of a pattern; those of the operands first.
    fn operation(&mut self, pattern: &PatternInfo, is_root: bool) -> Option<Value> {
        let info = Lir::info(pattern.op);
        let (mut args, mut list) = (Vec::new(), Vec::new());
        let (mut attributes, mut targets) = (Vec::new(), Vec::new());
        for (declared, operand) in info.operands.iter().zip(pattern.operands) {
            match (declared.kind, operand) {
                (OperandKind::Value(ty), OperandPattern::Register) => {
                    args.push(self.register(declared.name, ty, info.effects));
                }
                (OperandKind::Value(ty), OperandPattern::Constant(_)) => {
                    let word = self.constants.next().expect("a constant for each");
                    args.push(self.constant(ty, word));
                }
                (OperandKind::Value(_), OperandPattern::Definition(inner)) => {
                    args.extend(self.operation(inner, false));
                }
                (OperandKind::Const(_), OperandPattern::Constant(_)) => {
                    attributes.push(self.constants.next().expect("a constant for each"));
                }
                (OperandKind::Const("Address"), _) if info.result == Some(Type::F64) => {
                    attributes.push(weighed as *const () as i64);
                }
                (OperandKind::Const("Address"), _) => attributes.push(mixed as *const () as i64),
                (OperandKind::Const(_), _) => attributes.push(EXIT),
                (OperandKind::Block, _) => targets.push(self.target(info.targets())),
                (OperandKind::List, _) => list = self.list(),
                (OperandKind::Value(_), OperandPattern::Other) => {
                    unreachable!("a value is a register or a constant")
                }
            }
        }
        args.append(&mut list);
        let mut builder = self.builder();
        builder.set_origin(if is_root { ROOT } else { Origin::NONE });
        let result = builder.emit(pattern.op, args, attributes, targets);
        if is_root {
            let insts = &self.case.function[self.block].insts;
            self.case.root = *insts.last().expect("it has just been added");
        }
        result
    }

    /// Any value, for an operand with this name.
    fn register(&mut self, name: &str, ty: Type, effects: Effects) -> Value {
        let touches_memory = effects.may_read() || effects.may_write();
        if effects.has(Effects::CALL) && name == "target" {
            self.case.callee = Some(self.case.types.len());
            return self.parameter(ty);
        }
        match &self.style.registers {
            Registers::Constants(_) if ty != Type::F64 && (!touches_memory || name == "value") => {
                match self.words.pop() {
                    Some(word) => self.constant(ty, word),
                    None => self.parameter(ty),
                }
            }
            Registers::Same => {
                let known = self
                    .case
                    .types
                    .iter()
                    .skip(1)
                    .position(|other| *other == ty);
                match known {
                    Some(index) => self.case.function.params()[index + 1],
                    None => self.parameter(ty),
                }
            }
            _ => self.parameter(ty),
        }
    }

    fn constant(&mut self, ty: Type, word: i64) -> Value {
        let mut builder = self.builder();
        match ty {
            Type::I32 => builder.iconst32(word as i32),
            _ => builder.iconst(word),
        }
    }

    /// An integer, a float and a constant: arguments of a call, or what an exit needs.
    fn list(&mut self) -> Vec<Value> {
        let integer = self.parameter(Type::I64);
        let float = self.parameter(Type::F64);
        let constant = self.constant(Type::I64, 0x1234_5678_9abc);
        vec![integer, float, constant]
    }

    /// A block to go to, which returns a word of its own; the only one there is returns what it is given.
    fn target(&mut self, count: usize) -> BlockCall {
        let block = self.case.function.add_block();
        self.case.function[block].cold = self.style.cold.contains(&block.0);
        let mut passed = None;
        if count == 1 {
            passed = Some(self.parameter(Type::I64));
            self.case.function.add_param(block, Type::I64);
        }
        let mut builder = Builder::<Lir>::new(&mut self.case.function);
        builder.switch_to(block);
        let word = match builder.function()[block].params.first() {
            Some(&received) => received,
            None => builder.iconst(i64::from(block.0) * 11),
        };
        builder.return_(word);
        BlockCall::new(block, passed)
    }

    /// Makes the result visible, and returns.
    fn end(&mut self, pattern: &PatternInfo, result: Option<Value>, out: Value) {
        let info = Lir::info(pattern.op);
        if info.effects.is_terminator() {
            return;
        }
        let mut builder = self.builder();
        builder.set_origin(Origin::NONE);
        match (result, info.result) {
            // A constant is made for whoever wants it in a register. A store takes zero from where it always is.
            (Some(value), Some(Type::I64)) if info.is_constant() => return builder.return_(value),
            (Some(value), Some(Type::I32)) if info.is_constant() => {
                let wide = builder.widen_s(value);
                return builder.return_(wide);
            }
            // A store folds nothing into itself, whatever the value is.
            (Some(value), Some(Type::I64)) => builder.store_i64(value, out, 0),
            (Some(value), Some(Type::I32)) => builder.store_i32(value, out, 0),
            (Some(value), Some(Type::F64)) => builder.store_f64(value, out, 0),
            _ => {}
        }
        let word = builder.iconst(7);
        builder.return_(word);
    }
}
