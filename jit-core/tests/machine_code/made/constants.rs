//! Which constants to try for a pattern: the ends of every range, what lies just outside of it, and shapes for which
//! machines have special encodings.

use jit_core::ir::pattern::ConstantInfo;
use jit_core::ir::testing::Random;
use jit_core::ir::{Dialect, OperandKind};
use jit_core::machine::{OperandPattern, PatternInfo};
use jit_core::specs::ops::{Lir, Type};

/// A constant of a pattern.
pub struct Constant {
    pub info: ConstantInfo,
    /// Whether it has 32 bits.
    is_word: bool,
}

/// The constants of a pattern, from left to right.
pub fn constants(pattern: &PatternInfo) -> Vec<Constant> {
    let declared = Lir::info(pattern.op).operands;
    let each = declared.iter().zip(pattern.operands);
    each.flat_map(|(declared, operand)| match operand {
        OperandPattern::Constant(info) => vec![Constant {
            info: *info,
            is_word: matches!(
                declared.kind,
                OperandKind::Value(Type::I32) | OperandKind::Const("I32")
            ),
        }],
        OperandPattern::Definition(inner) => constants(inner),
        OperandPattern::Register | OperandPattern::Other => Vec::new(),
    })
    .collect()
}

impl Constant {
    /// Whether the pattern accepts a value, conditions aside.
    pub fn accepts(&self, word: i64) -> bool {
        self.info.ranges.iter().any(|range| range.contains(word))
    }

    /// Both ends of each range.
    pub fn ends(&self) -> impl Iterator<Item = i64> {
        let ranges = self.info.ranges.iter();
        ranges.flat_map(|range| [range.least, range.most])
    }

    /// What to try, inside and outside.
    pub fn candidates(&self, random: &mut Random) -> Vec<i64> {
        let mut found: Vec<i64> = self.ends().collect();
        for range in self.info.ranges {
            let step = 1i64 << range.shift;
            found.extend([
                range.least.wrapping_add(step),
                range.most.wrapping_sub(step),
                range.least.wrapping_sub(step),
                range.most.wrapping_add(step),
                range.least.wrapping_sub(1),
                range.most.wrapping_add(1),
                range.least.wrapping_add(1),
            ]);
            for _ in 0..2 {
                let span = range.most.wrapping_sub(range.least) as u64;
                let inside = match span.checked_add(1) {
                    Some(count) => range.least.wrapping_add((random.bits() % count) as i64),
                    None => random.bits() as i64,
                };
                let apart = inside.wrapping_sub(range.least) & step.wrapping_sub(1);
                found.push(inside.wrapping_sub(apart));
            }
        }
        let shape = random.below(64);
        found.extend([
            0,
            1,
            -1,
            i64::MIN,
            1 << shape,
            (1i64 << shape).wrapping_sub(1),
            !(1 << shape),
            0x00ff_00ff_00ff_00ff,
            0xff0,
            -0x1_0000_0000,
            random.integer(),
        ]);
        if self.is_word {
            for word in &mut found {
                *word = i64::from(*word as i32);
            }
        }
        found.sort_unstable();
        found.dedup();
        found
    }
}

/// Whether a constant of 64 bits, or of 32, is a rotated run of ones, repeated: by the definition, whatever the encoder
/// thinks of it.
pub fn is_repeated_run(word: u64, bits: u32) -> bool {
    let (mask, word) = match bits {
        64 => (u64::MAX, word),
        _ => (u64::from(u32::MAX), word & u64::from(u32::MAX)),
    };
    (1..=6)
        .map(|shift| 1u32 << shift)
        .filter(|size| *size <= bits)
        .any(|size| {
            let element = if size == 64 {
                u64::MAX
            } else {
                (1 << size) - 1
            };
            let first = word & element;
            let rotate = |by: u32| ((first << by) | (first >> ((size - by) % size))) & element;
            let is_run = first != 0
                && first != element
                && (0..size).any(|by| {
                    let turned = if by == 0 { first } else { rotate(by) };
                    turned & (turned + 1) == 0
                });
            let repeated = (0..bits / size).fold(0, |whole, index| whole | first << (index * size));
            is_run && repeated & mask == word
        })
}

#[test]
fn runs_of_ones_are_known() {
    for word in [
        1,
        0xff0,
        0x00ff_00ff_00ff_00ff,
        1 << 63,
        !1,
        0x5555_5555_5555_5555,
        0x8000_0000_0000_0001,
    ] {
        assert!(is_repeated_run(word, 64), "{word:#x}");
    }
    for word in [0, u64::MAX, 5, 0x1234, 0xff0ff] {
        assert!(!is_repeated_run(word, 64), "{word:#x}");
    }
    assert!(is_repeated_run(0x8000_0001, 32) && !is_repeated_run(0xffff_ffff, 32));
}
