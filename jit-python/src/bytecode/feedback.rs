//! What the interpreter has specialised: read from the adaptive code array, by the index of the instruction.
//!
//! The array is only feedback: it changes while the program runs, and an instruction in it may be instrumented or stand
//! for a trace. Such an instruction, and one that is still in its base form, gives no feedback.

use super::decode::Instruction;
use super::opcodes::Specialised;

/// A copy of the adaptive code array, taken when compilation began.
#[derive(Clone, Debug, Default)]
pub struct Feedback {
    units: Vec<u16>,
}

impl Feedback {
    /// From the bytes of the array, two a unit.
    pub fn new(bytes: &[u8]) -> Feedback {
        Feedback {
            units: bytes
                .chunks_exact(2)
                .map(|unit| u16::from_le_bytes([unit[0], unit[1]]))
                .collect(),
        }
    }

    /// The specialised form of an instruction, if it has one.
    pub fn specialised(&self, instruction: &Instruction) -> Option<Specialised> {
        let number = self.cell(instruction, 0)? as u8;
        Specialised::from_number(number)
            .filter(|specialised| specialised.base() == instruction.opcode)
    }

    /// Unit `offset` of an instruction, 0 being the operation, 1 its first cache cell.
    pub fn cell(&self, instruction: &Instruction, offset: u32) -> Option<u16> {
        self.units
            .get((instruction.index + offset) as usize)
            .copied()
    }

    /// Two cells as one number.
    pub fn cell32(&self, instruction: &Instruction, offset: u32) -> Option<u32> {
        let (low, high) = (
            self.cell(instruction, offset)?,
            self.cell(instruction, offset + 1)?,
        );
        Some(u32::from(low) | u32::from(high) << 16)
    }

    /// Four cells as one number.
    pub fn cell64(&self, instruction: &Instruction, offset: u32) -> Option<u64> {
        let (low, high) = (
            self.cell32(instruction, offset)?,
            self.cell32(instruction, offset + 2)?,
        );
        Some(u64::from(low) | u64::from(high) << 32)
    }
}

#[cfg(test)]
mod tests {
    use super::super::decode::decode;
    use super::*;

    #[test]
    fn only_specialised_forms_of_the_same_instruction_count() {
        let base = [80, 0, 0, 0, 1, 0, 2, 0, 24, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0];
        let instruction = decode(&base).unwrap()[0];
        let mut adaptive = base;
        assert_eq!(Feedback::new(&adaptive).specialised(&instruction), None);
        adaptive[0] = 180;
        let feedback = Feedback::new(&adaptive);
        assert_eq!(
            feedback.specialised(&instruction),
            Some(Specialised::LoadAttrInstanceValue)
        );
        assert_eq!(feedback.cell32(&instruction, 2), Some(0x0002_0001));
        assert_eq!(feedback.cell(&instruction, 4), Some(24));
        adaptive[0] = 255;
        assert_eq!(Feedback::new(&adaptive).specialised(&instruction), None);
    }
}
