//! What becomes of a mutant.

use crate::error::{Code, Diagnostic};
use crate::prove::{self, Claim, Counterexample, Solver, Verdict};

/// What became of a mutant.
#[derive(Clone, Debug)]
pub enum Fate {
    /// A check refuses it when the crate is built.
    Refused(Code),
    /// It was computed for an input, and the outcome was wrong.
    Computed(Counterexample),
    /// The solver found an input for which it is wrong.
    Solved(Counterexample),
    /// It is right too, for all inputs.
    RightToo,
    /// It is about floating-point arithmetic, and was right for each of so many inputs.
    Held {
        /// How many.
        inputs: u32,
    },
    /// The solver that would know is not there.
    Undecided {
        /// Why not.
        reason: String,
    },
    /// Nobody objects, and nobody knows that it is right.
    Survived {
        /// Why nothing is known.
        reason: String,
    },
}

impl Fate {
    /// What becomes of a mutant about which `claim` has to be shown, where checks object only to it and others together,
    /// as `refused` says.
    pub(super) fn of(
        claim: Result<Claim, String>,
        refused: impl FnOnce() -> Option<Code>,
        solver: &mut dyn Solver,
    ) -> Fate {
        let inputs = match claim.as_ref().map(prove::refute) {
            Ok((_, Some(wrong))) => return Fate::Computed(wrong),
            Ok((inputs, None)) => inputs,
            Err(_) => 0,
        };
        if let Some(code) = refused() {
            return Fate::Refused(code);
        }
        match claim.map(|claim| prove::prove(&claim, inputs, solver)) {
            Ok(Verdict::Refuted(wrong)) => Fate::Solved(wrong),
            Ok(Verdict::Proved) => Fate::RightToo,
            Ok(Verdict::Executed { inputs }) => Fate::Held { inputs },
            Ok(Verdict::Skipped { reason }) => Fate::Undecided { reason },
            Ok(Verdict::Unknown { reason }) | Err(reason) => Fate::Survived { reason },
        }
    }
}

/// The first of the findings that keeps a crate from being built.
pub(super) fn first_error(found: &[Diagnostic]) -> Option<Code> {
    let error = found.iter().find(|finding| !finding.code.is_lint());
    error.map(|finding| finding.code)
}
