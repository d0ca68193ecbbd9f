//! Programs are run by the evaluator, which knows the declared meanings only, and, where the processor can, as machine
//! code under every call strategy: the outcomes are those that the programs state.

#[cfg(target_arch = "aarch64")]
#[path = "execute/machine.rs"]
mod machine;

use armjit_tests::{Argument, CALLEES, Callee, Outcome, Program, Run};
use jit_core::ir::{Evaluation, Fault, Memory, evaluate};

/// More instructions than any program needs.
const STEPS: u64 = 100_000;

/// What the callees of programs do, called by whatever name.
extern "C" fn near(a: u64, b: u64) -> u64 {
    a.wrapping_mul(3).wrapping_add(b)
}

extern "C" fn far(a: u64) -> u64 {
    a ^ 0xff
}

extern "C" fn half(a: f64) -> f64 {
    a / 2.0
}

/// Where a callee is in this process.
fn address(callee: &Callee) -> u64 {
    match callee.name {
        "near" => near as *const () as u64,
        "far" => far as *const () as u64,
        "half" => half as *const () as u64,
        other => panic!("no callee `{other}`"),
    }
}

/// The memory of one run: bytes at an address, and the callees.
struct Bytes {
    address: u64,
    bytes: Vec<u8>,
    fault: Option<Fault>,
}

impl Bytes {
    fn place(&mut self, address: u64, bytes: u32) -> Option<&mut [u8]> {
        let start = usize::try_from(address.wrapping_sub(self.address)).ok();
        let end = start.and_then(|start| start.checked_add(bytes as usize));
        if end.is_none_or(|end| end > self.bytes.len()) {
            self.fault
                .get_or_insert(Fault::OutOfBounds { address, bytes });
            return None;
        }
        self.bytes.get_mut(start?..end?)
    }
}

impl Memory for Bytes {
    fn read(&mut self, address: u64, bytes: u32) -> u64 {
        let mut word = [0; 8];
        if let Some(place) = self.place(address, bytes) {
            word[..place.len()].copy_from_slice(place);
        }
        u64::from_le_bytes(word)
    }

    fn write(&mut self, address: u64, bytes: u32, value: u64) {
        if let Some(place) = self.place(address, bytes) {
            let length = place.len();
            place.copy_from_slice(&value.to_le_bytes()[..length]);
        }
    }

    fn call(&mut self, target: i64, arguments: &[u64]) -> u64 {
        let called = CALLEES
            .iter()
            .find(|callee| address(callee) == target as u64);
        match (called.map(|callee| callee.name), arguments) {
            (Some("near"), [a, b]) => near(*a, *b),
            (Some("far"), [a]) => far(*a),
            (Some("half"), [a]) => half(f64::from_bits(*a)).to_bits(),
            _ => {
                self.fault.get_or_insert(Fault::NoSuchTarget {
                    target: target as u64,
                });
                0
            }
        }
    }

    fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take()
    }
}

/// The memory as every run finds it.
fn fresh(program: &Program) -> Vec<u8> {
    (0..program.memory).map(|index| index as u8).collect()
}

/// One word per argument, given where the memory is.
fn words(run: &Run, memory: u64) -> Vec<u64> {
    let word = |argument: &Argument| match argument {
        Argument::Word(word) => *word,
        Argument::Memory => memory,
    };
    run.arguments.iter().map(word).collect()
}

/// The outcome by the declared meanings, and the memory afterwards, which is said to be at `address`.
fn interpret(program: &Program, run: &Run, at: u64) -> (Outcome, Vec<u8>) {
    let function = program.function(address);
    let mut memory = Bytes {
        address: at,
        bytes: fresh(program),
        fault: None,
    };
    let outcome = match evaluate(&function, &words(run, at), &mut memory, STEPS) {
        Evaluation::Returned(word) => Outcome::Returned(word),
        Evaluation::Exited { exit, live } => Outcome::Exited(exit as u32, live),
        other => panic!("{}: {other:?}\n{function}", program.name),
    };
    (outcome, memory.bytes)
}

#[test]
fn meanings_give_the_stated_outcomes() {
    for program in armjit_tests::all() {
        assert!(!program.runs.is_empty(), "{} is never run", program.name);
        for (index, run) in program.runs.iter().enumerate() {
            let (outcome, _) = interpret(&program, run, 0x1000);
            assert_eq!(outcome, run.expected, "{}, run {}", program.name, index + 1);
        }
    }
}
