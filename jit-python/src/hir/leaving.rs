//! Leaving compiled code: the symbolic operand stack as a frame state.

use jit_core::ir::Value;

use super::build::Translator;
use super::state::Entry;
use crate::runtime::state::{ExitKind, FrameState, Slot};
use crate::specs::ops::Build as _;

/// An exit, and the values that live there.
pub(super) struct Leaving {
    pub exit: i64,
    pub live: Vec<Value>,
}

impl Translator<'_, '_> {
    /// An exit with the present operand stack, before or while the present instruction is carried out.
    pub fn leaving(&mut self, kind: ExitKind, reason: &'static str) -> Leaving {
        for index in 0..self.state.stack.len() {
            if let Entry::Bool(condition) = self.state.stack[index] {
                self.state.stack[index] = Entry::borrowed(self.b.box_bool(condition));
            }
        }
        let mut live = Vec::with_capacity(self.state.stack.len());
        let stack = self.state.stack.iter().map(|&entry| {
            let index = live.len() as u32;
            let (slot, value) = match entry {
                Entry::Null => return Slot::Null,
                Entry::Object { value, owned, .. } => {
                    let slot = if owned { Slot::Owned } else { Slot::Borrowed };
                    (slot(index), value)
                }
                Entry::Int(value) => (Slot::Int(index), value),
                Entry::Float(value) => (Slot::Float(index), value),
                Entry::Bool(value) => (Slot::Borrowed(index), value),
            };
            live.push(value);
            slot
        });
        let stack = stack.collect();
        self.frame_states.push(FrameState {
            bytecode: match kind {
                ExitKind::Guard => self.at.start,
                ExitKind::Exception => self.at.index,
            },
            kind,
            stack,
            reason,
        });
        Leaving {
            exit: self.frame_states.len() as i64 - 1,
            live,
        }
    }

    /// An exit for a guard.
    pub fn guard(&mut self, reason: &'static str) -> Leaving {
        self.leaving(ExitKind::Guard, reason)
    }
}
