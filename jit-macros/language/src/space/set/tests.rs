//! Sets, compared with membership of every value.

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
            let nearest = nearest.unwrap_or_else(|| panic!("nothing stands for {value}: {some:?}"));
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
