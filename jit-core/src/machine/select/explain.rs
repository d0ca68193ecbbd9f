//! What every rule says to one instruction: the same matchers that selection uses, asked one after the other.

use super::{Findings, SelectError, choose, select_by};
use crate::ir::{Function, Inst};
use crate::machine::rules::{RowInfo, owner};
use crate::specs::ops::Lir;

/// What a row says to an instruction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Candidate {
    /// The row.
    pub row: &'static RowInfo,
    /// What it found out; it matches if there is no failure.
    pub findings: Findings,
}

/// What each row for the operation of `root` says to it, in the order in which they are tried: the first one that matches
/// is chosen. Empty if `root` is not carried out on its own, for its user does that, or there is none.
///
/// # Errors
/// Something else in the function cannot be selected.
pub fn candidates(function: &Function<Lir>, root: Inst) -> Result<Vec<Candidate>, SelectError> {
    let mut found = Vec::new();
    select_by(function, |context, inst| {
        if inst == root && found.is_empty() {
            let op = context.function()[inst].op;
            for row in owner(op).rows.iter().filter(|row| row.rule.op == op) {
                let mut findings = Findings::default();
                (row.explain)(context, inst, &mut findings);
                found.push(Candidate { row, findings });
            }
        }
        choose(context, inst)
    })?;
    Ok(found)
}
