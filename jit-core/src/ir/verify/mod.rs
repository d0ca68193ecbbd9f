//! Says everything that is wrong with a function.
//!
//! The rules, each one a function below or in a submodule:
//!
//! 1. *Places.* Every instruction in a block exists, and stands in one block, once.
//! 2. *Blocks.* The last instruction of a block is a terminator and no other one is. Parameters are values defined as
//!    just that parameter.
//! 3. *Operands.* An instruction has the value operands, constants and targets that its operation declares, of the
//!    declared types; more values only if a list is declared.
//! 4. *Results.* An instruction defines a value exactly if its operation declares one, of that type, and the value says
//!    that this instruction defines it.
//! 5. *Targets.* A target is a block that exists and is not the entry, with one argument of the right type for each of
//!    its parameters. (The entry's parameters are the function's; a loop to the start needs a block of its own.)
//! 6. *Dominance.* Control cannot get to a use without having passed the definition. A block may be unreachable; uses in
//!    it must name values that something defines, and no more is asked of them.
//!
//! Dominance is looked at only when the other rules hold, since it makes no sense without them.

mod dominance;
mod shape;

use std::fmt;

use super::dialect::Dialect;
use super::entity::{Block, Inst};
use super::function::Function;

/// One thing that is wrong with a function.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyError {
    /// The function.
    pub function: String,
    /// The block, if it is in one.
    pub block: Option<Block>,
    /// The instruction, if it is about one, and how it is printed.
    pub inst: Option<(Inst, String)>,
    /// What is wrong.
    pub problem: String,
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "function {:?}", self.function)?;
        if let Some(block) = self.block {
            write!(f, ", {block}")?;
        }
        if let Some((_, text)) = &self.inst {
            write!(f, ", `{text}`")?;
        }
        write!(f, ": {}", self.problem)
    }
}

impl std::error::Error for VerifyError {}

/// Everything that is wrong with a function, in the order of its blocks; never empty.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct VerifyErrors(pub Vec<VerifyError>);

impl fmt::Display for VerifyErrors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, error) in self.0.iter().enumerate() {
            if index > 0 {
                f.write_str("\n")?;
            }
            error.fmt(f)?;
        }
        Ok(())
    }
}

impl std::error::Error for VerifyErrors {}

/// Checks a function against the rules of this module.
///
/// # Errors
/// Every violation.
pub fn verify<D: Dialect>(function: &Function<D>) -> Result<(), VerifyErrors> {
    let mut report = Report {
        function,
        errors: Vec::new(),
    };
    shape::check(function, &mut report);
    if report.errors.is_empty() {
        dominance::check(function, &mut report);
    }
    if report.errors.is_empty() {
        Ok(())
    } else {
        Err(VerifyErrors(report.errors))
    }
}

/// Collects what is wrong.
struct Report<'a, D: Dialect> {
    function: &'a Function<D>,
    errors: Vec<VerifyError>,
}

impl<D: Dialect> Report<'_, D> {
    fn block(&mut self, block: Block, problem: impl fmt::Display) {
        self.push(Some(block), None, problem);
    }

    fn inst(&mut self, block: Block, inst: Inst, problem: impl fmt::Display) {
        self.push(Some(block), Some(inst), problem);
    }

    fn push(&mut self, block: Option<Block>, inst: Option<Inst>, problem: impl fmt::Display) {
        self.errors.push(VerifyError {
            function: self.function.name.clone(),
            block,
            inst: inst.map(|inst| (inst, self.function.display_inst(inst).to_string())),
            problem: problem.to_string(),
        });
    }
}
