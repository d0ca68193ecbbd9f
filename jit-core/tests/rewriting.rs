//! Every rewriting rule, alone, on functions made from its pattern: rewritten or not, they do the same.
//!
//! A pattern is turned into a function of its own: its values become parameters, its constants are chosen at the ends of
//! their sets, just outside of them, and at random. If the rule accepts the function, the function and what the rule made
//! of it are evaluated on many arguments by the declared meanings, memory and exits included. Nobody writes a test for a
//! rule, and a rule that is never accepted fails.

use std::path::Path;

use jit_core::ir::passes::{eliminate_dead_code, remove_unreachable_blocks, rewrite, rewrite_by};
use jit_core::ir::rewriting::{Applied, RewriteSet};
use jit_core::ir::testing::{Random, Shape, WrappingMemory, random_function};
use jit_core::ir::{
    Block, BlockCall, Builder, Dialect, Evaluation, Function, Inst, Value, evaluate, verify,
};
use jit_core::specs::ops::{Build as _, Lir, Type};
use jit_core::specs::rewriting::REWRITE_SETS;
use jit_language::model::lowering::{
    BindingId, BindingKind, OperandPattern, OperationPattern, Rule,
};
use jit_language::model::ops::{AttributeKind, OperandKind, Ops, TypeId};
use jit_language::source::{self, Specs};
use jit_language::space::Set;

/// How many functions are made from each pattern.
const FUNCTIONS: usize = 150;
/// On how many arguments each is evaluated.
const ARGUMENTS: usize = 12;

fn specs() -> Specs {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../specs");
    source::read(&folder, "specs/").unwrap_or_else(|error| panic!("{error}"))
}

fn set_of(name: &str) -> &'static RewriteSet<Lir> {
    let set = REWRITE_SETS.iter().find(|set| set.name == name);
    set.unwrap_or_else(|| panic!("{name} is not among the sets that are compiled in"))
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
struct Made<'a> {
    ops: &'a Ops,
    rule: &'a Rule,
    random: &'a mut Random,
    builder: Builder<'a, Lir>,
    values: Vec<Option<Value>>,
}

impl Made<'_> {
    fn operation(&mut self, pattern: &OperationPattern) -> Option<Value> {
        let (mut values, mut attributes, mut targets) = (Vec::new(), Vec::new(), Vec::new());
        let declared = &self.ops[pattern.op];
        for (declared, operand) in declared.operands.iter().zip(&pattern.operands) {
            match &declared.kind {
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
            .emit(Lir::ops()[pattern.op.0], values, attributes, targets)
    }

    fn value(&mut self, operand: &OperandPattern, ty: TypeId) -> Value {
        match operand {
            OperandPattern::Definition(inner) => self
                .operation(inner)
                .expect("a folded operation yields a value"),
            OperandPattern::Any | OperandPattern::AnyConstant => self.param(ty),
            OperandPattern::Bound(id) => match &self.rule[*id].kind {
                BindingKind::Constant { set, .. } => {
                    let value = self.constant(set, ty);
                    let op = self.ops.constant_op(ty).expect("a type with constants");
                    let value = self.builder.emit(Lir::ops()[op.0], [], [value], []);
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
        let value = match self.random.one_in(8) {
            true => {
                let op = self.ops.constant_op(ty).expect("a type with constants");
                let word = self.constant(&Set::all_i64(), ty);
                let value = self.builder.emit(Lir::ops()[op.0], [], [word], []);
                value.expect("a constant yields a value")
            }
            false => self.param(ty),
        };
        self.values[id.0] = Some(value);
        value
    }

    fn param(&mut self, ty: TypeId) -> Value {
        self.builder.add_param(Block::ENTRY, Lir::types()[ty.0].0)
    }

    fn attribute(&mut self, id: Option<BindingId>, kind: &AttributeKind) -> i64 {
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
        let number = self.builder.iconst(i64::from(block.0));
        self.builder.return_(number);
        self.builder.switch_to(here);
        block.into()
    }
}

/// A function from the pattern of a rule, with the instruction that the rule is for.
fn function(
    rule: &Rule,
    pattern: &OperationPattern,
    ops: &Ops,
    random: &mut Random,
) -> (Function<Lir>, Inst) {
    let mut function = Function::new("rule");
    let mut made = Made {
        ops,
        rule,
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
        let word = match result {
            None => builder.iconst(1),
            Some(value) => match builder.function().value_type(value) {
                Type::I64 => value,
                Type::I32 => builder.widen_s(value),
                Type::F64 => builder.float_to_bits(value),
            },
        };
        builder.return_(word);
    }
    (function, root)
}

fn arguments(function: &Function<Lir>, random: &mut Random) -> Vec<u64> {
    let params = function.params().iter();
    let word = |&param: &Value| match function.value_type(param) {
        Type::F64 => random.float().to_bits(),
        // The upper half of a register that holds half a word may be anything.
        Type::I32 if random.one_in(2) => random.bits(),
        _ => random.integer() as u64,
    };
    params.map(word).collect()
}

/// What a run shows: its end, and memory. That a fault came of another instruction does not count.
fn run(function: &Function<Lir>, arguments: &[u64]) -> (Evaluation, WrappingMemory) {
    let mut memory = WrappingMemory::default();
    let end = evaluate(function, arguments, &mut memory, 1000);
    assert!(
        !matches!(end, Evaluation::Unknown { .. } | Evaluation::Faulted { .. }),
        "{end:?}\n{function}"
    );
    (end, memory)
}

fn assert_same(before: &Function<Lir>, after: &Function<Lir>, rule: &str, random: &mut Random) {
    verify(after).unwrap_or_else(|errors| panic!("{rule}: {errors}\n{before}\n{after}"));
    for _ in 0..ARGUMENTS {
        let arguments = arguments(before, random);
        assert_eq!(
            run(after, &arguments),
            run(before, &arguments),
            "{rule} with {arguments:x?}:\n{before}\n{after}"
        );
    }
}

#[test]
fn every_rule_changes_nothing_that_can_be_seen() {
    let specs = specs();
    for declared in &specs.rewriting {
        let set = set_of(&declared.rewriting.name.to_string());
        let mut accepted = vec![0; set.rules.len()];
        for (row, pattern) in declared.rows.rows.iter().zip(&declared.rows.patterns) {
            let rule = &declared.rewriting.left.rules[row.rule];
            assert_eq!(set.rules[row.rule].text.name, rule.name.to_string());
            let mut random = Random::new(row.rule as u64);
            for _ in 0..FUNCTIONS {
                let (before, root) = function(rule, pattern, &specs.ops, &mut random);
                verify(&before).unwrap_or_else(|errors| panic!("{errors}\n{before}"));
                let mut after = before.clone();
                let apply = set.rules[row.rule].apply;
                let mut applied = false;
                rewrite_by(
                    &mut after,
                    |site| (site.inst() == root && apply(site)).then_some(Applied::Rule(row.rule)),
                    |_| applied = true,
                );
                if applied {
                    accepted[row.rule] += 1;
                    assert_same(&before, &after, set.rules[row.rule].text.name, &mut random);
                }
                let mut after = before.clone();
                rewrite(&mut after, set);
                assert_same(&before, &after, set.name, &mut random);
            }
        }
        let never: Vec<&str> = (0..accepted.len())
            .filter(|&rule| accepted[rule] == 0)
            .map(|rule| set.rules[rule].text.name)
            .collect();
        assert!(never.is_empty(), "never accepted: {never:?}");
    }
}

#[test]
fn every_folded_operation_means_its_constant() {
    for set in REWRITE_SETS {
        for &op in set.folded {
            let mut random = Random::new(u64::from(Lir::info(op).line));
            for _ in 0..FUNCTIONS {
                let mut before = Function::<Lir>::new("folded");
                let mut builder = Builder::new(&mut before);
                let values: Vec<Value> = Lir::info(op)
                    .value_types()
                    .map(|ty| match ty {
                        Type::I64 => builder.iconst(random.integer()),
                        Type::I32 => builder.iconst32(random.integer() as i32),
                        Type::F64 => builder.fconst(random.float()),
                    })
                    .collect();
                let result = builder.emit(op, values, [], []).expect("a value");
                let word = match builder.function().value_type(result) {
                    Type::I64 => result,
                    Type::I32 => builder.widen_s(result),
                    Type::F64 => builder.float_to_bits(result),
                };
                builder.return_(word);
                let mut after = before.clone();
                rewrite(&mut after, set);
                let is_left = |inst: &Inst| after[*inst].op == op;
                assert!(!after[Block::ENTRY].insts.iter().any(is_left), "{after}");
                assert_same(&before, &after, op.name(), &mut random);
            }
        }
    }
}

#[test]
fn random_functions_mean_the_same_and_are_rewritten_once() {
    let mut replaced = 0;
    for seed in 0..300 {
        let mut random = Random::new(seed);
        let before = random_function::<Lir>(&mut random, &Shape::default());
        let mut after = before.clone();
        for set in REWRITE_SETS {
            replaced += rewrite(&mut after, set);
            verify(&after).unwrap_or_else(|errors| panic!("{errors}\n{before}\n{after}"));
            assert_eq!(rewrite(&mut after.clone(), set), 0, "{before}\n{after}");
        }
        remove_unreachable_blocks(&mut after);
        eliminate_dead_code(&mut after);
        verify(&after).unwrap_or_else(|errors| panic!("{errors}\n{before}\n{after}"));
        for _ in 0..8 {
            // Where half a word is passed on as it is, others see the whole register.
            let mut arguments = arguments(&before, &mut random);
            for (param, word) in before.params().iter().zip(&mut arguments) {
                if before.value_type(*param) == Type::I32 {
                    *word = u64::from(*word as u32);
                }
            }
            let expected = run(&before, &arguments);
            if expected.0 != Evaluation::OutOfSteps {
                assert_eq!(run(&after, &arguments), expected, "{before}\n{after}");
            }
        }
    }
    assert!(replaced > 100, "{replaced} instructions were rewritten");
}
