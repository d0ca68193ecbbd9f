//! Arithmetic progressions whose stride is a power of two, and what comes of two of them.

use std::fmt;

/// Every `1 << shift`th value from `lo` to `hi`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Piece {
    /// The least value.
    pub lo: i128,
    /// The greatest value, if it lies a multiple of the stride above the least one.
    pub hi: i128,
    /// The binary logarithm of the stride; 0 for a single value in a [`Set`](super::Set).
    pub shift: u32,
}

/// No set reaches farther from zero than this, a multiple of every stride.
pub(super) const FAR: i128 = 1 << 125;

impl Piece {
    /// Every integer between `lo` and `hi`, both included.
    pub fn range(lo: i128, hi: i128) -> Piece {
        Piece { lo, hi, shift: 0 }
    }

    /// Everything that leaves `residue` when it is divided, rounding down, by `1 << shift`.
    pub fn class(residue: i128, shift: u32) -> Piece {
        let residue = residue.rem_euclid(1 << shift);
        Piece {
            lo: residue - FAR,
            hi: residue + FAR,
            shift,
        }
    }

    /// Whether `value` is a member.
    pub fn contains(&self, value: i128) -> bool {
        self.lo <= value && value <= self.hi && (value - self.lo).trailing_zeros() >= self.shift
    }

    /// The distance of its members.
    pub fn stride(&self) -> i128 {
        1 << self.shift
    }

    /// How many members it has.
    pub fn count(&self) -> i128 {
        ((self.hi - self.lo) >> self.shift) + 1
    }

    /// What its members leave when they are divided, rounding down, by its stride.
    pub fn residue(&self) -> i128 {
        self.lo.rem_euclid(self.stride())
    }

    /// The members common to both.
    pub fn intersect(&self, other: &Piece) -> Option<Piece> {
        let (fine, coarse) = match self.shift <= other.shift {
            true => (self, other),
            false => (other, self),
        };
        if (fine.lo - coarse.lo).trailing_zeros() < fine.shift {
            return None;
        }
        let lo = fine.lo.max(coarse.lo);
        let piece = Piece {
            lo: lo + (coarse.lo - lo).rem_euclid(coarse.stride()),
            hi: fine.hi.min(coarse.hi),
            shift: coarse.shift,
        };
        piece.tightened()
    }

    /// The same members with an upper end that is one of them; nothing if there are none.
    pub(super) fn tightened(&self) -> Option<Piece> {
        if self.lo > self.hi {
            return None;
        }
        let hi = self.hi - (self.hi - self.lo) % self.stride();
        let shift = if self.lo == hi { 0 } else { self.shift };
        Some(Piece { hi, shift, ..*self })
    }

    /// Exactly the members of both, if a single piece has these.
    pub(super) fn join(&self, other: &Piece) -> Option<Piece> {
        let (low, high) = (self.min(other), self.max(other));
        let single = |piece: &Piece| piece.lo == piece.hi;
        let apart = high.lo - low.lo;
        let joined = |shift| {
            Some(Piece {
                lo: low.lo,
                hi: low.hi.max(high.hi),
                shift,
            })
        };
        let shift = match (single(low), single(high)) {
            (true, true) => return if apart == 1 { joined(0) } else { None },
            (true, false) => high.shift,
            (false, true) => low.shift,
            (false, false) if low.shift == high.shift => low.shift,
            // Of different strides: one may be part of the other.
            (false, false) => {
                let within = |inner: &Piece, outer: &Piece| outer.intersect(inner) == Some(*inner);
                return match (within(high, low), within(low, high)) {
                    (true, _) => Some(*low),
                    (_, true) => Some(*high),
                    _ => None,
                };
            }
        };
        // One goes on where the other one ends, or before.
        if apart.trailing_zeros() >= shift && apart <= low.hi - low.lo + (1 << shift) {
            return joined(shift);
        }
        // The members of one lie halfway between those of the other.
        let half = (1i128 << shift) >> 1;
        let alternate = shift > 0 && apart == half && (high.hi - low.hi).abs() == half;
        if alternate { joined(shift - 1) } else { None }
    }

    /// What lies within `i64` and is no member.
    pub(super) fn complement(&self) -> Vec<Piece> {
        let (min, max) = (i64::MIN.into(), i64::MAX.into());
        let beside = [
            Piece::range(min, self.lo - 1),
            Piece::range(self.hi + 1, max),
        ];
        // Between members lies what differs from them in the lowest bit, what does so in the second but not the lowest, ...
        let between = (0..self.shift).map(|bit| Piece {
            lo: self.lo + (1 << bit),
            hi: self.hi,
            shift: bit + 1,
        });
        beside.into_iter().chain(between).collect()
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.lo == self.hi {
            return write!(f, "{}", self.lo);
        }
        write!(f, "{}..={}", self.lo, self.hi)?;
        match (self.shift, self.residue()) {
            (0, _) => Ok(()),
            (_, 0) => write!(f, " in multiples of {}", self.stride()),
            (_, _) => write!(f, " in steps of {}", self.stride()),
        }
    }
}
