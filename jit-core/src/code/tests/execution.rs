//! Committed code is executed.

use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use super::placing::quiet_address;
use super::{arena, put};
use crate::code::{ArenaOptions, CodeRange, CodeSpace};
use crate::ir::testing::Random;

const RET: u32 = 0xd65f_03c0;

fn bytes(words: &[u32]) -> Vec<u8> {
    words.iter().copied().flat_map(u32::to_le_bytes).collect()
}

/// `mov x0, #number; ret`.
fn answer(number: u16) -> Vec<u8> {
    bytes(&[0xd280_0000 | u32::from(number) << 5, RET])
}

fn run(code: &CodeRange) -> u64 {
    let entry = std::ptr::with_exposed_provenance::<()>(code.address());
    // SAFETY: the code of these tests takes nothing, returns a word and keeps what a called function has to keep.
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
fn code_calls_another_arena_by_a_direct_branch() {
    let place = |near, at| {
        let options = ArenaOptions {
            capacity: 1 << 20,
            near,
            at,
        };
        CodeSpace::new(&options).unwrap()
    };
    let callees = place(Vec::new(), Some(quiet_address(2)));
    let callee = put(&callees, &answer(42));
    let target = callee.address();
    let space = place(vec![target..=target], None);
    assert!(space.reaches(target));
    let place = space.allocate(16, 16).unwrap();
    let distance = target.wrapping_sub(place.address() + 4) as u32 >> 2 & 0x03ff_ffff;
    // stp x29, x30, [sp, #-16]!; bl target; ldp x29, x30, [sp], #16; ret
    let words = [0xa9bf_7bfd, 0x9400_0000 | distance, 0xa8c1_7bfd, RET];
    let code = place.commit(&bytes(&words)).unwrap();
    assert_eq!(run(&code), 42);
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
