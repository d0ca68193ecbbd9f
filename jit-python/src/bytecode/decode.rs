//! From code units to instructions: prefixes folded into operands, cache cells skipped, jumps resolved.

use thiserror::Error;

use super::opcodes::Opcode;

/// One instruction with its whole operand.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Instruction {
    /// The code unit where it starts: its first `EXTENDED_ARG`, if there is any. This is where to resume.
    pub start: u32,
    /// The code unit of the operation itself. This is where the interpreter says it is while carrying it out.
    pub index: u32,
    /// The code unit behind it and its cache cells.
    pub next: u32,
    /// The operation.
    pub opcode: Opcode,
    /// The operand.
    pub oparg: u32,
}

impl Instruction {
    /// Where a jump goes when taken. For `FOR_ITER`: where an exhausted iteration goes on, which is behind the `END_FOR`.
    pub fn jump_target(&self) -> Option<u32> {
        match self.opcode {
            Opcode::JumpForward
            | Opcode::PopJumpIfFalse
            | Opcode::PopJumpIfTrue
            | Opcode::PopJumpIfNone
            | Opcode::PopJumpIfNotNone
            | Opcode::Send => Some(self.next + self.oparg),
            Opcode::ForIter => Some(self.next + self.oparg + 1),
            Opcode::JumpBackward | Opcode::JumpBackwardNoInterrupt => {
                self.next.checked_sub(self.oparg)
            }
            _ => None,
        }
    }

    /// Whether control never goes on behind it.
    pub fn ends_flow(&self) -> bool {
        matches!(
            self.opcode,
            Opcode::JumpForward
                | Opcode::JumpBackward
                | Opcode::JumpBackwardNoInterrupt
                | Opcode::ReturnValue
                | Opcode::RaiseVarargs
                | Opcode::Reraise
        )
    }
}

/// Code that is not CPython 3.14 bytecode.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum DecodeError {
    /// A number that is no base instruction.
    #[error("no instruction has the number {number} (at code unit {index})")]
    UnknownOpcode {
        /// The number.
        number: u8,
        /// Where it stands.
        index: u32,
    },
    /// The code ends inside an instruction.
    #[error("the code ends inside the instruction at code unit {index}")]
    Truncated {
        /// Where the instruction starts.
        index: u32,
    },
    /// A jump to a place where no instruction starts.
    #[error("the jump at code unit {index} goes to {target}, where no instruction starts")]
    BadTarget {
        /// The jump.
        index: u32,
        /// Where it goes.
        target: u32,
    },
}

/// Reads base code (`co_code`): two bytes a unit.
///
/// # Errors
/// [`DecodeError`] if the bytes are not well-formed code of 3.14.
pub fn decode(code: &[u8]) -> Result<Vec<Instruction>, DecodeError> {
    let units = (code.len() / 2) as u32;
    let mut instructions = Vec::with_capacity(code.len() / 4);
    let mut index = 0;
    while index < units {
        let start = index;
        let mut oparg = 0_u32;
        let (opcode, at) = loop {
            if index >= units {
                return Err(DecodeError::Truncated { index: start });
            }
            let number = code[2 * index as usize];
            oparg = oparg << 8 | u32::from(code[2 * index as usize + 1]);
            let opcode =
                Opcode::from_number(number).ok_or(DecodeError::UnknownOpcode { number, index })?;
            index += 1;
            if opcode != Opcode::ExtendedArg {
                break (opcode, index - 1);
            }
        };
        index += opcode.cache_cells();
        if index > units {
            return Err(DecodeError::Truncated { index: start });
        }
        instructions.push(Instruction {
            start,
            index: at,
            next: index,
            opcode,
            oparg,
        });
    }
    for instruction in &instructions {
        if let Some(target) = instruction.jump_target()
            && find(&instructions, target).is_none()
        {
            return Err(DecodeError::BadTarget {
                index: instruction.index,
                target,
            });
        }
    }
    Ok(instructions)
}

/// The position of the instruction that starts at a code unit.
pub fn find(instructions: &[Instruction], start: u32) -> Option<usize> {
    instructions
        .binary_search_by_key(&start, |instruction| instruction.start)
        .ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn prefixes_and_cache_cells_belong_to_the_instruction() {
        // EXTENDED_ARG 1; LOAD_CONST 2; RETURN_VALUE 0
        let code = [69, 1, 82, 2, 35, 0];
        let instructions = decode(&code).unwrap();
        assert_eq!(instructions.len(), 2);
        assert_eq!((instructions[0].start, instructions[0].index), (0, 1));
        assert_eq!(instructions[0].oparg, 0x102);
        assert_eq!(instructions[1].start, 2);
    }

    #[test]
    fn jumps_count_from_behind_the_cache() {
        // JUMP_BACKWARD 2 with one cache cell goes back to its own start.
        let instructions = decode(&[75, 2, 0, 0]).unwrap();
        assert_eq!(instructions[0].jump_target(), Some(0));
    }

    #[test]
    fn code_that_ends_early_is_refused() {
        assert_eq!(
            decode(&[92, 0, 0, 0]),
            Err(DecodeError::Truncated { index: 0 })
        );
        assert_eq!(
            decode(&[17, 0]),
            Err(DecodeError::UnknownOpcode {
                number: 17,
                index: 0
            })
        );
        assert_eq!(
            decode(&[77, 9]),
            Err(DecodeError::BadTarget {
                index: 0,
                target: 10
            })
        );
    }
}
