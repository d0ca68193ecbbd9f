//! How far a direct branch goes, and where an arena has to lie for its branches to go far enough.

use std::ops::RangeInclusive;

/// `b` and `bl` hold a distance in words of 26 bits: the furthest way back, in bytes.
const BACK: usize = 1 << 27;
/// The furthest way ahead.
const AHEAD: usize = (1 << 27) - 4;

/// Whether `b` or `bl` at `from` can go to `to`.
pub const fn branch_reaches(from: usize, to: usize) -> bool {
    if to >= from {
        to - from <= AHEAD
    } else {
        from - to <= BACK
    }
}

/// The addresses at which an arena of `capacity` bytes may begin for all its branches to reach all of `targets`, if there
/// are any.
pub(super) fn window(
    targets: &RangeInclusive<usize>,
    capacity: usize,
) -> Option<RangeInclusive<usize>> {
    // The first instruction has the longest way to the last target, the last instruction to the first target.
    let lowest = targets.end().saturating_sub(AHEAD);
    let highest = targets
        .start()
        .saturating_add(BACK)
        .checked_sub(capacity - 4)?;
    (lowest <= highest).then_some(lowest..=highest)
}
