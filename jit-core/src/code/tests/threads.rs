//! Many threads at one arena.

use std::sync::Arc;
use std::thread;

use super::{arena, executable_bytes, put};
use crate::code::{CodeRange, CodeSpace, SharedCode, SharedKey, SideTables};
use crate::ir::testing::Random;

#[test]
fn all_of_it_can_be_sent_and_shared() {
    fn check<T: Send + Sync>() {}
    check::<CodeSpace>();
    check::<CodeRange>();
    check::<SharedCode>();
    check::<SideTables<u32>>();
}

#[test]
fn threads_do_not_disturb_each_other() {
    let space = arena(1 << 18);
    let tables = SideTables::new();
    let work = |seed: u8| {
        let mut random = Random::new(u64::from(seed));
        let mut mine = Vec::new();
        for _ in 0..300 {
            if random.one_in(2) && !mine.is_empty() {
                mine.swap_remove(random.below(mine.len()));
            } else {
                let code = put(&space, &vec![seed; 1 + random.below(300)]);
                mine.push(tables.install(code, Arc::new(seed)));
            }
            let key = SharedKey::new("stub", random.below(4) as u64);
            let shared = space
                .shared(key)
                .unwrap_or_else(|| space.share(key, put(&space, &[key.argument as u8; 24])));
            assert_eq!(shared.code().read(), [key.argument as u8; 24]);
            for installed in &mine {
                let code = installed.code();
                assert!(executable_bytes(code).iter().all(|&byte| byte == seed));
                assert_eq!(*tables.find(code.address() + 1).unwrap().0, seed);
            }
        }
    };
    thread::scope(|scope| {
        for seed in 1..=4 {
            scope.spawn(move || work(seed));
        }
    });
    assert_eq!(space.usage().used, 0);
}
