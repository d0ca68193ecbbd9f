//! Every rule at the edges of what it accepts, against the declared meaning of its operations.
//!
//! For each rule a function is built from the rule's pattern: parameters where it takes registers, and constants from the
//! ends of its ranges, from just outside of them, and of the shapes that special encodings exist for. Whatever rule is
//! chosen in the end, the compiled function must do what the evaluator says; and over all of these functions, every rule
//! must have been chosen at least once.

use std::cell::RefCell;
use std::collections::BTreeSet;

use jit_core::calls::Strategy;
use jit_core::ir::testing::Random;
use jit_core::ir::{
    Block, BlockCall, Builder, Dialect, Evaluation, Fault, Function, Memory, OperandKind, Value,
    evaluate,
};
use jit_core::machine::{OperandPattern, PatternInfo, RuleInfo, select};
use jit_core::specs::lowering::RULE_SETS;
use jit_core::specs::ops::{Build, Lir, Op, Type};

use crate::machine::{compile, execute, same};

/// How many choices of constants are tried for a rule with several of them.
const CHOICES: usize = 10;
/// How often each function is run.
const RUNS: usize = 5;
/// The bytes that loads and stores may touch.
const BUFFER: usize = 256;

/// Operations whose rules other tests run: they need a callee, an object, or nothing but a place to go.
fn is_elsewhere(op: Op) -> bool {
    let effects = Lir::info(op).effects;
    effects.has(jit_core::ir::Effects::CALL)
        || matches!(op, Op::Retain | Op::Jump | Op::Return | Op::Exit)
}

/// The buffer as the evaluator sees it.
struct Bytes {
    address: u64,
    bytes: Vec<u8>,
    fault: Option<Fault>,
}

impl Bytes {
    fn place(&mut self, address: u64, bytes: u32) -> Option<std::ops::Range<usize>> {
        let start = address.wrapping_sub(self.address) as usize;
        let end = start.saturating_add(bytes as usize);
        if end <= self.bytes.len() {
            return Some(start..end);
        }
        self.fault
            .get_or_insert(Fault::OutOfBounds { address, bytes });
        None
    }
}

impl Memory for Bytes {
    fn read(&mut self, address: u64, bytes: u32) -> u64 {
        let mut word = [0; 8];
        if let Some(place) = self.place(address, bytes) {
            word[..bytes as usize].copy_from_slice(&self.bytes[place]);
        }
        u64::from_le_bytes(word)
    }

    fn write(&mut self, address: u64, bytes: u32, value: u64) {
        if let Some(place) = self.place(address, bytes) {
            self.bytes[place].copy_from_slice(&value.to_le_bytes()[..bytes as usize]);
        }
    }

    fn call(&mut self, target: i64, _arguments: &[u64]) -> u64 {
        self.fault.get_or_insert(Fault::NoSuchTarget {
            target: target as u64,
        });
        0
    }

    fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take()
    }
}

/// A function made from a pattern.
struct Case {
    function: Function<Lir>,
    types: Vec<Type>,
    /// The parameter to aim at memory, and the constant offset that is added to it.
    pointer: Option<(usize, i64)>,
    /// Parameters that are multiplied before they are added to an address, and must stay small.
    indices: Vec<usize>,
}

/// Builds the function. `constants` are used up in the order of the pattern.
fn build(pattern: &PatternInfo, constants: &[i64], cold: Option<usize>) -> Case {
    let mut function = Function::new("rule");
    let mut types = Vec::new();
    let mut constants = constants.iter().copied();
    let out = function.add_param(Block::ENTRY, Type::I64);
    types.push(Type::I64);
    let mut case = Case {
        function,
        types,
        pointer: None,
        indices: Vec::new(),
    };
    let result = build_operation(&mut case, pattern, &mut constants);
    let info = Lir::info(pattern.op);
    let mut builder = Builder::<Lir>::new(&mut case.function);
    if info.targets() == 2 {
        for target in [1, 2] {
            let block = Block(target);
            builder.function_mut()[block].cold = cold == Some(target as usize);
            builder.switch_to(block);
            let word = builder.iconst(i64::from(target) * 11);
            builder.return_(word);
        }
        return case;
    }
    if let Some((value, ty)) = result.zip(info.result) {
        // A store folds nothing into itself, whatever the value is.
        match ty {
            Type::I64 => builder.store_i64(value, out, 0),
            Type::I32 => builder.store_i32(value, out, 0),
            Type::F64 => builder.store_f64(value, out, 0),
        }
    }
    let word = builder.iconst(7);
    builder.return_(word);
    case
}

/// Writes the instructions of a pattern; those of the operands first.
fn build_operation(
    case: &mut Case,
    pattern: &PatternInfo,
    constants: &mut impl Iterator<Item = i64>,
) -> Option<Value> {
    let info = Lir::info(pattern.op);
    let (mut args, mut attributes, mut targets) = (Vec::new(), Vec::new(), Vec::new());
    let mut pointer = None;
    for (declared, operand) in info.operands.iter().zip(pattern.operands) {
        match (declared.kind, operand) {
            (OperandKind::Value(ty), OperandPattern::Register) => {
                if declared.name == "base" {
                    pointer = Some(case.types.len());
                }
                args.push(parameter(case, ty));
            }
            (OperandKind::Value(ty), OperandPattern::Constant(_)) => {
                let word = constants.next().expect("a constant for each");
                let mut builder = Builder::<Lir>::new(&mut case.function);
                args.push(match ty {
                    Type::I32 => builder.iconst32(word as i32),
                    _ => builder.iconst(word),
                });
            }
            (OperandKind::Value(_), OperandPattern::Definition(inner)) => {
                let first = case.types.len();
                args.extend(build_operation(case, inner, constants));
                if declared.name == "base" {
                    // Sums of a pointer and of what is scaled.
                    pointer = Some(first);
                    case.indices.extend(first + 1..case.types.len());
                }
            }
            (OperandKind::Const(_), OperandPattern::Constant(_)) => {
                attributes.push(constants.next().expect("a constant for each"));
            }
            (OperandKind::Const(_), _) => attributes.push(3),
            (OperandKind::Block, _) => targets.push(BlockCall::from(case.function.add_block())),
            (OperandKind::List, _) => {}
            (OperandKind::Value(_), OperandPattern::Other) => {
                unreachable!("a value is a register or a constant")
            }
        }
    }
    if let Some(pointer) = pointer {
        case.pointer = Some((pointer, attributes.first().copied().unwrap_or(0)));
    }
    Builder::<Lir>::new(&mut case.function).emit(pattern.op, args, attributes, targets)
}

fn parameter(case: &mut Case, ty: Type) -> Value {
    case.types.push(ty);
    case.function.add_param(Block::ENTRY, ty)
}

/// The constants of a pattern, each as the ranges that it may be in.
fn ranges(pattern: &PatternInfo, out: &mut Vec<&'static [jit_core::machine::ConstantRange]>) {
    for operand in pattern.operands {
        match operand {
            OperandPattern::Constant(ranges) => out.push(ranges),
            OperandPattern::Definition(inner) => self::ranges(inner, out),
            OperandPattern::Register | OperandPattern::Other => {}
        }
    }
}

/// Whether the ranges are those of a constant of 32 bits.
fn is_word(ranges: &[jit_core::machine::ConstantRange]) -> bool {
    ranges
        .iter()
        .all(|range| range.least >= i64::from(i32::MIN) && range.most <= i64::from(i32::MAX))
}

/// Constants to try: the ends of the ranges and what lies beside them, and shapes with encodings of their own.
fn candidates(ranges: &[jit_core::machine::ConstantRange], random: &mut Random) -> Vec<i64> {
    let mut found = Vec::new();
    for range in ranges {
        let step = 1i64 << range.shift;
        found.extend([range.least, range.most]);
        found.extend([
            range.least.wrapping_add(step),
            range.most.wrapping_sub(step),
        ]);
        found.extend([
            range.least.wrapping_sub(1),
            range.most.wrapping_add(1),
            range.least.wrapping_add(1),
        ]);
        let inside = range
            .least
            .wrapping_add(random.bits() as i64 & (range.most.wrapping_sub(range.least) | 1));
        found.push(inside >> range.shift << range.shift);
    }
    let shape = random.below(64);
    found.extend([
        0,
        1,
        1 << shape,
        (1i64 << shape).wrapping_sub(1),
        !(1 << shape),
        0x00ff_00ff_00ff_00ff,
        0xff0,
    ]);
    found.push(random.integer());
    if is_word(ranges) {
        found
            .iter_mut()
            .for_each(|word| *word = i64::from(*word as i32));
    }
    found
}

/// Words for the parameters: pointers aim at the middle of the buffer.
fn arguments(case: &Case, buffer: u64, random: &mut Random) -> Vec<u64> {
    let mut words: Vec<u64> = case
        .types
        .iter()
        .enumerate()
        .map(|(index, ty)| match ty {
            Type::F64 => random.float().to_bits(),
            _ if case.indices.contains(&index) => random.below(4) as u64,
            _ => random.integer() as u64,
        })
        .collect();
    words[0] = buffer;
    if let Some((pointer, offset)) = case.pointer {
        words[pointer] = buffer
            .wrapping_add(BUFFER as u64 / 2)
            .wrapping_sub(offset as u64);
    }
    words
}

thread_local! {
    static BUFFERS: RefCell<Vec<u64>> = RefCell::new(vec![0; BUFFER / 8]);
}

/// Compiles the case and compares; answers with the rules that were chosen.
fn check(case: &Case, random: &mut Random) -> Vec<&'static str> {
    let function = &case.function;
    let machine = select(function).unwrap_or_else(|error| panic!("{error}\n{function}"));
    let code = compile(function, Strategy::ALL[0]);
    for _ in 0..RUNS {
        BUFFERS.with_borrow_mut(|words| {
            words.fill_with(|| random.bits());
            let address = words.as_ptr() as u64;
            let arguments = arguments(case, address, random);
            let bytes = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            let mut memory = Bytes {
                address,
                bytes,
                fault: None,
            };
            let expected = evaluate(function, &arguments, &mut memory, 1000);
            if case.pointer.is_some() && matches!(expected, Evaluation::Faulted { .. }) {
                // An index was scaled by too much.
                return;
            }
            let run = execute(&code, &case.types, &arguments);
            let context = || format!("{arguments:x?}\n{function}\n{machine}");
            match expected {
                Evaluation::Returned(word) => assert_eq!(run.returned, Some(word), "{}", context()),
                Evaluation::Exited { .. } => assert!(run.exit.is_some(), "{}", context()),
                other => panic!("{other:?}: {}", context()),
            }
            let actual: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
            if actual != memory.bytes {
                let first = |bytes: &[u8]| {
                    bytes[..8]
                        .try_into()
                        .map(u64::from_le_bytes)
                        .unwrap_or_default()
                };
                let (a, b) = (first(&actual), first(&memory.bytes));
                let rest = actual[8..] == memory.bytes[8..];
                let is_float = Lir::info(root(function)).result == Some(Type::F64);
                assert!(
                    rest && is_float && same(Type::F64, a, b),
                    "{a:#x} instead of {b:#x}: {}",
                    context()
                );
            }
        });
    }
    machine
        .insts()
        .iter()
        .filter_map(|inst| Some(inst.rule?.name))
        .collect()
}

/// The operation whose result is stored at the end of the entry block.
fn root(function: &Function<Lir>) -> Op {
    let insts = &function[Block::ENTRY].insts;
    let is_result = |inst: &&jit_core::ir::Inst| function[**inst].result.is_some();
    // The last result is the constant returned.
    insts
        .iter()
        .rev()
        .filter(is_result)
        .nth(1)
        .map_or(Op::Iconst, |inst| function[*inst].op)
}

fn check_rule(info: &RuleInfo, fired: &mut BTreeSet<&'static str>, random: &mut Random) {
    let mut constants = Vec::new();
    ranges(&info.tree, &mut constants);
    let layouts: &[Option<usize>] = if Lir::info(info.op).targets() == 2 {
        &[None, Some(1), Some(2)]
    } else {
        &[None]
    };
    let candidates: Vec<Vec<i64>> = constants
        .iter()
        .map(|ranges| candidates(ranges, random))
        .collect();
    let tries = match candidates.len() {
        0 => 1,
        1 => candidates[0].len(),
        _ => CHOICES,
    };
    for attempt in 0..tries {
        let chosen: Vec<i64> = candidates
            .iter()
            .map(|words| match candidates.len() {
                1 => words[attempt],
                // Both ends of all ranges first.
                _ if attempt < 2 => words[attempt],
                _ => *random.pick(words),
            })
            .collect();
        for &cold in layouts {
            fired.extend(check(&build(&info.tree, &chosen, cold), random));
        }
    }
}

#[test]
fn every_rule_does_what_its_operations_mean() {
    let mut random = Random::new(20);
    let mut fired = BTreeSet::new();
    for set in RULE_SETS {
        for info in set.rules.iter().filter(|info| !is_elsewhere(info.op)) {
            check_rule(info, &mut fired, &mut random);
        }
    }
    let all = RULE_SETS
        .iter()
        .flat_map(|set| set.rules)
        .filter(|info| !is_elsewhere(info.op));
    let never: Vec<&str> = all
        .map(|info| info.name)
        .filter(|name| !fired.contains(name))
        .collect();
    assert!(never.is_empty(), "never chosen: {never:?}");
}
