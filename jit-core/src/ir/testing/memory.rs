//! A memory in which every address is good and every call succeeds.

use super::random::mix;
use crate::ir::meaning::{Fault, Memory, Outcome};

/// How many bytes there are: so few that most writes change what most reads see.
const BYTES: usize = 16;

/// 16 bytes that repeat over the whole address space. Calls yield a word that depends on the target, the arguments and
/// how many calls there were, change a byte, and are written down. Operations whose meaning is prose yield a word that
/// depends on their operands only.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct WrappingMemory {
    /// The bytes.
    pub bytes: [u8; BYTES],
    /// Every call so far: the target and the arguments.
    pub calls: Vec<(i64, Vec<u64>)>,
}

impl Default for WrappingMemory {
    fn default() -> Self {
        Self {
            bytes: std::array::from_fn(|index| mix(index as u64) as u8),
            calls: Vec::new(),
        }
    }
}

fn place(address: u64, byte: u32) -> usize {
    (address.wrapping_add(u64::from(byte)) % BYTES as u64) as usize
}

impl Memory for WrappingMemory {
    fn read(&mut self, address: u64, bytes: u32) -> u64 {
        (0..bytes).fold(0, |word, byte| {
            word | u64::from(self.bytes[place(address, byte)]) << (8 * byte)
        })
    }

    fn write(&mut self, address: u64, bytes: u32, value: u64) {
        for byte in 0..bytes {
            self.bytes[place(address, byte)] = (value >> (8 * byte)) as u8;
        }
    }

    fn call(&mut self, target: i64, arguments: &[u64]) -> u64 {
        self.calls.push((target, arguments.to_vec()));
        let word = arguments.iter().fold(
            mix(target as u64 ^ self.calls.len() as u64),
            |word, &argument| mix(word ^ argument),
        );
        self.bytes[word as usize % BYTES] = (word >> 8) as u8;
        word
    }

    fn take_fault(&mut self) -> Option<Fault> {
        None
    }

    fn perform(
        &mut self,
        op: &'static str,
        operands: &[u64],
        attributes: &[i64],
    ) -> Option<Outcome> {
        let name = op.bytes().map(u64::from);
        let words = operands.iter().copied();
        let constants = attributes.iter().map(|&word| word as u64);
        let word = name
            .chain(words)
            .chain(constants)
            .fold(0, |word, next| mix(word ^ next));
        Some(Outcome::Value(word))
    }
}
