//! Where arenas are placed, and what they reach.

use crate::code::reach;
use crate::code::{ArenaOptions, CodeError, CodeSpace, branch_reaches};

const MIB: usize = 1 << 20;

#[test]
fn branches_reach_128_mib() {
    let from = 1 << 32;
    assert!(branch_reaches(from, from));
    assert!(branch_reaches(from, from + 128 * MIB - 4));
    assert!(!branch_reaches(from, from + 128 * MIB));
    assert!(branch_reaches(from, from - 128 * MIB));
    assert!(!branch_reaches(from, from - 128 * MIB - 4));
    assert!(branch_reaches(0, 0) && !branch_reaches(0, usize::MAX));
}

#[test]
fn every_place_in_the_window_reaches_everything() {
    let targets = 1 << 32..=(1 << 32) + 20 * MIB;
    let capacity = 32 * MIB;
    let window = reach::window(&targets, capacity).unwrap();
    let reaches_all = |start: usize| {
        [start, start + capacity - 4].into_iter().all(|from| {
            branch_reaches(from, *targets.start()) && branch_reaches(from, *targets.end())
        })
    };
    assert!(reaches_all(*window.start()) && reaches_all(*window.end()));
    assert!(!reaches_all(*window.start() - 4) && !reaches_all(*window.end() + 4));

    // Too far apart, and too large an arena.
    assert_eq!(reach::window(&(0..=300 * MIB), capacity), None);
    assert_eq!(reach::window(&targets, 300 * MIB), None);
    // At the ends of the address space.
    let low = reach::window(&(4096..=8192), capacity).unwrap();
    assert_eq!(low, 0..=4096 + 96 * MIB + 4);
    assert!(reach::window(&(usize::MAX..=usize::MAX), capacity).is_some());
}

/// An address with 256 MiB of nothing on either side, far from where programs, libraries and everything without a hint
/// are mapped. Tests run side by side, so each has its own `number`.
pub(super) fn quiet_address(number: usize) -> usize {
    let gib = 1 << 30;
    let mut starts = (1..60).map(|place| (place * 8 + number) * gib);
    let large = starts.find_map(|start| {
        let options = ArenaOptions {
            capacity: 512 * MIB,
            near: Vec::new(),
            at: Some(start),
        };
        CodeSpace::new(&options).ok()
    });
    large.unwrap().range().start + 256 * MIB
}

#[test]
fn an_arena_lies_near_its_targets_if_it_can() {
    let target = quiet_address(0);
    // The first range is too wide for any arena to be near all of it.
    let options = ArenaOptions {
        capacity: 16 * MIB,
        near: vec![0..=usize::MAX, target..=target + MIB],
        at: None,
    };
    let space = CodeSpace::new(&options).unwrap();
    assert!(space.reaches(target) && space.reaches(target + MIB));
    assert!(!space.reaches(target.wrapping_add(usize::MAX / 2)));
    // And so does a second one, beside it.
    let beside = CodeSpace::new(&options).unwrap();
    assert!(beside.reaches(target) && beside.reaches(space.range().start));
}

#[test]
fn an_arena_that_cannot_be_near_is_somewhere() {
    // Nothing can be mapped at the upper end of the address space.
    let nowhere = usize::MAX - 4096;
    let options = ArenaOptions {
        capacity: MIB,
        near: vec![nowhere..=nowhere],
        at: None,
    };
    let space = CodeSpace::new(&options).unwrap();
    assert!(!space.reaches(nowhere));
    assert!(space.reaches(space.range().start) && space.reaches(space.range().end - 4));
}

#[test]
fn an_arena_can_be_placed_at_an_address() {
    let address = quiet_address(1);
    let options = ArenaOptions {
        capacity: MIB,
        near: Vec::new(),
        at: Some(address),
    };
    let space = CodeSpace::new(&options).unwrap();
    assert_eq!(space.range(), address..address + MIB);
    assert!(!space.reaches(address + 200 * MIB));
    let error = CodeSpace::new(&options).unwrap_err();
    assert!(matches!(error, CodeError::AddressTaken { address: a } if a == address));
}
