//! The routines that everything in an arena shares: the way out of a function, and dropping references.
//!
//! They are emitted together, once for each compiler, and call the runtime through literals of their own.

use std::sync::Arc;

use dynasmrt::{DynamicLabel, DynasmApi, DynasmLabelApi};

use super::{Assembler, AssemblyError};
use crate::code::{CodeError, CodeRange, CodeSpace};
use crate::specs::calls::sequence;
use crate::specs::isa;

/// General registers have numbers below this.
const GENERAL_REGISTERS: usize = 32;
/// The alignment of the literals in bytes.
const LITERAL_ALIGN: usize = 8;

/// Where the routines are.
#[derive(Debug)]
pub(crate) struct Routines {
    code: CodeRange,
    exit: u64,
    /// By register; none for those that no value lives in.
    release: [Option<u64>; GENERAL_REGISTERS],
}

/// The routines could not be made.
#[derive(Debug, thiserror::Error)]
pub(crate) enum RoutinesError {
    #[error(transparent)]
    Code(#[from] CodeError),
    #[error(transparent)]
    Assembly(#[from] AssemblyError),
}

/// Labels of what the routines refer to.
struct Literals {
    handler: DynamicLabel,
    deallocator: DynamicLabel,
}

impl Routines {
    /// Emits the routines; `handler` and `deallocator` are addresses of functions of the runtime.
    pub fn new(
        space: &Arc<CodeSpace>,
        handler: usize,
        deallocator: usize,
    ) -> Result<Routines, RoutinesError> {
        let registers = isa::GPR;
        let releases = registers.len() * sequence::bytes::RELEASE as usize;
        let code = (sequence::bytes::EXIT + sequence::bytes::DEALLOCATE) as usize + releases;
        let bytes = code.next_multiple_of(LITERAL_ALIGN) + 2 * LITERAL_ALIGN;
        let reservation = space.allocate(bytes, LITERAL_ALIGN)?;
        let base = reservation.address();
        let mut ops = Assembler::new(base);
        let literals = Literals {
            handler: ops.new_dynamic_label(),
            deallocator: ops.new_dynamic_label(),
        };
        let here = |ops: &Assembler| (base + ops.offset().0) as u64;

        let exit = here(&ops);
        sequence::exit(&mut ops, literals.handler);
        let deallocate = ops.new_dynamic_label();
        ops.dynamic_label(deallocate);
        sequence::deallocate(&mut ops, literals.deallocator);
        let mut release = [None; GENERAL_REGISTERS];
        for &register in registers {
            release[usize::from(register)] = Some(here(&ops));
            sequence::release(&mut ops, register, deallocate);
        }
        ops.align(LITERAL_ALIGN, 0);
        ops.dynamic_label(literals.handler);
        ops.push_u64(handler as u64);
        ops.dynamic_label(literals.deallocator);
        ops.push_u64(deallocator as u64);

        let code = ops.finalize().map_err(AssemblyError::from)?;
        Ok(Routines {
            code: reservation.commit(&code)?,
            exit,
            release,
        })
    }

    /// Where the way out of every function is.
    pub fn exit(&self) -> u64 {
        self.exit
    }

    /// The routine with this declared name for this register.
    ///
    /// That a rule calls a routine that is declared, and one that works on a register, the rule language sees to. Which
    /// ones exist is written here, because each refers to functions of the runtime that nothing but its own line above
    /// knows: declarations name their literals, and not who provides them.
    pub fn find(&self, name: &str, register: u8) -> Option<u64> {
        match name {
            "release" => self.release.get(usize::from(register)).copied().flatten(),
            _ => None,
        }
    }

    /// The code of all routines.
    pub fn code(&self) -> &CodeRange {
        &self.code
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::code::ArenaOptions;
    use crate::specs::calls::sequence::SEQUENCES;

    /// A rule that calls one which is not made would be emitted without the call. Exits are on the way out of a function,
    /// and the last reference goes by way of `release`: rules call neither.
    #[test]
    fn routines_that_rules_may_call_are_made_for_every_register() {
        let space = CodeSpace::new(&ArenaOptions::default()).expect("there is memory");
        let routines = Routines::new(&space, 4096, 8192).expect("there is room");
        let declared = SEQUENCES.iter().filter(|it| it.is_routine);
        let called = declared.filter(|it| !["exit", "deallocate"].contains(&it.name));
        for routine in called {
            for &register in isa::GPR {
                let address = routines.find(routine.name, register);
                assert!(address.is_some(), "{} of x{register}", routine.name);
            }
        }
    }
}
