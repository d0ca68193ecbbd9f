//! Sets of integer constants: unions of arithmetic progressions whose stride is a power of two.
//!
//! This is what operand kinds (`range 0..=32760; multiple_of 8`) and conditions on one constant (`if -4095 <= b && b <
//! 0`, `if b % 8 == 1`) denote. The family is closed under intersection, and any finite collection of its members cuts the
//! integers into finitely many atoms ([`atoms`]), each of which lies wholly inside or wholly outside every member; that is
//! what makes the usefulness test exact. Strides that are no powers of two are refused by the parser: no field of the
//! target has one, and they would multiply the atoms.

use std::fmt;

/// Every `1 << shift`th value from `lo` to `hi`, both included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Piece {
    /// The least value.
    pub lo: i128,
    /// The greatest value, if it lies a multiple of the stride above the least one.
    pub hi: i128,
    /// The binary logarithm of the stride; 0 for a single value in a [`Set`].
    pub shift: u32,
}

/// No set reaches farther from zero than this, a multiple of every stride.
const FAR: i128 = 1 << 125;

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
    fn tightened(&self) -> Option<Piece> {
        if self.lo > self.hi {
            return None;
        }
        let hi = self.hi - (self.hi - self.lo) % self.stride();
        let shift = if self.lo == hi { 0 } else { self.shift };
        Some(Piece { hi, shift, ..*self })
    }

    /// Exactly the members of both, if a single piece has these.
    fn join(&self, other: &Piece) -> Option<Piece> {
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
    fn complement(&self) -> Vec<Piece> {
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

/// Cuts `universe` into non-empty atoms that each of `sets` contains wholly or not at all, and yields the member of each
/// that is nearest to zero, the nearest of all first.
pub fn atoms<'a>(universe: &'a Set, sets: impl IntoIterator<Item = &'a Set>) -> Vec<i128> {
    let sets = sets.into_iter().flat_map(|set| &set.pieces);
    let pieces: Vec<&Piece> = universe.pieces.iter().chain(sets).collect();
    let mut cuts: Vec<i128> = pieces
        .iter()
        .flat_map(|piece| [piece.lo, piece.hi + 1])
        .collect();
    cuts.sort_unstable();
    cuts.dedup();

    let mut atoms = Vec::new();
    for ends in cuts.windows(2) {
        let (lo, hi) = (ends[0], ends[1] - 1);
        let around = pieces.iter().filter(|it| it.lo <= lo && hi <= it.hi);
        let mut classes: Vec<Class> = around.map(|piece| Class::of(piece)).collect();
        classes.push(Class::ALL);
        classes.sort_unstable();
        classes.dedup();
        // Two classes are apart, or one is part of the other: what is told apart is each without those within it.
        for (index, class) in classes.iter().enumerate() {
            let within = classes[index + 1..].iter().copied();
            let holes: Vec<Class> = within.filter(|it| class.contains(it)).collect();
            atoms.extend(class.nearest_to_zero(lo, hi, &holes));
        }
    }
    atoms.retain(|atom| universe.contains(*atom));
    atoms.sort_by_key(|atom| (atom.unsigned_abs(), *atom < 0));
    atoms
}

/// The integers that leave `residue` when they are divided, rounding down, by `1 << shift`.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Class {
    shift: u32,
    residue: i128,
}

impl Class {
    const ALL: Class = Class {
        shift: 0,
        residue: 0,
    };

    fn of(piece: &Piece) -> Class {
        Class {
            shift: piece.shift,
            residue: piece.residue(),
        }
    }

    /// Whether `other` is part of it.
    fn contains(&self, other: &Class) -> bool {
        self.shift <= other.shift && (self.residue - other.residue).trailing_zeros() >= self.shift
    }

    /// The member nearest to zero in `lo..=hi` that is in none of `holes`, which are parts of it.
    fn nearest_to_zero(&self, lo: i128, hi: i128, holes: &[Class]) -> Option<i128> {
        let stride = 1i128 << self.shift;
        if holes.contains(self) {
            return None;
        }
        if !holes.is_empty() {
            let half = |residue| {
                let half = Class {
                    shift: self.shift + 1,
                    residue,
                };
                let holes = holes.iter().copied().filter(|hole| half.contains(hole));
                half.nearest_to_zero(lo, hi, &holes.collect::<Vec<_>>())
            };
            let halves = [half(self.residue), half(self.residue + stride)];
            let found = halves.into_iter().flatten();
            return found.min_by_key(|value| (value.unsigned_abs(), *value < 0));
        }
        let up = |from: i128| from + (self.residue - from).rem_euclid(stride);
        let down = |from: i128| from - (from - self.residue).rem_euclid(stride);
        // The first one from zero upwards, or from the lower end if that is higher; and likewise downwards.
        let candidates = [up(lo.max(0)), down(hi.min(0))];
        let found = candidates.into_iter().filter(|it| lo <= *it && *it <= hi);
        found.min_by_key(|value| (value.unsigned_abs(), *value < 0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pieces_are_tightened_to_their_stride() {
        assert_eq!(Set::range(1, 23).multiples(3).bounds(), Some((8, 16)));
        assert!(Set::range(1, 7).multiples(3).is_empty());
        let (lo, hi) = (1, 23);
        let odd = Set::from_pieces([Piece { lo, hi, shift: 3 }]);
        assert_eq!(odd.bounds(), Some((1, 17)));
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

    /// Unions of up to three random progressions around zero.
    fn random_sets(count: usize) -> Vec<Set> {
        let mut state = 1u64;
        let mut below = |bound: u64| {
            state = state
                .wrapping_mul(6364136223846793005)
                .wrapping_add(1442695040888963407);
            i128::from((state >> 33) % bound)
        };
        let mut piece = || {
            let (lo, length, shift) = (below(60) - 30, below(40), below(5));
            let (hi, shift) = (lo + length, shift as u32);
            Piece { lo, hi, shift }
        };
        let sets = (0..count).map(|index| Set::from_pieces((0..=index % 3).map(|_| piece())));
        sets.collect()
    }

    #[test]
    fn atoms_agree_with_membership_of_every_value() {
        let sets = random_sets(200);
        let universe = Set::range(-40, 80);
        for some in sets.chunks(4) {
            let alike = |one: i128, other: i128| {
                let mut sets = some.iter();
                sets.all(|set| set.contains(one) == set.contains(other))
            };
            let atoms = atoms(&universe, some);
            for value in -40..=80i128 {
                let mut of = atoms.iter().filter(|atom| alike(**atom, value));
                let nearest = of.next();
                let nearest =
                    nearest.unwrap_or_else(|| panic!("nothing stands for {value}: {some:?}"));
                assert!(
                    nearest.abs() <= value.abs(),
                    "{nearest} before {value}: {some:?}"
                );
            }
        }
    }

    #[test]
    fn operations_agree_with_membership_of_every_value() {
        let sets = random_sets(300);
        for (index, set) in sets.iter().enumerate() {
            let other = &sets[(index + 7) % sets.len()];
            let (both, joined) = (set.intersect(other), set.clone().joined());
            let not = set.complement(99).expect("few pieces");
            assert!(joined.pieces.len() <= set.pieces.len());
            let mut common = false;
            let mut first_outside = None::<i128>;
            for value in -200..=200 {
                let (mine, theirs) = (set.contains(value), other.contains(value));
                assert_eq!(
                    both.contains(value),
                    mine && theirs,
                    "{value} in {set} and {other}"
                );
                assert_eq!(
                    joined.contains(value),
                    mine,
                    "{value} in {set}, joined {joined}"
                );
                assert_eq!(not.contains(value), !mine, "{value} in {set}, not in {not}");
                common |= mine && theirs;
                if mine && !theirs {
                    let key = |value: i128| (value.unsigned_abs(), value < 0);
                    first_outside = first_outside
                        .into_iter()
                        .chain([value])
                        .min_by_key(|it| key(*it));
                }
            }
            assert_eq!(set.meets(other), common, "{set} meets {other}");
            assert_eq!(set.outside(other), first_outside, "{set} without {other}");
            assert!(!other.covers(set) || first_outside.is_none());
        }
    }

    #[test]
    fn halves_of_a_progression_are_joined() {
        let halves = [Piece::class(1, 3), Piece::class(5, 3)];
        let halves = Set::from_pieces(halves).intersect(&Set::range(-20, 20));
        assert_eq!(halves.joined().to_string(), "-19..=17 in steps of 4");
        let odd = Set::all_i64().multiples(1).complement(9);
        assert_eq!(
            odd.unwrap().to_string(),
            "-9223372036854775807..=9223372036854775807 in steps of 2"
        );
    }

    #[test]
    fn powers_of_two_have_one_bit() {
        let powers = Set::powers_of_two();
        for word in (-70..=70).chain((0..64).map(|bit| 1i64 << bit)) {
            assert_eq!(
                powers.contains(word.into()),
                word.count_ones() == 1,
                "{word}"
            );
        }
        assert_eq!(powers.pieces().len(), 64);
        assert_eq!(powers.to_string(), "a power of two");
        let some = powers.intersect(&Set::range(0, 4096)).to_string();
        assert_eq!(some, "a power of two in 1..=4096");
        assert_eq!(
            powers.outside(&Set::range(0, i64::MAX.into())),
            Some(i64::MIN.into())
        );
    }
}
