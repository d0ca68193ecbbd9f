//! One operation of every shape: constants, pure, commutative, reading, writing, calling, guarding with and without a
//! result, and terminators with no, one, two and three targets.

use crate::ir::meaning::{Meaning, Memory, Outcome, Word};
use crate::ir::{Dialect, EXIT, Effects, OpInfo, OperandInfo, OperandKind};

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Toy {}

#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Type {
    I64,
    F64,
}

type Kind = OperandKind<Type>;
const I64: Kind = OperandKind::Value(Type::I64);
const F64: Kind = OperandKind::Value(Type::F64);
const EXIT_NUMBER: Kind = OperandKind::Const(EXIT);

macro_rules! toy {
    ($($op:ident($($name:ident: $kind:expr),*) $(-> $result:ident)?, $effects:expr, $commutative:literal;)*) => {
        #[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
        pub enum Op { $($op),* }

        const OPS: &[Op] = &[$(Op::$op),*];

        static INFO: &[OpInfo<Toy>] = &[$(OpInfo {
            name: stringify!($op),
            doc: "",
            operands: &[$(OperandInfo { name: stringify!($name), kind: $kind }),*],
            behind: None,
            result: toy!(@result $($result)?),
            effects: $effects,
            commutative: $commutative,
            means: "",
            file: file!(),
            line: line!(),
        }),*];
    };
    (@result) => { None };
    (@result $result:ident) => { Some(Type::$result) };
}

toy! {
    Iconst(value: OperandKind::Const("I64")) -> I64, Effects::PURE, false;
    Fconst(bits: OperandKind::Const("F64")) -> F64, Effects::PURE, false;
    Add(a: I64, b: I64) -> I64, Effects::PURE, true;
    Sub(a: I64, b: I64) -> I64, Effects::PURE, false;
    Less(a: I64, b: I64) -> I64, Effects::PURE, false;
    FAdd(a: F64, b: F64) -> F64, Effects::PURE, true;
    Load(base: I64, offset: OperandKind::Const("I64")) -> I64, Effects::READS, false;
    Store(value: I64, base: I64, offset: OperandKind::Const("I64")), Effects::WRITES, false;
    Call(target: OperandKind::Const("Address"), arguments: OperandKind::List) -> I64, Effects::CALL, false;
    Guard(condition: I64, exit: EXIT_NUMBER, live: OperandKind::List), Effects::GUARD, false;
    AddOrExit(a: I64, b: I64, exit: EXIT_NUMBER, live: OperandKind::List) -> I64, Effects::GUARD, true;
    Mystery(a: I64) -> I64, Effects::PURE, false;
    Jump(target: OperandKind::Block), Effects::TERMINATOR, false;
    Branch(condition: I64, then: OperandKind::Block, otherwise: OperandKind::Block), Effects::TERMINATOR, false;
    Choose(index: I64, a: OperandKind::Block, b: OperandKind::Block, c: OperandKind::Block), Effects::TERMINATOR, false;
    Return(value: I64), Effects::TERMINATOR, false;
    Leave(exit: EXIT_NUMBER, live: OperandKind::List), Effects::TERMINATOR, false;
}

impl Dialect for Toy {
    type Op = Op;
    type Type = Type;
    const NAME: &'static str = "Toy";

    fn info(op: Op) -> &'static OpInfo<Self> {
        &INFO[op as usize]
    }

    fn ops() -> &'static [Op] {
        OPS
    }

    fn types() -> &'static [(Type, &'static str)] {
        &[(Type::I64, "I64"), (Type::F64, "F64")]
    }

    fn evaluate(
        op: Op,
        operands: &[u64],
        attributes: &[i64],
        memory: &mut dyn Memory,
    ) -> Option<Outcome> {
        let int = |index: usize| operands[index] as i64;
        let float = |index: usize| f64::from_word(operands[index]);
        Some(match op {
            Op::Iconst | Op::Fconst => attributes[0].outcome(),
            Op::Add => int(0).wrapping_add(int(1)).outcome(),
            Op::Sub => int(0).wrapping_sub(int(1)).outcome(),
            Op::Less => (int(0) < int(1)).outcome(),
            // Which NaN a sum of NaNs is depends on their order, and the operation is declared commutative.
            Op::FAdd => match float(0) + float(1) {
                sum if sum.is_nan() => f64::NAN.outcome(),
                sum => sum.outcome(),
            },
            Op::Load => memory.i64(int(0), attributes[0]).outcome(),
            Op::Store => {
                memory.store_i64(int(1), attributes[0], int(0));
                ().outcome()
            }
            Op::Call => memory.call(attributes[0], operands).outcome(),
            Op::Guard => (int(0) != 0).outcome(),
            Op::AddOrExit => int(0).checked_add(int(1)).outcome(),
            Op::Mystery => return None,
            Op::Jump => 0i64.outcome(),
            Op::Branch => i64::from(int(0) == 0).outcome(),
            Op::Choose => int(0).rem_euclid(3).outcome(),
            Op::Return => int(0).outcome(),
            Op::Leave => ().outcome(),
        })
    }
}
