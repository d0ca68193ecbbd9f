//! What to run code on: words at which something may go wrong, and what lies around the constants of a pattern.

use jit_core::ir::testing::Random;
use jit_core::specs::ops::Type;

/// Integers at which something may go wrong.
pub const INTEGERS: [i64; 20] = [
    0,
    1,
    -1,
    2,
    3,
    31,
    32,
    63,
    64,
    -64,
    i32::MAX as i64,
    i32::MIN as i64,
    0x8000_0000,
    0xffff_ffff,
    0x1_0000_0000,
    -0x1_0000_0001,
    i64::MAX,
    i64::MIN,
    i64::MAX - 1,
    i64::MIN + 1,
];

/// Floats at which something may go wrong.
const FLOATS: [f64; 22] = [
    0.0,
    -0.0,
    1.0,
    -1.0,
    0.1,
    -1.5,
    2.5,
    f64::INFINITY,
    f64::NEG_INFINITY,
    f64::NAN,
    f64::from_bits(0xfff8_0000_0000_1234),
    f64::MAX,
    f64::MIN,
    f64::MIN_POSITIVE,
    -f64::MIN_POSITIVE,
    f64::from_bits(1),
    f64::from_bits(0x8000_0000_0000_0001),
    f64::from_bits(0x000f_ffff_ffff_ffff),
    9_007_199_254_740_993.0,
    9_223_372_036_854_775_808.0,
    -9_223_372_036_854_775_808.0,
    1e300,
];

/// How much to run.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Effort {
    /// So many times.
    Some(usize),
    /// So many times, and on all pairs of odd words if there are two parameters besides the first.
    Pairs(usize),
}

/// Words for parameters of these types. The first one is not for this module to decide.
pub fn words(
    types: &[Type],
    constants: &[i64],
    effort: Effort,
    random: &mut Random,
) -> Vec<Vec<u64>> {
    // What lies around a constant matters to comparisons and overflows.
    let near = constants.iter().flat_map(|&word| {
        let apart = [
            word,
            i64::MAX.wrapping_sub(word),
            i64::MIN.wrapping_sub(word),
        ];
        apart
            .into_iter()
            .flat_map(|word| [word, word.wrapping_sub(1), word.wrapping_add(1)])
    });
    let integers: Vec<u64> = INTEGERS
        .into_iter()
        .chain(near)
        .map(|word| word as u64)
        .collect();
    let floats: Vec<u64> = FLOATS.iter().map(|word| word.to_bits()).collect();
    let odd = |ty: &Type| if *ty == Type::F64 { &floats } else { &integers };
    let mut all = Vec::new();
    if let (Effort::Pairs(_), [_, a, b]) = (effort, types) {
        for &a in odd(a) {
            all.extend(odd(b).iter().map(|&b| vec![0, a, b]));
        }
    }
    let (Effort::Some(count) | Effort::Pairs(count)) = effort;
    for _ in 0..count {
        let word = |ty: &Type| match (random.below(3), ty) {
            (0, Type::F64) => random.float().to_bits(),
            (0, _) => random.integer() as u64,
            _ => *random.pick(odd(ty)),
        };
        all.push(types.iter().map(word).collect());
    }
    for words in &mut all {
        for (word, ty) in words.iter_mut().zip(types) {
            if *ty == Type::I32 {
                // The upper half of a word of 32 bits is anything.
                *word = *word & 0xffff_ffff | random.bits() << 32;
            }
        }
    }
    all
}
