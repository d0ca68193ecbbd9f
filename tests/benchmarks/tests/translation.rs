//! What is measured on Cranelift's side is the same as on ours: Cranelift's verifier accepts every translated function,
//! and its interpreter gets what the declared meanings say.

use armjit_benchmarks::translate::{Exits, translate};
use armjit_benchmarks::{corpus, cranelift};
use cranelift_codegen::data_value::DataValue;
use cranelift_codegen::isa::OwnedTargetIsa;
use cranelift_codegen::{settings, verify_function};
use cranelift_interpreter::environment::FunctionStore;
use cranelift_interpreter::interpreter::{Interpreter, InterpreterError, InterpreterState};
use cranelift_interpreter::step::ControlFlow;
use jit_core::ir::testing::{Random, Shape, random_function};
use jit_core::ir::{Dialect, Effects, Evaluation, Fault, Function, Memory, evaluate};
use jit_core::specs::ops::{Lir, Op, Type};

/// More steps than a comparison waits for.
const STEPS: u64 = 2_000;

fn target() -> OwnedTargetIsa {
    cranelift::target(cranelift::Level::Speed).expect("Cranelift has the backend")
}

#[test]
fn cranelift_accepts_what_is_translated() {
    let isa = target();
    let flags = settings::Flags::new(settings::builder());
    for class in corpus::all().expect("the corpus is readable") {
        for function in &class.functions {
            for exits in [Exits::Blocks, Exits::Traps] {
                for near in [true, false] {
                    let made = translate(function, exits, |_| near, isa.frontend_config());
                    let verdict = verify_function(&made, &flags);
                    assert!(
                        verdict.is_ok(),
                        "{}: {verdict:?}\n{function}\n{made}",
                        class.name
                    );
                }
            }
        }
    }
}

#[test]
fn cranelift_compiles_every_function_at_every_level() {
    for level in cranelift::Level::ALL {
        let isa = cranelift::target(level).expect("Cranelift has the backend");
        let mut context = cranelift_codegen::Context::new();
        for class in corpus::all().expect("the corpus is readable") {
            for function in &class.functions {
                let mut made = translate(function, Exits::Blocks, |_| true, isa.frontend_config());
                let bytes = cranelift::compile(&mut context, &isa, &mut made);
                assert!(bytes.is_ok_and(|bytes| bytes > 0), "{}", class.name);
            }
        }
    }
}

/// Nothing outside of the function is touched.
struct Nothing;

impl Memory for Nothing {
    fn read(&mut self, _: u64, _: u32) -> u64 {
        0
    }
    fn write(&mut self, _: u64, _: u32, _: u64) {}
    fn call(&mut self, _: i64, _: &[u64]) -> u64 {
        0
    }
    fn take_fault(&mut self) -> Option<Fault> {
        None
    }
}

/// What became of a run.
#[derive(PartialEq, Eq, Debug)]
enum End {
    Returned(u64),
    Left,
}

/// By the declared meanings; `None`: it takes too long.
fn by_meanings(function: &Function<Lir>, arguments: &[u64]) -> Option<End> {
    match evaluate(function, arguments, &mut Nothing, STEPS) {
        Evaluation::Returned(word) => Some(End::Returned(word)),
        Evaluation::Exited { .. } => Some(End::Left),
        Evaluation::OutOfSteps => None,
        other => panic!("{other:?}\n{function}"),
    }
}

/// By Cranelift's interpreter.
fn by_cranelift(
    function: &cranelift_codegen::ir::Function,
    arguments: &[DataValue],
) -> Option<End> {
    let mut store = FunctionStore::default();
    store.add("f".to_owned(), function);
    let state = InterpreterState::default().with_function_store(store);
    match Interpreter::new(state)
        .with_fuel(Some(20 * STEPS))
        .call_by_name("f", arguments)
    {
        Ok(ControlFlow::Return(values)) => match values[..] {
            [DataValue::I64(word)] => Some(End::Returned(word as u64)),
            _ => panic!("{values:?}"),
        },
        Ok(ControlFlow::Trap(_)) => Some(End::Left),
        Err(InterpreterError::FuelExhausted) => None,
        other => panic!("{other:?}\n{function}"),
    }
}

/// Operations that need registers only. Bits of floats are left out: which NaN comes of two is for the processor to say.
fn operations() -> Vec<Op> {
    let in_registers = |op: &Op| {
        let effects = Lir::info(*op).effects;
        !effects.has(Effects::CALL) && !effects.may_read() && !effects.may_write()
    };
    Lir::ops()
        .iter()
        .copied()
        .filter(in_registers)
        .filter(|op| *op != Op::FloatToBits)
        .collect()
}

#[test]
fn cranelift_means_the_same() {
    let isa = target();
    let params = vec![Type::I64, Type::I64, Type::F64];
    let (mut compared, mut left) = (0, 0);
    for seed in 0..400 {
        let mut random = Random::new(seed);
        let shape = Shape {
            blocks: 1 + seed as usize % 8,
            insts: 4 + seed as usize % 20,
            params: params.clone(),
            ops: operations(),
        };
        let function = random_function(&mut random, &shape);
        let made = translate(&function, Exits::Traps, |_| true, isa.frontend_config());
        for _ in 0..4 {
            let words = [
                random.integer() as u64,
                random.integer() as u64,
                random.float().to_bits(),
            ];
            let values = [
                DataValue::I64(words[0] as i64),
                DataValue::I64(words[1] as i64),
                DataValue::F64(f64::from_bits(words[2]).into()),
            ];
            let Some(expected) = by_meanings(&function, &words) else {
                continue;
            };
            compared += 1;
            left += usize::from(expected == End::Left);
            assert_eq!(
                by_cranelift(&made, &values),
                Some(expected),
                "seed {seed}, {words:?}\n{function}\n{made}"
            );
        }
    }
    assert!(
        compared > 500 && left > 50,
        "{compared} compared, {left} left"
    );
}
