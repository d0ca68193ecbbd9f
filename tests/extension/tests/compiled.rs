//! Functions with operations of this crate: compiled, listed, and where they can be run compared with the evaluator.

use armjit_extension::ops::Op;
use jit_core::code::{ArenaOptions, CodeSpace};
use jit_core::compile::{CompiledCode, Compiler, Options, Runtime};
use jit_core::exit::ExitFrame;
use jit_core::ir::{Evaluation, Function, NoMemory, evaluate, parse_with};
use jit_core::machine::RuleSet;
use jit_core::specs::ops::Lir;

extern "C" fn left(_: *mut ExitFrame) -> u64 {
    unreachable!("these functions have no exits")
}

extern "C" fn deallocate(_: *mut std::ffi::c_void) {}

fn compiler() -> Compiler {
    let runtime = Runtime {
        exit_handler: left as *const () as usize,
        deallocate: deallocate as *const () as usize,
    };
    let space = CodeSpace::new(&ArenaOptions::default()).expect("there is memory");
    Compiler::new(space, runtime).expect("there is room for the routines")
}

fn read(text: &str) -> Function<Lir> {
    let function = parse_with(text, Op::OWN).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(function.to_string(), text, "what is printed can be read");
    function
}

/// A function of two words that returns the result of the last line, `v9`.
fn function(lines: &[&str]) -> Function<Lir> {
    let lines: String = lines.iter().map(|line| format!("  {line}\n")).collect();
    read(&format!(
        "function \"f\" {{\nblock0(v0: I64, v1: I64):\n{lines}  Return v9\n}}\n"
    ))
}

/// Each rule, and a function in which it is chosen.
const CASES: &[(&str, &[&str])] = &[
    ("rotate_right", &["v9 = RotateRight v0, v1"]),
    (
        "rotate_right_imm",
        &["v2 = Iconst 63", "v9 = RotateRight v0, v2"],
    ),
    ("mul_high", &["v9 = MulHighS v0, v1"]),
    (
        "mul_high_narrow",
        &[
            "v2 = Narrow v0",
            "v3 = WidenS v2",
            "v4 = Narrow v1",
            "v5 = WidenS v4",
            "v9 = MulHighS v3, v5",
        ],
    ),
    ("leading_zeros", &["v9 = LeadingZeros v0"]),
    ("reverse_bits", &["v9 = ReverseBits v0"]),
    ("and_not", &["v9 = AndNot v0, v1"]),
    (
        "and_not_shifted_shl",
        &["v2 = Iconst 3", "v3 = Shl v1, v2", "v9 = AndNot v0, v3"],
    ),
    (
        "and_not_shifted_shr_u",
        &["v2 = Iconst 63", "v3 = ShrU v1, v2", "v9 = AndNot v0, v3"],
    ),
    (
        "and_not_shifted_shr_s",
        &["v2 = Iconst 0", "v3 = ShrS v1, v2", "v9 = AndNot v0, v3"],
    ),
];

#[test]
fn listings_name_the_rules_and_operations_of_this_crate() {
    let compiler = compiler();
    for (rule, lines) in CASES {
        let code = compile(&compiler, &function(lines));
        let listing = code.listing();
        assert!(
            listing.iter().any(|line| line.rule == *rule),
            "{rule}: {listing:#?}"
        );
    }
}

#[test]
fn every_rule_has_a_case() {
    let sets: [&RuleSet; 1] = [&armjit_extension::rules::RULE_SET];
    for rule in sets.iter().flat_map(|set| set.rules) {
        assert!(
            CASES.iter().any(|(name, _)| *name == rule.name),
            "{}",
            rule.name
        );
        assert!(rule.file.ends_with("src/rules.rs"), "{}", rule.file);
    }
}

const WORDS: [u64; 12] = [
    0,
    1,
    2,
    63,
    64,
    65,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    i64::MAX as u64,
    i64::MIN as u64,
    u64::MAX,
];

#[test]
fn code_does_what_the_operations_mean() {
    let compiler = compiler();
    for (rule, lines) in CASES {
        let function = function(lines);
        let code = compile(&compiler, &function);
        for a in WORDS {
            for b in WORDS {
                let meant = evaluate(&function, &[a, b], &mut NoMemory::default(), 100);
                let Evaluation::Returned(meant) = meant else {
                    panic!("{rule}({a:#x}, {b:#x}): {meant:?}");
                };
                if let Some(result) = run(&code, a, b) {
                    assert_eq!(result, meant, "{rule}({a:#x}, {b:#x})");
                }
            }
        }
    }
}

fn compile(compiler: &Compiler, function: &Function<Lir>) -> CompiledCode {
    compiler
        .compile(function, &Options::default())
        .unwrap_or_else(|error| panic!("{error}"))
}

#[cfg(target_arch = "aarch64")]
fn run(code: &CompiledCode, a: u64, b: u64) -> Option<u64> {
    // SAFETY: the code takes two words, returns one, and is alive.
    let entry: extern "C" fn(u64, u64) -> u64 = unsafe { std::mem::transmute(code.entry()) };
    Some(entry(a, b))
}

/// The code is for another machine; `cargo xtask test example` runs it by an emulator.
#[cfg(not(target_arch = "aarch64"))]
fn run(_: &CompiledCode, _: u64, _: u64) -> Option<u64> {
    None
}
