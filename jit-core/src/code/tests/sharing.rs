//! Code that exists once for the arena.

use super::{arena, put};
use crate::code::SharedKey;

#[test]
fn shared_code_lives_as_long_as_its_handles() {
    let space = arena(1 << 16);
    let key = SharedKey::new("stub", 0x1234);
    assert!(space.shared(key).is_none());
    let first = space.share(key, put(&space, &[1; 16]));
    let second = space.shared(key).unwrap();
    assert_eq!((first.address(), first.key()), (second.address(), key));
    assert!(space.shared(SharedKey::new("stub", 0x1235)).is_none());

    drop(first);
    assert_eq!(second.code().read(), [1; 16]);
    drop(second);
    assert!(space.shared(key).is_none());
    assert_eq!(space.usage().used, 0);
}

#[test]
fn whoever_comes_second_gets_what_is_there() {
    let space = arena(1 << 16);
    let key = SharedKey::new("stub", 0);
    let first = space.share(key, put(&space, &[1; 16]));
    let second = space.share(key, put(&space, &[2; 16]));
    assert_eq!(first.range(), second.range());
    assert_eq!(space.usage().used, 16);

    drop((first, second));
    let anew = space.share(key, put(&space, &[3; 16]));
    assert_eq!(anew.code().read(), [3; 16]);
    assert_eq!(space.shared(key).unwrap().address(), anew.address());
}
