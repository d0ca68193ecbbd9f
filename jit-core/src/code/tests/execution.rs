//! Committed code is executed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::{arena, put};
use crate::code::CodeRange;
use crate::ir::testing::Random;

/// `mov x0, #number; ret`.
fn answer(number: u16) -> Vec<u8> {
    let mov = 0xd280_0000 | u32::from(number) << 5;
    [mov, 0xd65f_03c0]
        .into_iter()
        .flat_map(u32::to_le_bytes)
        .collect()
}

fn run(code: &CodeRange) -> u64 {
    let entry = std::ptr::with_exposed_provenance::<()>(code.address());
    // SAFETY: the code is an `answer`: it takes nothing, returns a word and touches only x0.
    let entry: extern "C" fn() -> u64 = unsafe { std::mem::transmute(entry) };
    entry()
}

#[test]
fn code_runs_and_its_place_runs_other_code_later() {
    let space = arena(1 << 16);
    let first = put(&space, &answer(42));
    let address = first.address();
    assert_eq!(run(&first), 42);
    drop(first);
    for number in 0..2000 {
        let code = put(&space, &answer(number));
        assert_eq!((code.address(), run(&code)), (address, u64::from(number)));
    }
}

#[test]
fn code_is_committed_while_other_code_runs() {
    let space = arena(1 << 16);
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        for number in [7, 8] {
            let (space, stop) = (&space, &stop);
            scope.spawn(move || {
                let code = put(space, &answer(number));
                while !stop.load(Ordering::Relaxed) {
                    assert_eq!(run(&code), u64::from(number));
                }
            });
        }
        let mut random = Random::new(1);
        for _ in 0..2000 {
            let number = random.below(1 << 16) as u16;
            let code = put(&space, &answer(number));
            assert_eq!(run(&code), u64::from(number));
        }
        stop.store(true, Ordering::Relaxed);
    });
}

#[test]
fn code_goes_on_after_a_fork() {
    let space = arena(1 << 16);
    let kept = put(&space, &answer(1));
    // SAFETY: the child only runs code and commits code, and leaves by `_exit`.
    let child = unsafe { libc::fork() };
    let other = put(&space, &answer(if child == 0 { 2 } else { 3 }));
    let good = run(&kept) == 1 && run(&other) == if child == 0 { 2 } else { 3 };
    if child == 0 {
        // SAFETY: ends the child without the parent's clean-up.
        unsafe { libc::_exit(if good { 0 } else { 1 }) };
    }
    let mut status = 0;
    // SAFETY: waits for a child of this process and writes to a local variable.
    let waited = unsafe { libc::waitpid(child, &mut status, 0) };
    assert!(good);
    assert_eq!((waited, status), (child, 0));
}
