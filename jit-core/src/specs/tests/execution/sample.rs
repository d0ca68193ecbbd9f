//! Instructions with what they find, chosen so that they touch the memory and the code that is theirs.

use jit_language::model::isa::{
    Addend, Address, Argument, Control, FormId, Isa, Mode, Modifier, RegisterArgument, View,
};

use super::super::forms::Instruction;
use super::machine::{AFTER, BEFORE, DATA, INSTRUCTION, MEMORY, State};
use crate::ir::testing::Random;

/// An instruction and what it finds.
pub struct Sample {
    pub instruction: Instruction,
    /// Where its slot begins.
    pub slot: u64,
    /// The word in the slot that the instruction may load.
    pub literal: u64,
    pub state: State,
    pub memory: [u8; MEMORY],
}

/// Registers that the slots do not need for themselves.
fn is_free(view: View, code: u8) -> bool {
    match view {
        View::D | View::S => code != 31,
        _ => code != 18,
    }
}

impl Sample {
    /// One of a form, for the slot at `slot`, with addresses in the memory at `memory`.
    pub fn any(
        isa: &Isa,
        form: usize,
        condition: usize,
        slot: u64,
        memory: u64,
        random: &mut Random,
    ) -> Sample {
        let declared = &isa[FormId(form)];
        let arguments = declared.arguments().unwrap_or_default();
        let leaves = matches!(declared.effects.control, Control::Ends | Control::Calls);
        let mut instruction = loop {
            let found = Instruction::any(isa, form, is_free, random);
            let is_usable = |argument: &Argument| match argument {
                // Nothing can be executed at address zero.
                Argument::Register(operand) => !leaves || found.registers[operand.register] != 31,
                Argument::Address(address) => is_solvable(address, &found.registers),
                _ => true,
            };
            if arguments.iter().all(is_usable) {
                break found;
            }
        };
        instruction.condition = condition;
        let mut state = State::any(random);
        // A word to be loaded lies behind the instruction, the places to go to on both sides.
        let place = match declared.effects.reads_memory {
            true => DATA,
            false => *random.pick(&[BEFORE, AFTER]),
        };
        instruction.distance = place as i64 - INSTRUCTION as i64;
        let target = slot + place as u64;
        for argument in &arguments {
            match argument {
                Argument::Register(operand) if leaves => {
                    state.x[usize::from(instruction.registers[operand.register])] = target;
                }
                Argument::Address(address) => {
                    let wanted = memory + 16 + random.below(24) as u64;
                    solve(address, wanted, &instruction, &mut state);
                }
                _ => {}
            }
        }
        for register in declared.effects.reads.iter().filter(|_| leaves) {
            state.x[usize::from(register.code())] = target;
        }
        let mut bytes = [0; MEMORY];
        bytes.fill_with(|| random.bits() as u8);
        Sample {
            instruction,
            slot,
            literal: random.bits(),
            state,
            memory: bytes,
        }
    }
}

/// Whether some base gives every address: not if it is the index too.
fn is_solvable(address: &Address, registers: &[u8]) -> bool {
    match address.addend {
        Some(Addend::Register(index)) => {
            let index = registers[index.register];
            index == 31 || index != registers[address.base]
        }
        _ => true,
    }
}

/// Puts into the base what makes the address `wanted`, or up to 15 bytes less where the base is the stack pointer, which
/// must be a multiple of 16 to be used.
fn solve(address: &Address, wanted: u64, instruction: &Instruction, state: &mut State) {
    let addend = match (&address.addend, address.mode) {
        (None, _) | (_, Mode::After) => 0,
        (Some(Addend::Immediate(index)), _) => instruction.immediates[*index] as u64,
        (Some(Addend::Register(index)), _) => index_value(index, instruction, state),
    };
    let base = wanted.wrapping_sub(addend);
    match instruction.registers[address.base] {
        31 => state.sp = base & !15,
        code => state.x[usize::from(code)] = base,
    }
}

fn index_value(index: &RegisterArgument, instruction: &Instruction, state: &State) -> u64 {
    let content = state.register(index.view, instruction.registers[index.register]);
    match index.modifier {
        None => content,
        Some((Modifier::Lsl, Some(amount))) => content << instruction.immediates[amount],
        other => panic!("an index with {other:?} is not solved for"),
    }
}
