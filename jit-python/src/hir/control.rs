//! Jumps, safepoints, and the end of a function.

use super::build::Translator;
use super::known::objects;
use super::state::Entry;
use crate::bytecode::Opcode;
use crate::runtime::state::ExitKind;
use crate::specs::ops::Build as _;

impl Translator<'_, '_> {
    /// Lets the interpreter attend to what is pending: at the beginning and on every way back.
    pub fn poll(&mut self) {
        let leaving = self.guard("somebody traces or monitors");
        let raising = self.leaving(ExitKind::Exception, "a signal handler raised");
        let pending = self.b.pending();
        let (attend, on) = (self.b.create_cold_block(), self.b.create_block());
        self.b.branch(pending, attend, on);
        self.b.switch_to(attend);
        let leaves = self.b.attend(raising.exit, &raising.live);
        self.b.guard_false(leaves, leaving.exit, &leaving.live);
        self.b.jump(on);
        self.b.switch_to(on);
        self.state.other_code_ran();
        self.state.line = None;
    }

    /// `JUMP_FORWARD` and `JUMP_BACKWARD`
    pub fn jump(&mut self, block: usize) {
        if self.at.opcode == Opcode::JumpBackward {
            self.poll();
        }
        self.end_block(block);
        let target = self.code.blocks.blocks[block].successors[0];
        self.goto(target);
    }

    /// `POP_JUMP_IF_…`: on to the next block, or to the target.
    pub fn pop_jump(&mut self, block: usize) {
        if let Some(jumps) = self.surely_jumps() {
            self.drop_entries(1);
            self.end_block(block);
            let successors = &self.code.blocks.blocks[block].successors;
            let target = if jumps {
                successors.last()
            } else {
                successors.first()
            };
            return self.goto(target.copied().unwrap_or(block));
        }
        let condition = match self.at.opcode {
            Opcode::PopJumpIfFalse | Opcode::PopJumpIfTrue => self.condition(),
            _ => {
                let value = self.object(0);
                let none = self.b.const_object(objects::none() as i64);
                self.b.same(value, none)
            }
        };
        self.drop_entries(1);
        self.end_block(block);
        let successors = &self.code.blocks.blocks[block].successors;
        let (next, target) = (successors[0], successors[successors.len() - 1]);
        match self.at.opcode {
            Opcode::PopJumpIfFalse | Opcode::PopJumpIfNotNone => {
                self.branch(condition, next, target);
            }
            _ => self.branch(condition, target, next),
        }
    }

    /// Whether a conditional jump is taken, if that is known: its condition is a constant.
    fn surely_jumps(&self) -> Option<bool> {
        let Entry::Object { value, .. } = self.entry(0) else {
            return None;
        };
        let object = self.constant(value)?;
        let (yes, no) = (objects::yes(), objects::no());
        Some(match self.at.opcode {
            Opcode::PopJumpIfNone => object == objects::none(),
            Opcode::PopJumpIfNotNone => object != objects::none(),
            _ if object != yes && object != no => return None,
            Opcode::PopJumpIfTrue => object == yes,
            _ => object == no,
        })
    }

    /// `RETURN_VALUE`
    pub fn return_value(&mut self) {
        let value = self.pop_owned();
        // An inlined comprehension or a finally clause leaves nothing behind, but nothing forbids it either.
        self.drop_entries(self.state.stack.len());
        self.b.return_(value);
    }

    /// An instruction that the interpreter carries out: it raises, or is rare.
    pub fn leave(&mut self, reason: &'static str) {
        let leaving = self.guard(reason);
        self.b.leave(leaving.exit, &leaving.live);
    }
}
