//! Numbers that look random and are the same on every machine for the same seed.

/// Steele, Lea and Flood's SplitMix64: one addition and a mix per number.
#[derive(Clone, Debug)]
pub struct Random(u64);

impl Random {
    /// The sequence that belongs to `seed`.
    pub fn new(seed: u64) -> Self {
        Self(seed)
    }

    /// The next 64 bits.
    pub fn bits(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        mix(self.0)
    }

    /// A number below `end`; zero if there is none.
    pub fn below(&mut self, end: usize) -> usize {
        if end == 0 {
            return 0;
        }
        ((u128::from(self.bits()) * end as u128) >> 64) as usize
    }

    /// True once in `n` times.
    pub fn one_in(&mut self, n: usize) -> bool {
        self.below(n) == 0
    }

    /// One of the items. Panics if there are none.
    pub fn pick<'a, T>(&mut self, items: &'a [T]) -> &'a T {
        &items[self.below(items.len())]
    }

    /// An integer of the kind that breaks things: around powers of two, small, negative, or any.
    pub fn integer(&mut self) -> i64 {
        let near = self.below(5) as i64 - 2;
        match self.below(4) {
            0 => near,
            1 => (1i64 << self.below(64)).wrapping_add(near),
            2 => (1i64 << self.below(64)).wrapping_neg().wrapping_add(near),
            _ => self.bits() as i64,
        }
    }

    /// A float of the kind that breaks things: zeros, infinities, NaN, halves, huge, tiny, or any.
    pub fn float(&mut self) -> f64 {
        const ODD: [f64; 10] = [
            0.0,
            -0.0,
            1.0,
            -1.5,
            f64::INFINITY,
            f64::NEG_INFINITY,
            f64::NAN,
            f64::MAX,
            f64::MIN_POSITIVE,
            9_007_199_254_740_993.0,
        ];
        match self.below(3) {
            0 => *self.pick(&ODD),
            1 => self.integer() as f64,
            _ => f64::from_bits(self.bits()),
        }
    }
}

/// Mixes the bits of a word so that every bit depends on every other.
pub(super) fn mix(word: u64) -> u64 {
    let word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    let word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}
