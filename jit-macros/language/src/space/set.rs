//! Sets of integer constants: unions of arithmetic progressions whose stride is a power of two.
//!
//! This is what operand kinds (`range 0..=32760; multiple_of 8`) and conditions on one constant (`if -4095 <= b && b <
//! 0`, `if b % 8 == 1`) denote. The family is closed under intersection, and any finite collection of its members cuts the
//! integers into finitely many atoms ([`atoms`]), each of which lies wholly inside or wholly outside every member; that is
//! what makes the usefulness test exact. Strides that are no powers of two are refused by the parser: no field of the
//! target has one, and they would multiply the atoms.

use std::cmp::Ordering;
use std::fmt;

mod atoms;
mod piece;

#[cfg(test)]
mod tests;

pub use atoms::atoms;
use piece::FAR;
pub use piece::Piece;

/// A union of pieces; they may overlap each other.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Set {
    /// Ascending, none empty.
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

    /// The words of 64 bits of which exactly one is set, as `i64`.
    pub fn powers_of_two() -> Set {
        let power = |bit| i128::from(1i64 << bit);
        Set::from_pieces((0..64).map(|bit| Piece::range(power(bit), power(bit))))
    }

    /// The union of `pieces`.
    pub fn from_pieces(pieces: impl IntoIterator<Item = Piece>) -> Set {
        let pieces = pieces.into_iter().filter_map(|piece| piece.tightened());
        let mut pieces: Vec<Piece> = pieces.collect();
        pieces.sort_unstable();
        pieces.dedup();
        Set { pieces }
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

    /// The pairs of a piece of this and one of `other` that may have members in common.
    fn close<'a>(&'a self, other: &'a Set) -> impl Iterator<Item = (&'a Piece, &'a Piece)> {
        self.pieces.iter().flat_map(|mine| {
            let near = other.pieces.iter().take_while(|it| it.lo <= mine.hi);
            near.filter(|it| mine.lo <= it.hi)
                .map(move |theirs| (mine, theirs))
        })
    }

    /// Whether there are members common to both.
    pub(super) fn meets(&self, other: &Set) -> bool {
        self.close(other)
            .any(|(mine, theirs)| mine.intersect(theirs).is_some())
    }

    /// How a member of this may compare with one of `other`; in every way, if there are none to compare.
    pub fn orders(&self, other: &Set) -> impl Iterator<Item = Ordering> {
        let ends = self.bounds().zip(other.bounds());
        let is_possible = move |order: &Ordering| {
            ends.is_none_or(|((lo, hi), (least, most))| match order {
                Ordering::Less => lo < most,
                Ordering::Equal => self.meets(other),
                Ordering::Greater => hi > least,
            })
        };
        let orders = [Ordering::Less, Ordering::Equal, Ordering::Greater];
        orders.into_iter().filter(is_possible)
    }

    /// Whether each piece of `other` lies within one of this.
    pub(super) fn covers(&self, other: &Set) -> bool {
        let within = |inner: &Piece| {
            let around = |piece: &Piece| piece.intersect(inner) == Some(*inner);
            self.pieces.iter().any(around)
        };
        self == other || other.pieces.iter().all(within)
    }

    /// The members common to both.
    pub fn intersect(&self, other: &Set) -> Set {
        let common = self
            .close(other)
            .filter_map(|(mine, theirs)| mine.intersect(theirs));
        Set::from_pieces(common)
    }

    /// The same members in fewer pieces, as far as two of them make one.
    pub fn joined(mut self) -> Set {
        let pieces = &mut self.pieces;
        let mut before = usize::MAX;
        // What two have become may go together with what was looked at before.
        while pieces.len() < before {
            before = pieces.len();
            let mut index = 0;
            while index < pieces.len() {
                let (head, behind) = pieces.split_at(index + 1);
                let piece = head[index];
                let join = |it: &Piece| piece.join(it);
                match behind.iter().position(|it| join(it).is_some()) {
                    Some(other) => {
                        pieces[index] = piece.join(&pieces[index + 1 + other]).unwrap_or(piece);
                        pieces.remove(index + 1 + other);
                    }
                    None => index += 1,
                }
            }
        }
        Set::from_pieces(self.pieces)
    }

    /// What lies within `i64` and is no member, if it takes no more than `most` pieces.
    pub fn complement(&self, most: usize) -> Option<Set> {
        let mut left = Set::all_i64();
        for piece in &self.pieces {
            left = left.intersect(&Set::from_pieces(piece.complement()));
            if left.pieces.len() > most {
                return None;
            }
        }
        Some(left.joined())
    }

    /// The members other than `value`.
    pub fn without(&self, value: i128) -> Set {
        let below = Piece::range(-FAR, value - 1);
        let above = Piece::range(value + 1, FAR);
        self.intersect(&Set::from_pieces([below, above]))
    }

    /// The members that are multiples of `1 << shift`.
    pub fn multiples(&self, shift: u32) -> Set {
        self.intersect(&Set::from_pieces([Piece::class(0, shift)]))
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
            let own = piece.lo.trailing_zeros().min(63);
            match piece.lo == piece.hi {
                true => own,
                false => own.min(piece.shift),
            }
        };
        self.pieces.iter().map(of).min().unwrap_or(0)
    }

    /// A member that is not in `other`, if there is one: the nearest to zero.
    pub fn outside(&self, other: &Set) -> Option<i128> {
        let inside = |atom: &i128| self.contains(*atom) && !other.contains(*atom);
        atoms(self, [other]).into_iter().find(inside)
    }
}

/// How many pieces are written down before some are left out.
const MOST_WRITTEN: usize = 8;

impl fmt::Display for Set {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let pieces = &self.pieces[..];
        let Some((lo, hi)) = self.bounds() else {
            return f.write_str("nothing");
        };
        if pieces.len() > MOST_WRITTEN {
            let powers = Set::powers_of_two();
            if *self == powers {
                return f.write_str("a power of two");
            }
            if *self == powers.intersect(&Set::range(lo, hi)) {
                return write!(f, "a power of two in {lo}..={hi}");
            }
        }
        let written = match pieces.len() {
            0..=MOST_WRITTEN => pieces,
            _ => &pieces[..MOST_WRITTEN / 2],
        };
        for (index, piece) in written.iter().enumerate() {
            let or = if index > 0 { " or " } else { "" };
            write!(f, "{or}{piece}")?;
        }
        match pieces.len() - written.len() {
            0 => Ok(()),
            more => write!(f, " or {more} more up to {hi}"),
        }
    }
}
