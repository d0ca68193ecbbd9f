//! The same programs as machine code.

use std::cell::RefCell;
use std::sync::OnceLock;

use jit_core::Strategy;
use jit_core::code::{ArenaOptions, CodeSpace};
use jit_core::compile::{CompiledCode, Compiler, Options, Runtime};
use jit_core::exit::ExitFrame;
use jit_core::ir::Function;
use jit_core::specs::ops::{Lir, Type};

use super::{Outcome, address, fresh, interpret, words};

thread_local! {
    static TAKEN: RefCell<Option<Outcome>> = const { RefCell::new(None) };
}

/// The arena lies where `bl` reaches the callees, if there is room.
fn compiler() -> &'static Compiler {
    static COMPILER: OnceLock<Compiler> = OnceLock::new();
    COMPILER.get_or_init(|| {
        let callee = address(&armjit_tests::CALLEES[0]) as usize;
        let options = ArenaOptions {
            near: vec![callee..=callee + 4096],
            ..ArenaOptions::default()
        };
        let space = CodeSpace::new(&options).expect("there is memory");
        let runtime = Runtime {
            exit_handler: handle_exit as *const () as usize,
            deallocate: deallocate as *const () as usize,
        };
        Compiler::new(space, runtime).expect("there is room for the routines")
    })
}

extern "C" fn handle_exit(frame: *mut ExitFrame) -> u64 {
    // SAFETY: the exit routine passes the frame that it has just filled.
    let frame = unsafe { &*frame };
    let found = compiler().find_exit(frame.return_address as usize);
    let (table, index) = found.expect("every exit is known");
    let site = table.exit(index);
    // SAFETY: the locations are those of the exit that the frame comes from, whose function is still on the stack.
    let live = site
        .live
        .iter()
        .map(|&location| unsafe { frame.read(location) })
        .collect();
    TAKEN.set(Some(Outcome::Exited(site.exit, live)));
    0
}

extern "C" fn deallocate(_object: u64) {}

fn execute(code: &CompiledCode, function: &Function<Lir>, arguments: &[u64]) -> Outcome {
    let (mut general, mut float) = (Vec::new(), Vec::new());
    for (&parameter, &word) in function.params().iter().zip(arguments) {
        match function.value_type(parameter) {
            Type::F64 => float.push(f64::from_bits(word)),
            Type::I64 | Type::I32 => general.push(word),
        }
    }
    general.resize(8, 0);
    float.resize(8, 0.0);
    type Entry = extern "C" fn(
        u64,
        u64,
        u64,
        u64,
        u64,
        u64,
        u64,
        u64,
        f64,
        f64,
        f64,
        f64,
        f64,
        f64,
        f64,
        f64,
    ) -> u64;
    // SAFETY: the code follows the convention, by which integers and floats go to registers of their own, in order; a
    // function that takes fewer of them ignores the others.
    let entry: Entry = unsafe { std::mem::transmute(code.entry()) };
    TAKEN.set(None);
    let (g, f) = (&general, &float);
    let word = entry(
        g[0], g[1], g[2], g[3], g[4], g[5], g[6], g[7], f[0], f[1], f[2], f[3], f[4], f[5], f[6],
        f[7],
    );
    TAKEN.take().unwrap_or(Outcome::Returned(word))
}

#[test]
fn machine_code_gives_the_stated_outcomes() {
    for program in armjit_tests::all() {
        let function = program.compiled(address);
        for &strategy in Strategy::ALL {
            let code = compiler().compile(&function, &Options { strategy, tag: 0 });
            let code = code.unwrap_or_else(|error| panic!("{}: {error}", program.name));
            assert_eq!(code.parts().total(), code.size());
            for (index, run) in program.runs.iter().enumerate() {
                let mut memory = fresh(&program);
                let place = memory.as_mut_ptr() as u64;
                let outcome = execute(&code, &function, &words(run, place));
                let named = format!("{}, run {}, {}", program.name, index + 1, strategy.name());
                let (expected, left) = interpret(&program, run, place);
                assert_eq!(outcome, expected, "{named}");
                assert_eq!(memory, left, "{named}");
            }
        }
    }
}
