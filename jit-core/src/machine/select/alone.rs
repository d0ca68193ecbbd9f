//! Selection with one decision taken away from it: the rule for one instruction is given. For tests of rules, whose
//! correctness must not rest on the order in which they are tried.

use super::{SelectError, choose, select_by};
use crate::ir::trace::Untraced;
use crate::ir::{Function, Inst};
use crate::machine::function::MachineFunction;
use crate::machine::rules::RowInfo;
use crate::specs::ops::Lir;

/// As [`select`](super::select()), but `root` gets the row `alone` or none.
///
/// # Errors
/// [`SelectError::NoRule`] if the row does not match `root`; otherwise those of [`select`](super::select()).
pub fn select_alone(
    function: &Function<Lir>,
    root: Inst,
    alone: &RowInfo,
) -> Result<MachineFunction, SelectError> {
    select_by(function, |context, inst| {
        if inst == root {
            (alone.apply)(context, inst, &mut Untraced)
        } else {
            choose(context, inst)
        }
    })
}
