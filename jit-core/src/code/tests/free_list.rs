//! The free list against a model that knows every granule.

use crate::code::free_list::{FreeList, GRANULE};
use crate::ir::testing::Random;

const CAPACITY: usize = 256 * GRANULE;

/// Which granules are taken.
struct Model([bool; CAPACITY / GRANULE]);

impl Model {
    /// The free pieces as offsets in bytes.
    fn pieces(&self) -> Vec<(usize, usize)> {
        let mut pieces = Vec::new();
        let mut start = None;
        for (index, &taken) in self.0.iter().chain([&true]).enumerate() {
            match (taken, start) {
                (false, None) => start = Some(index),
                (true, Some(first)) => {
                    pieces.push((first * GRANULE, index * GRANULE));
                    start = None;
                }
                _ => {}
            }
        }
        pieces
    }

    fn set(&mut self, range: &std::ops::Range<usize>, taken: bool) {
        for granule in &mut self.0[range.start / GRANULE..range.end / GRANULE] {
            assert_ne!(*granule, taken, "{range:?} overlaps");
            *granule = taken;
        }
    }
}

#[test]
fn it_agrees_with_the_model() {
    for seed in 0..8 {
        let mut random = Random::new(seed);
        let mut list = FreeList::new(CAPACITY);
        let mut model = Model([false; CAPACITY / GRANULE]);
        let mut taken = Vec::new();
        for _ in 0..2000 {
            if random.one_in(2) || taken.is_empty() {
                let bytes = random.below(40 * GRANULE);
                let align = 1 << random.below(11);
                let fits = model.pieces().into_iter().any(|(start, end)| {
                    start.next_multiple_of(align) + bytes.max(1).next_multiple_of(GRANULE) <= end
                });
                match list.allocate(bytes, align) {
                    Some(range) => {
                        assert!(range.start.is_multiple_of(align) && range.len() >= bytes);
                        assert!(range.len() < bytes.max(1) + GRANULE && !range.is_empty());
                        model.set(&range, true);
                        taken.push(range);
                    }
                    None => assert!(!fits, "{bytes} bytes aligned to {align} would fit"),
                }
            } else {
                let range = taken.swap_remove(random.below(taken.len()));
                let middle = range.start + random.below(range.len() / GRANULE + 1) * GRANULE;
                for part in [range.start..middle, middle..range.end] {
                    if !part.is_empty() {
                        model.set(&part, false);
                        list.release(part);
                    }
                }
            }
            let pieces = model.pieces();
            let lengths = || pieces.iter().map(|(start, end)| end - start);
            assert_eq!(list.largest(), lengths().max().unwrap_or(0));
            assert_eq!(list.free(), lengths().sum());
            let last = pieces.last().filter(|&&(_, end)| end == CAPACITY);
            assert_eq!(
                list.used_end(CAPACITY),
                last.map_or(CAPACITY, |&(start, _)| start)
            );
        }
        for range in taken {
            list.release(range);
        }
        assert_eq!((list.largest(), list.used_end(CAPACITY)), (CAPACITY, 0));
    }
}

#[test]
fn the_shortest_piece_that_fits_is_taken() {
    let mut list = FreeList::new(CAPACITY);
    let pieces: Vec<_> = [4, 1, 2, 1, 3, 1]
        .map(|granules| list.allocate(granules * GRANULE, 1).unwrap())
        .into();
    for index in [0, 2, 4] {
        list.release(pieces[index].clone());
    }
    assert_eq!(list.allocate(2 * GRANULE, 1), Some(pieces[2].clone()));
    assert_eq!(list.allocate(3 * GRANULE, 1), Some(pieces[4].clone()));
    assert_eq!(
        list.allocate(3 * GRANULE, 1).unwrap().start,
        pieces[0].start
    );
}

#[test]
fn sizes_beyond_all_bounds_do_not_fit() {
    let mut list = FreeList::new(CAPACITY);
    assert_eq!(list.allocate(usize::MAX, 1), None);
    assert_eq!(list.allocate(usize::MAX - GRANULE, GRANULE), None);
    assert_eq!(list.allocate(CAPACITY + 1, 1), None);
    assert_eq!(list.allocate(CAPACITY, 1), Some(0..CAPACITY));
}
