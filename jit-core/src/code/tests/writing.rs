//! Allocation, commitment and release.

use super::{arena, executable_bytes, put};
use crate::code::{ArenaOptions, CodeError, CodeSpace};

#[test]
fn what_is_committed_shows_at_the_executable_addresses() {
    let space = arena(1 << 16);
    let place = space.allocate(5, 64).unwrap();
    let address = place.address();
    assert!(address.is_multiple_of(64) && space.range().contains(&address));
    let code = place.commit(&[1, 2, 3, 4, 5]).unwrap();
    assert_eq!(code.range(), address..address + 5);
    assert_eq!(executable_bytes(&code), [1, 2, 3, 4, 5]);
    assert_eq!(code.read(), [1, 2, 3, 4, 5]);
}

#[test]
fn the_executable_addresses_cannot_be_written_and_the_writable_not_executed() {
    let space = arena(1 << 16);
    let code = put(&space, &[0; 16]);
    let maps = std::fs::read_to_string("/proc/self/maps").unwrap();
    let mut executable = 0;
    for line in maps.lines().filter(|line| line.contains("jit-code")) {
        let (range, rest) = line.split_once(' ').unwrap();
        assert!(!rest.contains("wx"), "{line}");
        let (start, end) = range.split_once('-').unwrap();
        let start = usize::from_str_radix(start, 16).unwrap();
        let end = usize::from_str_radix(end, 16).unwrap();
        if (start..end).contains(&code.address()) {
            assert!(rest.starts_with("r-x"), "{line}");
            executable += 1;
        }
    }
    assert_eq!(executable, 1, "{maps}");
}

#[test]
fn dropped_code_gives_its_place_back() {
    let space = arena(1 << 16);
    let empty = space.usage();
    let first = put(&space, &[1; 100]);
    let second = put(&space, &[2; 100]);
    assert_eq!(space.usage().used, 2 * 112);
    let address = first.address();
    drop(first);
    let third = put(&space, &[3; 50]);
    assert_eq!(third.address(), address);
    assert_eq!(executable_bytes(&second), [2; 100]);
    drop((second, third));
    drop(space.allocate(1000, 16).unwrap());
    assert_eq!(space.usage(), empty);
}

#[test]
fn shorter_code_gives_the_rest_back() {
    let space = arena(1 << 16);
    let place = space.allocate(4096, 16).unwrap();
    let code = place.commit(&[7; 20]).unwrap();
    assert_eq!((code.len(), space.usage().used), (20, 32));
    let place = space.allocate(0, 1).unwrap();
    let nothing = place.commit(&[]).unwrap();
    assert!(nothing.is_empty() && nothing.read().is_empty());
    assert_eq!(space.usage().used, 48);
}

#[test]
fn errors_name_what_and_where() {
    let space = arena(1);
    assert_eq!(space.usage().capacity, 1 << 16);
    let half = space.allocate(1 << 15, 16).unwrap();
    let error = space.allocate((1 << 15) + 1, 16).unwrap_err();
    assert_eq!(
        error.to_string(),
        "the code arena is full: 32769 bytes wanted, the largest free piece of 65536 has 32768"
    );
    let address = half.address();
    let error = half.commit(&[0; (1 << 15) + 1]).unwrap_err();
    let message = format!("32769 bytes of code for a place of 32768 bytes at {address:#x}");
    assert_eq!(error.to_string(), message);
    assert_eq!(space.usage().used, 0);

    for align in [0, 3, 8192] {
        let error = space.allocate(16, align).unwrap_err();
        assert!(matches!(error, CodeError::BadAlignment { align: a } if a == align));
    }
    for capacity in [0, usize::MAX, usize::MAX / 2] {
        let options = ArenaOptions {
            capacity,
            ..ArenaOptions::default()
        };
        let error = CodeSpace::new(&options).unwrap_err();
        assert!(matches!(error, CodeError::BadCapacity { capacity: c } if c == capacity));
    }
}
