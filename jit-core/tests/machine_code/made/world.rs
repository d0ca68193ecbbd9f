//! What the functions of rules can touch: a buffer, two callees, and a runtime that is told of dead objects. The
//! evaluator finds the same world.

use jit_core::ir::{Fault, Function, Memory, Outcome, evaluate};
use jit_core::specs::ops::Lir;

use crate::machine::called;

/// The bytes that loads and stores may touch.
pub const BUFFER: usize = 256;
/// More instructions than any of the functions has.
pub const STEPS: u64 = 100;

/// A callee with arguments of both kinds.
pub extern "C" fn mixed(a: u64, x: f64, b: u64) -> u64 {
    called(mixed as *const () as usize, &[a, x.to_bits(), b])
}

/// As [`mixed`], with a float for a result.
pub extern "C" fn weighed(a: u64, x: f64, b: u64) -> f64 {
    called(weighed as *const () as usize, &[a, x.to_bits(), b]) as f64
}

/// The world of one run.
pub struct World {
    /// Where the bytes are said to be.
    pub address: u64,
    pub bytes: Vec<u8>,
    /// Objects whose count has reached zero.
    pub dead: Vec<u64>,
    fault: Option<Fault>,
}

impl World {
    pub fn new(address: u64, bytes: Vec<u8>) -> World {
        World {
            address,
            bytes,
            dead: Vec::new(),
            fault: None,
        }
    }

    fn place(&mut self, address: u64, bytes: u32) -> Option<std::ops::Range<usize>> {
        let start = address.wrapping_sub(self.address) as usize;
        let end = start.saturating_add(bytes as usize);
        if end <= self.bytes.len() {
            return Some(start..end);
        }
        self.fault
            .get_or_insert(Fault::OutOfBounds { address, bytes });
        None
    }
}

impl Memory for World {
    fn read(&mut self, address: u64, bytes: u32) -> u64 {
        let mut word = [0; 8];
        if let Some(place) = self.place(address, bytes) {
            word[..bytes as usize].copy_from_slice(&self.bytes[place]);
        }
        u64::from_le_bytes(word)
    }

    fn write(&mut self, address: u64, bytes: u32, value: u64) {
        if let Some(place) = self.place(address, bytes) {
            self.bytes[place].copy_from_slice(&value.to_le_bytes()[..bytes as usize]);
        }
    }

    fn call(&mut self, target: i64, arguments: &[u64]) -> u64 {
        match *arguments {
            [a, x, b] if target == mixed as *const () as i64 => mixed(a, f64::from_bits(x), b),
            [a, x, b] if target == weighed as *const () as i64 => {
                weighed(a, f64::from_bits(x), b).to_bits()
            }
            _ => {
                self.fault.get_or_insert(Fault::NoSuchTarget {
                    target: target as u64,
                });
                0
            }
        }
    }

    fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take()
    }

    fn perform(&mut self, op: &'static str, operands: &[u64], _: &[i64]) -> Option<Outcome> {
        if op != "deallocate" {
            return None;
        }
        self.dead.extend(operands);
        Some(Outcome::Nothing)
    }
}

/// Writes down the first address that is touched.
#[derive(Default)]
struct Probe {
    first: Option<u64>,
}

impl Memory for Probe {
    fn read(&mut self, address: u64, _: u32) -> u64 {
        self.first.get_or_insert(address);
        0
    }

    fn write(&mut self, address: u64, _: u32, _: u64) {
        self.first.get_or_insert(address);
    }

    fn call(&mut self, _: i64, _: &[u64]) -> u64 {
        0
    }

    fn take_fault(&mut self) -> Option<Fault> {
        None
    }
}

/// Changes a parameter so that the first access of the function is at `place`: one that this address moves with, byte by
/// byte. What parameters the pattern adds to it, and how it scales them, need not be known.
pub fn aim(function: &Function<Lir>, words: &mut [u64], place: u64) {
    let first = |words: &[u64]| {
        let mut probe = Probe::default();
        evaluate(function, words, &mut probe, STEPS);
        probe.first
    };
    for index in 1..words.len() {
        let mut moved = words.to_vec();
        let mut at = |word| {
            moved[index] = word;
            first(&moved)
        };
        if let (Some(zero), Some(one)) = (at(0), at(1))
            && one.wrapping_sub(zero) == 1
        {
            words[index] = place.wrapping_sub(zero);
            return;
        }
    }
}
