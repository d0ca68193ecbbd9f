//! Side tables by return address.

use std::sync::Arc;

use super::{arena, put};
use crate::code::SideTables;

#[test]
fn a_return_address_finds_the_code_that_it_returns_to() {
    let space = arena(1 << 16);
    let tables = SideTables::new();
    let install = |name: &'static str, bytes: usize| {
        tables.install(put(&space, &vec![0; bytes]), Arc::new(name))
    };
    let first = install("first", 32);
    let second = install("second", 40);
    let start = first.code().address();
    assert_eq!(second.code().address(), start + 32);

    let find = |offset: usize| tables.find(start + offset).map(|(name, at)| (*name, at));
    // Nothing returns to the very beginning of code; a call at the end of `first` returns to where `second` begins.
    assert_eq!(find(0), None);
    assert_eq!(find(4), Some(("first", 4)));
    assert_eq!(find(32), Some(("first", 32)));
    assert_eq!(find(36), Some(("second", 4)));
    assert_eq!(find(72), Some(("second", 40)));
    assert_eq!(find(76), None);
    assert!(tables.find(0).is_none() && tables.find(usize::MAX).is_none());

    assert_eq!(
        (**second.table(), tables.clone().find(start + 8).is_some()),
        ("second", true)
    );
    drop(first);
    assert_eq!(find(4), None);
    assert_eq!(find(36), Some(("second", 4)));
    drop(second);
    assert_eq!(find(36), None);
    assert_eq!(space.usage().used, 0);
}
