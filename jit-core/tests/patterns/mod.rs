//! Functions made from the patterns of rules: every value a parameter, every constant one that may make trouble.
//!
//! What a pattern does not say is left open: a value may be a constant all the same, a list holds all parameters, blocks
//! return numbers of their own.

use std::collections::{BTreeMap, BTreeSet};

use jit_core::coverage::{Point, Rules};
use jit_core::ir::testing::Random;
use jit_core::ir::{Block, BlockCall, Builder, Dialect, Function, Inst, Value};
use jit_language::model::lowering::{
    BindingId, BindingKind, OperandPattern, OperationPattern, Rule,
};
use jit_language::model::ops::{AttributeKind, OperandKind, Ops, TypeId};
use jit_language::space::Set;

/// How functions of a dialect end.
pub trait Ends: Dialect {
    /// Returns something by which a value can be told from others.
    fn return_value(builder: &mut Builder<'_, Self>, value: Value);
    /// Returns a number.
    fn return_number(builder: &mut Builder<'_, Self>, number: i64);
}

/// A constant that may make trouble: at an end of the set, next to it, or of the usual kind.
fn constant(set: &Set, is_float: bool, random: &mut Random) -> i64 {
    let piece = match set.pieces() {
        [] => return 0,
        pieces => *random.pick(pieces),
    };
    let stride = 1i128 << piece.shift;
    let (lo, hi) = (piece.lo, piece.hi);
    let value = match random.below(9) {
        0 => lo,
        1 => hi,
        2 => lo + stride,
        3 => hi - stride,
        4 => lo - 1,
        5 => hi + 1,
        6 if is_float => i128::from(random.float().to_bits() as i64),
        7 => i128::from(1i64 << random.below(64)),
        _ => i128::from(random.integer()),
    };
    value as i64
}

/// The function that a pattern describes.
struct Made<'a, D: Ends> {
    ops: &'a Ops,
    rule: &'a Rule,
    /// A constant that is no matter of chance.
    wanted: Option<(BindingId, i64)>,
    random: &'a mut Random,
    builder: Builder<'a, D>,
    values: Vec<Option<Value>>,
}

impl<D: Ends> Made<'_, D> {
    fn operation(&mut self, pattern: &OperationPattern) -> Option<Value> {
        let (mut values, mut attributes, mut targets) = (Vec::new(), Vec::new(), Vec::new());
        let op = &self.ops[pattern.op];
        for (index, (declared, operand)) in op.operands.iter().zip(&pattern.operands).enumerate() {
            match &declared.kind {
                OperandKind::Const(_) if op.behind == Some(index) => {
                    // So many of the list, which holds all parameters.
                    let most = self.builder.function().params().len();
                    attributes.push(self.random.below(most + 1) as i64);
                }
                OperandKind::Value(ty) => values.push(self.value(operand, *ty)),
                OperandKind::Const(kind) => {
                    let id = match operand {
                        OperandPattern::Bound(id) => Some(*id),
                        _ => None,
                    };
                    attributes.push(self.attribute(id, kind));
                }
                OperandKind::List => {
                    // What lives at an exit: the parameters.
                    values.extend(self.builder.function().params().to_vec());
                }
                OperandKind::Block => targets.push(self.block()),
            }
        }
        self.builder
            .emit(D::ops()[pattern.op.0], values, attributes, targets)
    }

    fn value(&mut self, operand: &OperandPattern, ty: TypeId) -> Value {
        match operand {
            OperandPattern::Definition(inner) => self
                .operation(inner)
                .expect("a folded operation yields a value"),
            OperandPattern::Any | OperandPattern::AnyConstant => self.param(ty),
            OperandPattern::Bound(id) => match &self.rule[*id].kind {
                BindingKind::Constant { set, .. } => {
                    let value = self.wanted(*id).unwrap_or_else(|| self.constant(set, ty));
                    let op = self.ops.constant_op(ty).expect("a type with constants");
                    let value = self.builder.emit(D::ops()[op.0], [], [value], []);
                    value.expect("a constant yields a value")
                }
                BindingKind::Again(first) => self.bound(*first, ty),
                _ => self.bound(*id, ty),
            },
        }
    }

    fn constant(&mut self, set: &Set, ty: TypeId) -> i64 {
        let is_float = self.ops[ty].representation.is_some_and(|of| of.is_float());
        let value = constant(set, is_float, self.random);
        let all = self.ops[ty].representation.map(|of| of.constants());
        match all.is_none_or(|all| all.contains(value.into())) {
            true => value,
            false => i64::from(value as i32),
        }
    }

    /// A parameter, or now and then a constant: the rule does not say how the value arrives.
    fn bound(&mut self, id: BindingId, ty: TypeId) -> Value {
        if let Some(value) = self.values[id.0] {
            return value;
        }
        let op = self.ops.constant_op(ty);
        let value = match op.filter(|_| self.random.one_in(8)) {
            Some(op) => {
                let word = self.constant(&Set::all_i64(), ty);
                let value = self.builder.emit(D::ops()[op.0], [], [word], []);
                value.expect("a constant yields a value")
            }
            None => self.param(ty),
        };
        self.values[id.0] = Some(value);
        value
    }

    fn param(&mut self, ty: TypeId) -> Value {
        self.builder.add_param(Block::ENTRY, D::types()[ty.0].0)
    }

    /// The value that a constant has to have, if it has to.
    fn wanted(&self, id: BindingId) -> Option<i64> {
        let wanted = self.wanted.filter(|(wanted, _)| *wanted == id);
        wanted.map(|(_, value)| value)
    }

    fn attribute(&mut self, id: Option<BindingId>, kind: &AttributeKind) -> i64 {
        if let Some(wanted) = id.and_then(|id| self.wanted(id)) {
            return wanted;
        }
        let set = id.and_then(|id| match &self.rule[id].kind {
            BindingKind::Constant { set, .. } => Some(set.clone()),
            _ => None,
        });
        match (kind, set) {
            (AttributeKind::Type(ty), Some(set)) => self.constant(&set, *ty),
            (AttributeKind::Type(ty), None) => self.constant(&Set::all_i64(), *ty),
            (AttributeKind::Named(_), _) => self.random.below(100) as i64,
        }
    }

    /// A block that returns a number of its own.
    fn block(&mut self) -> BlockCall {
        let here = self.builder.block();
        let block = self.builder.create_block();
        self.builder.switch_to(block);
        D::return_number(&mut self.builder, i64::from(block.0));
        self.builder.switch_to(here);
        block.into()
    }
}

/// The ends of the ranges of the constants of a rule.
pub fn ends(rule: &Rule) -> Vec<(BindingId, i64)> {
    let mut ends = Vec::new();
    for (index, binding) in rule.bindings.iter().enumerate() {
        if let BindingKind::Constant { set, .. } = &binding.kind {
            let pieces = set.pieces().iter();
            let of_set = pieces.flat_map(|piece| [piece.lo as i64, piece.hi as i64]);
            ends.extend(of_set.map(|end| (BindingId(index), end)));
        }
    }
    ends.dedup();
    ends
}

/// For every other function an end, one after the other.
pub fn wanted(ends: &[(BindingId, i64)], number: usize) -> Option<(BindingId, i64)> {
    match number.is_multiple_of(2) && !ends.is_empty() {
        true => Some(ends[number / 2 % ends.len()]),
        false => None,
    }
}

/// A function from the pattern of a rule, with the instruction that the rule is for; one of its constants may be `wanted`.
pub fn function<D: Ends>(
    rule: &Rule,
    pattern: &OperationPattern,
    ops: &Ops,
    wanted: Option<(BindingId, i64)>,
    random: &mut Random,
) -> (Function<D>, Inst) {
    let mut function = Function::new("rule");
    let mut made = Made {
        ops,
        rule,
        wanted,
        random,
        builder: Builder::new(&mut function),
        values: vec![None; rule.bindings.len()],
    };
    let result = made.operation(pattern);
    let builder = &mut made.builder;
    let root = *builder.function()[Block::ENTRY]
        .insts
        .last()
        .expect("an instruction");
    if !builder.is_filled() {
        match result {
            None => D::return_number(builder, 1),
            Some(value) => D::return_value(builder, value),
        }
    }
    (function, root)
}

/// Fails unless every boundary of the rules has been hit, but for those that are out of reach, which must not be hit.
pub fn assert_reached(
    set: &Rules,
    hit: &BTreeSet<Point>,
    unreachable: &BTreeMap<Point, Vec<String>>,
) {
    let points = set.rules.iter().flat_map(|rule| &rule.points);
    let wrong = points.filter(|point| hit.contains(point) == unreachable.contains_key(point));
    let wrong: Vec<String> = wrong.map(Point::to_string).collect();
    assert!(
        wrong.is_empty(),
        "not hit, or hit although out of reach:\n{}",
        wrong.join("\n")
    );
}
