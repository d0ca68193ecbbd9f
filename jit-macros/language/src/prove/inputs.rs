//! Inputs to try a rule on: edges, neighbours of each other, and random ones; floats of every kind.

use super::claim::{Claim, Input};
use crate::space::Set;
use crate::term::evaluate::{Assignment, Bytes, Concrete, mix};
use crate::term::{Sort, Term};

const EDGES: [i64; 22] = [
    0,
    1,
    -1,
    2,
    -2,
    31,
    32,
    63,
    64,
    0xff,
    0xffff,
    4095,
    4096,
    -4096,
    0x7fff_ffff,
    0x8000_0000,
    0xffff_ffff,
    0x1_0000_0000,
    i64::MAX,
    i64::MIN,
    i64::MIN + 1,
    0x5555_5555_5555_5555,
];

/// Doubles as bits: both zeros, infinities and signs of NaN, quiet and signalling, subnormals, and where integers end.
const FLOATS: [u64; 24] = [
    0,
    1 << 63,
    0x3ff0_0000_0000_0000,
    0xbff0_0000_0000_0000,
    0x7ff0_0000_0000_0000,
    0xfff0_0000_0000_0000,
    0x7ff8_0000_0000_0000,
    0xfff8_0000_0000_0000,
    0x7ff0_0000_0000_0001,
    0xfff7_ffff_ffff_ffff,
    0x7fff_ffff_ffff_ffff,
    1,
    0x8000_0000_0000_0001,
    0x000f_ffff_ffff_ffff,
    0x0010_0000_0000_0000,
    0x7fef_ffff_ffff_ffff,
    0xffef_ffff_ffff_ffff,
    0x3fb9_9999_9999_999a,
    0x3fe0_0000_0000_0000,
    0x4340_0000_0000_0000,
    0x43e0_0000_0000_0000,
    0xc3e0_0000_0000_0000,
    0x43df_ffff_ffff_ffff,
    0x4340_0000_0000_0001,
];

/// The values that round `round` of trying a claim gives to its symbols; `others` are those that are no inputs.
pub(super) fn assignment(claim: &Claim, others: &[Term], round: u64) -> Assignment {
    let mut dice = Dice(mix(round));
    let mut values = Assignment::new();
    let mut given: Vec<i64> = Vec::new();
    for (index, input) in claim.inputs.iter().enumerate() {
        // First all edges of the first two inputs with each other.
        let edges = if input.is_float {
            FLOATS.len()
        } else {
            EDGES.len()
        };
        let edge = match (index, round as usize) {
            (0, round) if round < edges * edges => Some(round % edges),
            (1, round) if round < edges * edges => Some(round / edges),
            _ => None,
        };
        let word = match &input.set {
            Some(set) => constant(set, input.is_float, round, &mut dice),
            None => register(input, edge, &given, &mut dice),
        };
        given.push(word);
        values.insert(input.symbol, Concrete::Bits((word as u64).into()));
    }
    for symbol in others {
        let value = match symbol.sort() {
            Sort::Bool => Concrete::Bool(dice.roll(2) == 1),
            Sort::Bits(width) => {
                Concrete::Bits(u128::from(dice.next()) & (u128::MAX >> (128 - width)))
            }
            Sort::Memory => Concrete::Memory(Bytes::new(dice.next()).into()),
        };
        values.entry(*symbol).or_insert(value);
    }
    values
}

struct Dice(u64);

impl Dice {
    fn next(&mut self) -> u64 {
        self.0 = mix(self.0);
        self.0
    }

    fn roll(&mut self, sides: usize) -> usize {
        (self.next() % sides as u64) as usize
    }
}

fn register(input: &Input, edge: Option<usize>, given: &[i64], dice: &mut Dice) -> i64 {
    if input.is_float {
        return match (edge, dice.roll(4)) {
            (Some(edge), _) => FLOATS[edge] as i64,
            (_, 0) => dice.next() as i64,
            (_, 1) => FLOATS[dice.roll(FLOATS.len())] as i64,
            // Ordinary numbers, where rounding once or twice is not the same.
            _ => (dice.next() & 0x800f_ffff_ffff_ffff | (1020 + dice.roll(8) as u64) << 52) as i64,
        };
    }
    let word = match (edge, dice.roll(5)) {
        (Some(edge), _) => EDGES[edge],
        (_, 0) if !given.is_empty() => {
            let near = given[dice.roll(given.len())];
            near.wrapping_add(dice.roll(3) as i64 - 1)
        }
        (_, 1) if !given.is_empty() => given[dice.roll(given.len())].wrapping_neg(),
        (_, 2) => EDGES[dice.roll(EDGES.len())],
        (_, 3) => 1 << dice.roll(64),
        _ => dice.next() as i64 >> dice.roll(64),
    };
    // What lies above the bits that count is arbitrary.
    if input.bits < 64 && dice.roll(2) == 0 {
        return word & 0xffff_ffff | (dice.next() << 32) as i64;
    }
    word
}

/// A member of a set: an end of a piece, a power of two, or any.
fn constant(set: &Set, is_float: bool, round: u64, dice: &mut Dice) -> i64 {
    let pieces = set.pieces();
    if pieces.is_empty() {
        return 0;
    }
    let piece = pieces[dice.roll(pieces.len())];
    if is_float {
        let number = match dice.roll(3) {
            0 => FLOATS[dice.roll(FLOATS.len())] as i64,
            // A power of two, of either sign.
            1 => (dice.roll(4096) as i64) << 52,
            _ => dice.next() as i64,
        };
        if set.contains(number.into()) {
            return number;
        }
    }
    let stride = 1i128 << piece.shift;
    let candidate = match (round, dice.roll(6)) {
        (0, _) => piece.lo,
        (1, _) => piece.hi,
        (_, 0) => piece.lo + stride,
        (_, 1) => piece.hi - stride,
        (_, 2) => (1u64 << dice.roll(64)) as i64 as i128,
        (_, 3) => EDGES[dice.roll(EDGES.len())].into(),
        _ => {
            let count = ((piece.hi - piece.lo) / stride + 1) as u128;
            piece.lo + stride * (u128::from(dice.next()) % count) as i128
        }
    };
    match set.contains(candidate) {
        true => candidate as i64,
        false => piece.lo as i64,
    }
}
