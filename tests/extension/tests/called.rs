//! Calls emitted by the strategies of this crate and of jit-core: the sizes of both in one table, fallbacks, and calls that
//! are carried out where code can be run.

use std::sync::Arc;

use armjit_extension::calls;
use jit_core::calls::Strategy;
use jit_core::code::{ArenaOptions, CodeSpace};
use jit_core::compile::{CompiledCode, Compiler, Options, Runtime};
use jit_core::exit::ExitFrame;
use jit_core::ir::Function;
use jit_core::specs::ops::Lir;

const _: () = jit_core::calls::distinct(&[Strategy::ALL, calls::STRATEGIES]);

thread_local! {
    static COMPILER: Compiler = compiler();
}

/// Returns which exit it was, beside the live value.
extern "C" fn left(frame: *mut ExitFrame) -> u64 {
    // SAFETY: the way out of a function passes the frame that it has just filled.
    let frame = unsafe { &*frame };
    COMPILER.with(|compiler| {
        let found = compiler.find_exit(frame.return_address as usize);
        let (table, index) = found.expect("the exit of a function that is alive");
        let exit = table.exit(index);
        // SAFETY: the location is that of this exit, whose function is still on the stack.
        let live = unsafe { frame.read(exit.live[0]) };
        1000 * u64::from(exit.exit) + live
    })
}

extern "C" fn deallocate(_: *mut std::ffi::c_void) {}

extern "C" fn double(value: u64) -> u64 {
    value.wrapping_mul(2)
}

extern "C" fn next(value: u64) -> u64 {
    value.wrapping_add(1)
}

/// A compiler whose arena lies near to the callees, if there is a place.
fn compiler() -> Compiler {
    let runtime = Runtime {
        exit_handler: left as *const () as usize,
        deallocate: deallocate as *const () as usize,
    };
    let callee = double as *const () as usize;
    let options = ArenaOptions {
        near: vec![callee..=callee + (1 << 20)],
        ..ArenaOptions::default()
    };
    let space: Arc<CodeSpace> = CodeSpace::new(&options).expect("there is memory");
    Compiler::with_strategies(space, runtime, calls::STRATEGIES).expect("there is room")
}

/// Calls each of the addresses in turn, each with what the one before returned.
fn chain(addresses: &[usize]) -> Function<Lir> {
    let mut text = String::from("function \"chain\" {\nblock0(v0: I64):\n");
    for (value, address) in addresses.iter().enumerate() {
        text += &format!("  v{} = Call {address:#x}, [v{value}]\n", value + 1);
    }
    text += &format!("  Return v{}\n}}\n", addresses.len());
    text.parse()
        .unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn compile(compiler: &Compiler, function: &Function<Lir>, strategy: Strategy) -> CompiledCode {
    let options = Options {
        strategy,
        ..Options::default()
    };
    compiler
        .compile(function, &options)
        .unwrap_or_else(|error| panic!("{error}"))
}

/// The bytes of sites, stubs and literals of a function that calls one address so often.
fn call_bytes(compiler: &Compiler, strategy: Strategy, address: usize, sites: usize) -> usize {
    let code = compile(compiler, &chain(&vec![address; sites]), strategy);
    let parts = code.parts();
    assert_eq!((parts.site_count, parts.target_count), (sites, 1));
    parts.sites + parts.stubs + parts.pools
}

fn named(name: &str) -> Strategy {
    let mut all = Strategy::ALL.iter().chain(calls::STRATEGIES);
    *all.find(|strategy| strategy.name() == name)
        .unwrap_or_else(|| panic!("{name} is built in"))
}

const MIB: usize = 1 << 20;
const GIB: usize = 1 << 30;

#[test]
fn sizes_stand_in_one_table() {
    let compiler = compiler();
    let start = compiler.space().range().start;
    // Beyond what `bl` reaches, within what `adrp` does, beyond that. Nothing is called here.
    let distances = [("2 GiB", start + 2 * GIB), ("64 GiB", start + 64 * GIB)];
    println!(
        "{:<16} {:>8} {:>6} {:>6} {:>6} {:>6}",
        "strategy", "distance", 1, 2, 3, 8
    );
    for strategy in Strategy::ALL.iter().chain(calls::STRATEGIES) {
        for (distance, address) in distances {
            let bytes = [1, 2, 3, 8].map(|sites| call_bytes(&compiler, *strategy, address, sites));
            let [a, b, c, d] = bytes;
            println!(
                "{:<16} {distance:>8} {a:>6} {b:>6} {c:>6} {d:>6}",
                strategy.name()
            );
        }
    }
    let of = |name: &str, address: usize, sites: usize| {
        call_bytes(&compiler, named(name), address, sites)
    };
    let [(_, near), (_, far)] = distances;
    for sites in 2..9 {
        assert_eq!(of("adrp_stub", near, sites), 4 * sites + 12);
        assert_eq!(of("arena_stub", near, sites), 4 * sites + 16);
        assert_eq!(of("paged_adaptive", near, sites), 4 * sites + 12);
    }
    // One site is below the threshold, and 64 GiB beyond reach: the declared fallback takes over, which is jit-core's.
    assert_eq!(of("adrp_stub", near, 1), of("literal_blr", near, 1));
    assert_eq!(of("adrp_stub", far, 5), of("literal_blr", far, 5));
    assert!(of("paged_adaptive", far, 5) <= of("literal_blr", far, 5));
}

#[test]
fn the_stub_is_shared_in_the_arena() {
    let compiler = compiler();
    let address = compiler.space().range().start + 512 * MIB;
    let function = chain(&[address; 3]);
    let first = compile(&compiler, &function, calls::adrp_stub());
    let second = compile(&compiler, &function, calls::adrp_stub());
    let stub = |code: &CompiledCode| code.stubs()[0].address();
    assert_eq!(stub(&first), stub(&second));
    assert_eq!(first.stubs()[0].code().read().len(), 12);
    let other = compile(&compiler, &function, named("arena_stub"));
    assert_ne!(stub(&first), stub(&other));
}

/// What is planned can be encoded: at the ends of what `adrp` reaches, and just beyond them.
#[test]
fn the_reach_is_what_the_encoder_holds() {
    let compiler = compiler();
    let arena = compiler.space().range();
    let mut fallen_back = 0;
    for page in -3i64..=3 {
        for offset in [0, 1, 4095] {
            for end in [arena.start, arena.end] {
                for direction in [4 * GIB as i64, -(4 * GIB as i64)] {
                    let address = end as i64 + direction + page * 4096 + offset;
                    let code = compile(
                        &compiler,
                        &chain(&[address as usize; 2]),
                        calls::adrp_stub(),
                    );
                    fallen_back += usize::from(code.stubs().is_empty());
                }
            }
        }
    }
    assert!((1..7 * 3 * 4).contains(&fallen_back), "{fallen_back}");
}

#[test]
fn calls_arrive_by_every_strategy() {
    let compiler = compiler();
    let (double, next) = (double as *const () as usize, next as *const () as usize);
    let function = chain(&[double, next, double, next, double, double]);
    for strategy in Strategy::ALL.iter().chain(calls::STRATEGIES) {
        let code = compile(&compiler, &function, *strategy);
        if let Some(result) = run(&code, 5) {
            assert_eq!(result, 92, "{strategy}");
        }
    }
}

/// Which exit it was survives the way there, whatever a strategy does to scratch registers.
#[test]
fn exits_are_told_apart_by_every_strategy() {
    COMPILER.with(|compiler| {
        let function: Function<Lir> = EXITS.parse().unwrap_or_else(|error| panic!("{error}"));
        for strategy in Strategy::ALL.iter().chain(calls::STRATEGIES) {
            let code = compile(compiler, &function, *strategy);
            for (argument, expected) in [(3, 1003), (20, 2021), (7, 9)] {
                if let Some(result) = run(&code, argument) {
                    assert_eq!(result, expected, "{strategy}({argument})");
                }
            }
        }
    });
}

const EXITS: &str = "function \"exits\" {
block0(v0: I64):
  v1 = Iconst 3
  v2 = Eq v0, v1
  GuardFalse v2, exit1, [v0]
  v3 = Iconst 1
  v4 = Add v0, v3
  v5 = Iconst 20
  v6 = LtS v0, v5
  GuardTrue v6, exit2, [v4]
  v7 = Add v4, v3
  Return v7
}
";

#[cfg(target_arch = "aarch64")]
fn run(code: &CompiledCode, argument: u64) -> Option<u64> {
    // SAFETY: the code takes a word, returns one, and is alive; so are the functions that it calls.
    let entry: extern "C" fn(u64) -> u64 = unsafe { std::mem::transmute(code.entry()) };
    Some(entry(argument))
}

/// The code is for another machine; `cargo xtask test example` runs it by an emulator.
#[cfg(not(target_arch = "aarch64"))]
fn run(_: &CompiledCode, _: u64) -> Option<u64> {
    None
}
