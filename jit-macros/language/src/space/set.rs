//! Sets of integer constants: unions of intervals with a power-of-two stride.
//!
//! This is what operand kinds (`range 0..=32760; multiple_of 8`) and interval conditions (`if -4095 <= b && b < 0`)
//! denote. The family is closed under intersection, and any finite collection of its members cuts the integers into
//! finitely many [`Atom`]s, each of which lies wholly inside or wholly outside every member; that is what makes the
//! usefulness test exact. Strides that are no powers of two are refused by the parser: no field of the target has one,
//! and they would multiply the atoms.

use std::fmt;

/// The multiples of `1 << shift` between `lo` and `hi`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Piece {
    /// The least value, if it is a multiple of the stride.
    pub lo: i128,
    /// The greatest value, if it is a multiple of the stride.
    pub hi: i128,
    /// The binary logarithm of the stride.
    pub shift: u32,
}

impl Piece {
    /// Every integer between `lo` and `hi`, both included.
    pub fn range(lo: i128, hi: i128) -> Piece {
        Piece { lo, hi, shift: 0 }
    }

    /// Whether `value` is a member.
    pub fn contains(&self, value: i128) -> bool {
        self.lo <= value && value <= self.hi && value.trailing_zeros() >= self.shift
    }

    /// The members common to both.
    pub fn intersect(&self, other: &Piece) -> Option<Piece> {
        let piece = Piece {
            lo: self.lo.max(other.lo),
            hi: self.hi.min(other.hi),
            shift: self.shift.max(other.shift),
        };
        piece.tightened()
    }

    /// The same members with end points that are members themselves; nothing if there are none.
    fn tightened(&self) -> Option<Piece> {
        let stride = 1i128 << self.shift;
        let below = self.lo.rem_euclid(stride);
        let lo = if below == 0 {
            self.lo
        } else {
            self.lo + (stride - below)
        };
        let hi = self.hi - self.hi.rem_euclid(stride);
        (lo <= hi).then_some(Piece {
            lo,
            hi,
            shift: self.shift,
        })
    }
}

impl fmt::Display for Piece {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.lo == self.hi {
            return write!(f, "{}", self.lo);
        }
        write!(f, "{}..={}", self.lo, self.hi)?;
        if self.shift > 0 {
            write!(f, " in multiples of {}", 1i128 << self.shift)?;
        }
        Ok(())
    }
}

/// A union of pieces; they may overlap each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Set {
    pieces: Vec<Piece>,
}

impl Set {
    /// Every integer between `lo` and `hi`, both included.
    pub fn range(lo: i128, hi: i128) -> Set {
        Set::from_pieces([Piece::range(lo, hi)])
    }

    /// Everything that an `i64` can hold.
    pub fn all_i64() -> Set {
        Set::range(i64::MIN.into(), i64::MAX.into())
    }

    /// The union of `pieces`.
    pub fn from_pieces(pieces: impl IntoIterator<Item = Piece>) -> Set {
        Set {
            pieces: pieces
                .into_iter()
                .filter_map(|piece| piece.tightened())
                .collect(),
        }
    }

    /// The pieces it is the union of; each has members.
    pub fn pieces(&self) -> &[Piece] {
        &self.pieces
    }

    /// Whether it has no member.
    pub fn is_empty(&self) -> bool {
        self.pieces.is_empty()
    }

    /// Whether `value` is a member.
    pub fn contains(&self, value: i128) -> bool {
        self.pieces.iter().any(|piece| piece.contains(value))
    }

    /// Whether there are members common to both.
    pub(super) fn meets(&self, other: &Set) -> bool {
        let meets = |mine: &Piece| other.pieces.iter().any(|it| it.intersect(mine).is_some());
        self.pieces.iter().any(meets)
    }

    /// Whether each piece of `other` lies within one of this.
    pub(super) fn covers(&self, other: &Set) -> bool {
        let within = |inner: &Piece| {
            let around = |piece: &Piece| piece.intersect(inner) == Some(*inner);
            self.pieces.iter().any(around)
        };
        other.pieces.iter().all(within)
    }

    /// The members common to both.
    pub fn intersect(&self, other: &Set) -> Set {
        let mut pieces = Vec::new();
        for mine in &self.pieces {
            for theirs in &other.pieces {
                if let Some(piece) = mine.intersect(theirs)
                    && !pieces.contains(&piece)
                {
                    pieces.push(piece);
                }
            }
        }
        Set { pieces }
    }

    /// The members other than `value`.
    pub fn without(&self, value: i128) -> Set {
        let below = Piece::range(i128::MIN / 4, value - 1);
        let above = Piece::range(value + 1, i128::MAX / 4);
        self.intersect(&Set {
            pieces: vec![below, above],
        })
    }

    /// The members that are multiples of `1 << shift`.
    pub fn multiples(&self, shift: u32) -> Set {
        Set::from_pieces(self.pieces.iter().map(|piece| Piece {
            shift: piece.shift.max(shift),
            ..*piece
        }))
    }

    /// Least and greatest member.
    pub fn bounds(&self) -> Option<(i128, i128)> {
        let lo = self.pieces.iter().map(|piece| piece.lo).min()?;
        let hi = self.pieces.iter().map(|piece| piece.hi).max()?;
        Some((lo, hi))
    }

    /// The greatest `shift` for which every member is a multiple of `1 << shift`.
    ///
    /// A single value counts with its own trailing zeros.
    pub fn common_shift(&self) -> u32 {
        let of = |piece: &Piece| {
            if piece.lo == piece.hi {
                piece.lo.trailing_zeros().min(63)
            } else {
                piece.shift
            }
        };
        self.pieces.iter().map(of).min().unwrap_or(0)
    }

    /// A member that is not in `other`, if there is one: the nearest to zero.
    pub fn outside(&self, other: &Set) -> Option<i128> {
        let inside = |atom: &Atom| self.contains(atom.example) && !other.contains(atom.example);
        atoms(self, [other])
            .into_iter()
            .find(inside)
            .map(|atom| atom.example)
    }
}

impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, piece) in self.pieces.iter().enumerate() {
            if index > 0 {
                f.write_str(" or ")?;
            }
            piece.fmt(f)?;
        }
        if self.pieces.is_empty() {
            f.write_str("nothing")?;
        }
        Ok(())
    }
}

/// A non-empty set of constants that none of the sets under consideration tells apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Atom {
    /// The member nearest to zero.
    pub example: i128,
    /// The interval that the atom was cut from.
    pub segment: Piece,
}

/// Cuts `universe` into atoms that each of `sets` contains wholly or not at all, the one nearest to zero first.
pub fn atoms<'a>(universe: &'a Set, sets: impl IntoIterator<Item = &'a Set>) -> Vec<Atom> {
    let pieces = universe
        .pieces
        .iter()
        .chain(sets.into_iter().flat_map(|set| &set.pieces));
    let mut cuts = Vec::new();
    let mut shifts = vec![0];
    for piece in pieces {
        cuts.extend([piece.lo, piece.hi + 1]);
        shifts.push(piece.shift);
    }
    cuts.sort_unstable();
    cuts.dedup();
    shifts.sort_unstable();
    shifts.dedup();

    let mut atoms = Vec::new();
    for ends in cuts.windows(2) {
        let (lo, hi) = (ends[0], ends[1] - 1);
        for (index, &from) in shifts.iter().enumerate() {
            let below = shifts.get(index + 1).copied();
            if let Some(example) = nearest_to_zero(lo, hi, from, below)
                && universe.contains(example)
            {
                atoms.push(Atom {
                    example,
                    segment: Piece {
                        lo,
                        hi,
                        shift: from,
                    },
                });
            }
        }
    }
    atoms.sort_by_key(|atom| (atom.example.unsigned_abs(), atom.example < 0));
    atoms
}

/// The value nearest to zero in `lo..=hi` with at least `from` and, where given, fewer than `below` trailing zero bits.
fn nearest_to_zero(lo: i128, hi: i128, from: u32, below: Option<u32>) -> Option<i128> {
    if hi < 0 {
        return nearest_to_zero(-hi, -lo, from, below).map(|value| -value);
    }
    let stride = 1i128 << from;
    if lo <= 0 {
        return match below {
            None => Some(0),
            Some(_) if stride <= hi => Some(stride),
            Some(_) => (-stride >= lo).then_some(-stride),
        };
    }
    let first = (lo + stride - 1) / stride * stride;
    let fits = below.is_none_or(|below| first.trailing_zeros() < below);
    let value = if fits { first } else { first + stride };
    (value <= hi).then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_tightened_to_their_stride() {
        let set = Set::from_pieces([Piece {
            lo: 1,
            hi: 23,
            shift: 3,
        }]);
        assert_eq!(set.bounds(), Some((8, 16)));
        assert!(
            Set::from_pieces([Piece {
                lo: 1,
                hi: 7,
                shift: 3
            }])
            .is_empty()
        );
        assert_eq!(
            Set::range(-4095, -1).without(-1).bounds(),
            Some((-4095, -2))
        );
    }

    #[test]
    fn intersection_takes_the_coarser_stride() {
        let offsets = Set::range(0, 32760).multiples(3);
        let both = offsets.intersect(&Set::range(5, 20));
        assert_eq!(both.to_string(), "8..=16 in multiples of 8");
        assert_eq!(both.common_shift(), 3);
    }

    #[test]
    fn outside_gives_the_member_nearest_to_zero() {
        let imm12 = Set::range(0, 4095);
        assert_eq!(Set::all_i64().outside(&imm12), Some(-1));
        assert_eq!(Set::range(0, 1 << 32).outside(&imm12), Some(4096));
        assert_eq!(imm12.outside(&Set::all_i64()), None);
        assert_eq!(imm12.outside(&imm12.multiples(12)), Some(1));
        assert_eq!(
            Set::range(0, 15).outside(&Set::range(0, 15).multiples(3)),
            Some(1)
        );
    }

    #[test]
    fn atoms_agree_with_membership_of_every_value() {
        let sets = [
            Set::range(-5, 9),
            Set::range(-32, 31).multiples(2),
            Set::range(-20, 20).without(4),
            Set::range(3, 24).multiples(3),
        ];
        let universe = Set::range(-40, 40);
        let atoms = atoms(&universe, &sets);
        for value in -40..=40i128 {
            let same = |atom: &&Atom| {
                sets.iter()
                    .all(|set| set.contains(atom.example) == set.contains(value))
            };
            assert!(
                atoms.iter().any(|atom| same(&atom)),
                "no atom stands for {value}"
            );
        }
    }
}
