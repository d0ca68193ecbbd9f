//! Building a 64-bit constant in a register out of the declared wide moves, in as few words as they allow.
//!
//! One word puts 16 bits in place and zeros (or ones) everywhere else, each further word fills in 16 bits that differ
//! from that background. Constants that another encoding would build in fewer words (logical immediates) are the
//! business of the lowering rules, not of this.

use smallvec::SmallVec;

use super::Assembler;
use crate::specs::calls::sequence;

/// Bits in a chunk of a wide move.
const CHUNK_BITS: u32 = 16;

/// The chunks of a constant that differ from its background, lowest first, with their shifts.
struct Wide {
    background: u16,
    chunks: SmallVec<[(u32, u32); 4]>,
}

impl Wide {
    fn of(value: i64) -> Wide {
        let chunk = |index: u32| (value >> (index * CHUNK_BITS)) as u16;
        let count = |background| (0..4).filter(|&index| chunk(index) == background).count();
        let background = if count(u16::MAX) > count(0) {
            u16::MAX
        } else {
            0
        };
        let mut chunks: SmallVec<[(u32, u32); 4]> = (0..4)
            .filter(|&index| chunk(index) != background)
            .map(|index| (u32::from(chunk(index)), index * CHUNK_BITS))
            .collect();
        if chunks.is_empty() {
            chunks.push((u32::from(background), 0));
        }
        Wide { background, chunks }
    }
}

/// Puts `value` into the general register `register`: one to four words.
pub fn mov_imm64(ops: &mut Assembler, register: u8, value: i64) {
    let Wide { background, chunks } = Wide::of(value);
    for (index, &(chunk, shift)) in chunks.iter().enumerate() {
        match (index, background) {
            (0, 0) => sequence::move_wide(ops, register, chunk, shift),
            (0, _) => {
                sequence::move_wide_inverted(ops, register, chunk ^ u32::from(u16::MAX), shift)
            }
            _ => sequence::move_wide_keeping(ops, register, chunk, shift),
        }
    }
}

/// The size of what [`mov_imm64`] emits, in bytes.
pub fn mov_imm64_bytes(value: i64) -> u32 {
    Wide::of(value).chunks.len() as u32 * sequence::bytes::MOVE_WIDE
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(value: i64) -> Vec<u32> {
        let mut ops = Assembler::new(0);
        mov_imm64(&mut ops, 16, value);
        let code = ops.finalize().expect("there are no labels in it");
        assert_eq!(code.len(), mov_imm64_bytes(value) as usize);
        code.chunks_exact(4)
            .map(|word| u32::from_le_bytes([word[0], word[1], word[2], word[3]]))
            .collect()
    }

    #[test]
    fn takes_as_few_words_as_the_chunks_that_differ() {
        assert_eq!(words(0), [0xd280_0010]); // movz x16, 0
        assert_eq!(words(-1), [0x9280_0010]); // movn x16, 0
        assert_eq!(words(0x1234), [0xd282_4690]);
        assert_eq!(words(0x1234_0000), [0xd2a2_4690]);
        assert_eq!(words(-2), [0x9280_0030]); // movn x16, 1
        assert_eq!(words(0x0001_0002), [0xd280_0050, 0xf2a0_0030]);
        assert_eq!(words(0x7fff_1234_5678).len(), 3);
        assert_eq!(words(0x1111_2222_3333_4444).len(), 4);
        assert_eq!(words(i64::MIN).len(), 1);
        assert_eq!(words(i64::MAX), [0x92f0_0010]); // movn x16, 0x8000, lsl 48
    }
}
