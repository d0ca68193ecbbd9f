//! What a collection of sets does not tell apart.
//!
//! Between two neighbouring end points only residues count, and of two classes of residues one is part of the other or they
//! are apart. So there are finitely many atoms, however far the sets reach.

use super::Set;
use super::piece::Piece;

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
