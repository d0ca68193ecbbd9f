//! Which parts of an arena are free: best fit, neighbours joined.
//!
//! It deals in offsets and touches no memory, so it can be tested against a model. Sizes and places are multiples of
//! [`GRANULE`], which bounds the number of useless crumbs and keeps every piece of code aligned for its literals.

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

/// Every free or used piece begins and ends at a multiple of this many bytes.
pub(super) const GRANULE: usize = 16;

/// The free pieces, no two of which touch.
#[derive(Clone, Debug)]
pub(super) struct FreeList {
    /// Where each piece begins and ends.
    pieces: BTreeMap<usize, usize>,
    /// Length and beginning of each piece, the shortest first.
    by_length: BTreeSet<(usize, usize)>,
    free: usize,
}

impl FreeList {
    /// Everything up to `capacity`, a multiple of the granule, is free.
    pub(super) fn new(capacity: usize) -> Self {
        let mut list = Self {
            pieces: BTreeMap::new(),
            by_length: BTreeSet::new(),
            free: 0,
        };
        list.release(0..capacity);
        list
    }

    /// Takes at least `bytes` bytes, at a multiple of `align`, a power of two, out of the shortest piece that has them.
    pub(super) fn allocate(&mut self, bytes: usize, align: usize) -> Option<Range<usize>> {
        let bytes = granules(bytes)?;
        let align = align.max(GRANULE);
        let (piece, start) = self
            .by_length
            .range((bytes, 0)..)
            .find_map(|&(length, piece)| {
                let start = piece.checked_next_multiple_of(align)?;
                (start.checked_add(bytes)? <= piece + length).then_some((piece, start))
            })?;
        let end = self.remove(piece);
        self.insert(piece..start);
        self.insert(start + bytes..end);
        Some(start..start + bytes)
    }

    /// Gives back a range that was taken, or a part of one, made of whole granules.
    pub(super) fn release(&mut self, range: Range<usize>) {
        let (mut start, mut end) = (range.start, range.end);
        if let Some((&before, &touching)) = self.pieces.range(..start).next_back()
            && touching == start
        {
            self.remove(before);
            start = before;
        }
        if self.pieces.contains_key(&end) {
            end = self.remove(end);
        }
        self.insert(start..end);
    }

    /// The bytes of the largest piece.
    pub(super) fn largest(&self) -> usize {
        self.by_length.last().map_or(0, |&(length, _)| length)
    }

    /// The bytes of all pieces.
    pub(super) fn free(&self) -> usize {
        self.free
    }

    /// Where what has ever been written ends at the latest: the beginning of the last free piece, if it is at the end.
    pub(super) fn used_end(&self, capacity: usize) -> usize {
        match self.pieces.last_key_value() {
            Some((&start, &end)) if end == capacity => start,
            _ => capacity,
        }
    }

    fn insert(&mut self, piece: Range<usize>) {
        if !piece.is_empty() {
            self.pieces.insert(piece.start, piece.end);
            self.by_length.insert((piece.len(), piece.start));
            self.free += piece.len();
        }
    }

    /// Removes the piece that begins at `start` and yields its end.
    fn remove(&mut self, start: usize) -> usize {
        let end = self.pieces.remove(&start).unwrap_or(start);
        self.by_length.remove(&(end - start, start));
        self.free -= end - start;
        end
    }
}

/// `bytes`, at least one, rounded up to whole granules.
pub(super) fn granules(bytes: usize) -> Option<usize> {
    bytes.max(1).checked_next_multiple_of(GRANULE)
}
