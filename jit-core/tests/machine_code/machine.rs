//! What the tests run compiled code with: a compiler whose runtime records exits and deallocations, callees whose calls
//! are written down, and a memory that lets the evaluator call the same ones.

use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

use jit_core::calls::Strategy;
use jit_core::code::{ArenaOptions, CodeSpace};
use jit_core::compile::{CompiledCode, Compiler, Distances, Options, Runtime};
use jit_core::exit::{ExitFrame, Location};
use jit_core::ir::{Evaluation, Fault, Function, Memory, evaluate, parse};
use jit_core::machine::MachineFunction;
use jit_core::specs::ops::{Lir, Type};

/// What the exit handler answers, and so what a function returns that was left.
pub const LEFT: u64 = 0xdead_beef_0000_0001;
/// A function that is still running after so many instructions is not compared.
const STEPS: u64 = 2_000;

/// An exit that was taken.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Taken {
    pub tag: u64,
    pub exit: u32,
    pub live: Vec<u64>,
    pub locations: Vec<Location>,
}

thread_local! {
    static TAKEN: RefCell<Option<Taken>> = const { RefCell::new(None) };
    static CALLS: RefCell<Vec<(usize, Vec<u64>)>> = const { RefCell::new(Vec::new()) };
    static DEAD: RefCell<Vec<u64>> = const { RefCell::new(Vec::new()) };
}

/// The compiler that all tests share, near to the callees if there is a place.
pub fn compiler() -> &'static Compiler {
    static COMPILER: OnceLock<Compiler> = OnceLock::new();
    COMPILER.get_or_init(|| {
        let callee = callee(0, 0);
        let options = ArenaOptions {
            near: vec![callee..=callee + (1 << 20)],
            ..ArenaOptions::default()
        };
        let space = CodeSpace::new(&options).expect("there is memory");
        new_compiler(space)
    })
}

/// Compilers other than the shared one, which the exit handler has to look into too.
static OTHERS: std::sync::RwLock<Vec<Arc<Compiler>>> = std::sync::RwLock::new(Vec::new());

/// A compiler of its own arena.
pub fn other_compiler(options: &ArenaOptions) -> Arc<Compiler> {
    // The one that wants to be near comes first, before others take the places there.
    compiler();
    let space = CodeSpace::new(options).expect("there is memory");
    let compiler = Arc::new(new_compiler(space));
    let mut others = OTHERS.write().expect("no test panics with it");
    others.push(Arc::clone(&compiler));
    compiler
}

fn new_compiler(space: Arc<CodeSpace>) -> Compiler {
    let runtime = Runtime {
        exit_handler: handle_exit as *const () as usize,
        deallocate: deallocate as *const () as usize,
    };
    Compiler::new(space, runtime).expect("there is room for the routines")
}

extern "C" fn handle_exit(frame: *mut ExitFrame) -> u64 {
    // SAFETY: the exit routine passes the frame that it has just filled.
    let frame = unsafe { &*frame };
    let address = frame.return_address as usize;
    let others = OTHERS.read().expect("no test panics with it");
    let found = compiler().find_exit(address).or_else(|| {
        others
            .iter()
            .find_map(|compiler| compiler.find_exit(address))
    });
    let (table, index) = found.expect("every exit is known");
    let site = table.exit(index);
    // SAFETY: the locations are those of the exit that the frame comes from, and its function is still on the stack.
    let live = site
        .live
        .iter()
        .map(|&location| unsafe { frame.read(location) });
    let taken = Taken {
        tag: table.tag,
        exit: site.exit,
        live: live.collect(),
        locations: site.live.clone(),
    };
    TAKEN.set(Some(taken));
    // Nothing of the function may lie in registers that a handler changes.
    clobber_caller_saved();
    LEFT
}

extern "C" fn deallocate(object: u64) {
    DEAD.with_borrow_mut(|dead| dead.push(object));
    clobber_caller_saved();
}

/// Changes every register that a callee may change.
fn clobber_caller_saved() {
    // SAFETY: every register written is declared as clobbered.
    unsafe {
        std::arch::asm!(
            "mov x0, #-1",
            "mov x1, x0",
            "mov x2, x0",
            "mov x3, x0",
            "mov x4, x0",
            "mov x5, x0",
            "mov x6, x0",
            "mov x7, x0",
            "mov x8, x0",
            "mov x9, x0",
            "mov x10, x0",
            "mov x11, x0",
            "mov x12, x0",
            "mov x13, x0",
            "mov x14, x0",
            "mov x15, x0",
            "mov x16, x0",
            "mov x17, x0",
            "cmp x0, #1",
            "fmov d0, x0",
            "fmov d1, x0",
            "fmov d2, x0",
            "fmov d3, x0",
            "fmov d4, x0",
            "fmov d5, x0",
            "fmov d6, x0",
            "fmov d7, x0",
            "fmov d16, x0",
            "fmov d17, x0",
            "fmov d18, x0",
            "fmov d19, x0",
            "fmov d20, x0",
            "fmov d21, x0",
            "fmov d22, x0",
            "fmov d23, x0",
            "fmov d24, x0",
            "fmov d25, x0",
            "fmov d26, x0",
            "fmov d27, x0",
            "fmov d28, x0",
            "fmov d29, x0",
            "fmov d30, x0",
            "fmov d31, x0",
            clobber_abi("C"),
        );
    }
}

/// The objects deallocated since this was last asked.
pub fn take_dead() -> Vec<u64> {
    DEAD.take()
}

macro_rules! callees {
    ($($number:literal $none:ident $one:ident $two:ident $three:ident $four:ident;)*) => {
        $(
            extern "C" fn $none() -> u64 { called($none as *const () as usize, &[]) }
            extern "C" fn $one(a: u64) -> u64 { called($one as *const () as usize, &[a]) }
            extern "C" fn $two(a: u64, b: u64) -> u64 { called($two as *const () as usize, &[a, b]) }
            extern "C" fn $three(a: u64, b: u64, c: u64) -> u64 { called($three as *const () as usize, &[a, b, c]) }
            extern "C" fn $four(a: u64, b: u64, c: u64, d: u64) -> u64 {
                called($four as *const () as usize, &[a, b, c, d])
            }
        )*
        const CALLEES: &[[*const (); 5]] = &[
            $([$none as *const (), $one as *const (), $two as *const (), $three as *const (), $four as *const ()],)*
        ];
    };
}

callees! {
    0 a0 a1 a2 a3 a4;
    1 b0 b1 b2 b3 b4;
    2 c0 c1 c2 c3 c4;
    3 d0 d1 d2 d3 d4;
}

/// How many different callees there are for each number of arguments.
pub const KINDS: usize = CALLEES.len();

/// The address of a callee that takes so many words.
pub fn callee(kind: usize, arguments: usize) -> usize {
    CALLEES[kind % KINDS][arguments] as usize
}

/// What every callee does: its call is written down, and the word depends on who was called with what.
pub fn called(target: usize, arguments: &[u64]) -> u64 {
    let kind = CALLEES
        .iter()
        .flatten()
        .position(|&callee| callee as usize == target)
        .unwrap_or_default();
    let word = arguments.iter().fold(kind as u64, |word, &argument| {
        (word ^ argument)
            .wrapping_mul(0x9e37_79b9_7f4a_7c15)
            .rotate_left(23)
    });
    CALLS.with_borrow_mut(|calls| calls.push((target, arguments.to_vec())));
    clobber_caller_saved();
    word
}

/// The calls since this was last asked.
pub fn take_calls() -> Vec<(usize, Vec<u64>)> {
    CALLS.take()
}

/// A memory without bytes, in which the callees can be called.
pub struct Callees;

impl Memory for Callees {
    fn read(&mut self, _address: u64, _bytes: u32) -> u64 {
        0
    }

    fn write(&mut self, _address: u64, _bytes: u32, _value: u64) {}

    fn call(&mut self, target: i64, arguments: &[u64]) -> u64 {
        called(target as usize, arguments)
    }

    fn take_fault(&mut self) -> Option<Fault> {
        None
    }
}

/// How a run of a function ended, whoever ran it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Run {
    pub returned: Option<u64>,
    pub exit: Option<(u32, Vec<u64>)>,
    pub calls: Vec<(usize, Vec<u64>)>,
}

/// Runs a function by its declared meanings. None: it takes too long.
pub fn interpret(function: &Function<Lir>, arguments: &[u64]) -> Option<Run> {
    take_calls();
    let run = |returned, exit| {
        Some(Run {
            returned,
            exit,
            calls: take_calls(),
        })
    };
    match evaluate(function, arguments, &mut Callees, STEPS) {
        Evaluation::Returned(word) => run(Some(word), None),
        Evaluation::Exited { exit, live } => run(None, Some((exit as u32, live))),
        Evaluation::OutOfSteps => None,
        other => panic!("{other:?}\n{function}"),
    }
}

/// Runs compiled code of a function with these parameter types.
pub fn execute(code: &CompiledCode, types: &[Type], arguments: &[u64]) -> Run {
    take_calls();
    TAKEN.set(None);
    let word = call(code.entry(), types, arguments);
    let taken = TAKEN.take();
    if let Some(taken) = &taken {
        assert_eq!(
            word, LEFT,
            "what the handler answers is what the function returns"
        );
        assert_eq!(taken.locations.len(), taken.live.len());
    }
    Run {
        returned: taken.is_none().then_some(word),
        exit: taken.map(|taken| (taken.exit, taken.live)),
        calls: take_calls(),
    }
}

/// Calls code with words for parameters of these types. Checks that it preserves what a callee has to.
pub fn call(entry: usize, types: &[Type], arguments: &[u64]) -> u64 {
    let (mut general, mut float) = ([0u64; 8], [0f64; 8]);
    let (mut generals, mut floats) = (0, 0);
    for (&ty, &argument) in types.iter().zip(arguments) {
        if ty == Type::F64 {
            float[floats] = f64::from_bits(argument);
            floats += 1;
        } else {
            general[generals] = argument;
            generals += 1;
        }
    }
    let mut kept = [0u64; 10];
    let result: u64;
    // SAFETY: the code was compiled for a function with these parameters, and follows the convention: the assembly
    // checks what it has to preserve by putting known words there.
    unsafe {
        std::arch::asm!(
            "stp x19, x29, [sp, -16]!",
            "mov x20, #20", "mov x21, #21", "mov x22, #22", "mov x23, #23", "mov x24, #24", "mov x25, #25",
            "mov x26, #26", "mov x27, #27", "mov x28, #28",
            "fmov d8, #8.0", "fmov d9, #9.0", "fmov d10, #10.0", "fmov d11, #11.0", "fmov d12, #12.0",
            "fmov d13, #13.0", "fmov d14, #14.0", "fmov d15, #15.0",
            "blr x16",
            "ldp x19, x29, [sp], 16",
            "add x9, x20, x21", "add x9, x9, x22", "add x9, x9, x23", "add x9, x9, x24", "add x9, x9, x25",
            "add x9, x9, x26", "add x9, x9, x27", "add x9, x9, x28",
            "fadd d8, d8, d9", "fadd d8, d8, d10", "fadd d8, d8, d11", "fadd d8, d8, d12", "fadd d8, d8, d13",
            "fadd d8, d8, d14", "fadd d8, d8, d15",
            "fcvtzu x10, d8",
            in("x16") entry,
            inout("x0") general[0] => result,
            in("x1") general[1], in("x2") general[2], in("x3") general[3], in("x4") general[4],
            in("x5") general[5], in("x6") general[6], in("x7") general[7],
            in("d0") float[0], in("d1") float[1], in("d2") float[2], in("d3") float[3], in("d4") float[4],
            in("d5") float[5], in("d6") float[6], in("d7") float[7],
            lateout("x9") kept[0], lateout("x10") kept[1],
            out("x20") _, out("x21") _, out("x22") _, out("x23") _, out("x24") _, out("x25") _, out("x26") _,
            out("x27") _, out("x28") _,
            out("d8") _, out("d9") _, out("d10") _, out("d11") _, out("d12") _, out("d13") _, out("d14") _,
            out("d15") _,
            clobber_abi("C"),
        );
    }
    assert_eq!(
        kept[0],
        (20..=28).sum::<u64>(),
        "callee-saved general registers are preserved"
    );
    assert_eq!(
        kept[1],
        (8..=15).sum::<u64>(),
        "callee-saved float registers are preserved"
    );
    result
}

/// The types of a function's parameters.
pub fn parameter_types(function: &Function<Lir>) -> Vec<Type> {
    let params = function.params().iter();
    params.map(|&value| function.value_type(value)).collect()
}

/// Reads a function from its text.
pub fn read(text: &str) -> Function<Lir> {
    parse(text).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// Compiles what has been selected with the shared compiler.
pub fn compile_selected(
    machine: &MachineFunction,
    strategy: Strategy,
    distances: Distances,
) -> CompiledCode {
    let options = Options { strategy, tag: 7 };
    let code = compiler().compile_selected(machine, &options, distances);
    let code = code.unwrap_or_else(|error| panic!("{error}\n{machine}"));
    check_sizes(&code);
    code
}

/// Compiles with the shared compiler.
pub fn compile(function: &Function<Lir>, strategy: Strategy) -> CompiledCode {
    let options = Options { strategy, tag: 7 };
    let code = compiler().compile(function, &options);
    let code = code.unwrap_or_else(|error| panic!("{error}\n{function}"));
    check_sizes(&code);
    code
}

/// What is declared is what is there.
pub fn check_sizes(code: &CompiledCode) {
    let shared: usize = code.stubs().iter().map(|stub| stub.code().len()).sum();
    assert_eq!(code.size(), code.bytes().len() + shared);
    assert_eq!(code.parts().total(), code.size());
    let listing = code.listing();
    assert_eq!(listing.len() * 4, code.bytes().len());
}

/// Whether two words are the same value of a type: any NaN is as good as another, and only the low half counts in 32 bits.
pub fn same(ty: Type, a: u64, b: u64) -> bool {
    match ty {
        Type::F64 => a == b || f64::from_bits(a).is_nan() && f64::from_bits(b).is_nan(),
        Type::I32 => a as u32 == b as u32,
        Type::I64 => a == b,
    }
}
