//! Operations that other crates add to LIR.
//!
//! A function holds them as it holds those of `specs/ops.rs`, and everything that goes by what is declared about an
//! operation (verifier, passes, evaluator, printer) makes no difference. Each brings along what the tables of this crate
//! cannot have: its declaration, its meaning and the rule set that lowers it.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use super::rules::RuleSet;
use crate::constant::{equal, refuse_two};
use crate::ir::{Evaluate, OpInfo};
use crate::specs::ops::{Lir, Op};

/// An operation that another crate declares, by `ops! { dialect … extends ::jit_core::specs::ops; … }`.
pub struct Extension {
    /// What is declared about it.
    pub info: OpInfo<Lir>,
    /// Carries out its meaning; see [`Dialect::evaluate`](crate::ir::Dialect::evaluate).
    pub evaluate: Evaluate,
    /// What lowers it. A function, for rule set and operation refer to each other.
    pub rules: fn() -> &'static RuleSet,
}

/// An operation that a rule set lowers. `lowering!` implements it for each operation in its lists, so two rule sets for
/// one operation, and rules for an operation of a third crate, are errors of Rust's own.
#[diagnostic::on_unimplemented(
    message = "operation `{Self}` is lowered by no rule set",
    label = "no `lowering!` of this crate lists it",
    note = "list it in the `total` of one"
)]
pub trait Lowered {
    /// The rule set.
    fn rules() -> &'static RuleSet;
}

// An operation is the same as itself only; its static exists once.

impl PartialEq for Extension {
    fn eq(&self, other: &Extension) -> bool {
        std::ptr::eq(self, other)
    }
}

impl Eq for Extension {}

impl PartialOrd for Extension {
    fn partial_cmp(&self, other: &Extension) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for Extension {
    fn cmp(&self, other: &Extension) -> Ordering {
        let address = |extension: &Extension| std::ptr::from_ref(extension).addr();
        let names = self.info.name.cmp(other.info.name);
        names.then(address(self).cmp(&address(other)))
    }
}

impl Hash for Extension {
    fn hash<H: Hasher>(&self, state: &mut H) {
        std::ptr::hash(self, state);
    }
}

impl fmt::Debug for Extension {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.info.name)
    }
}

/// Refuses, in a constant, operations of several crates of which two have one name, or that of an operation of LIR: text
/// could not tell them apart.
///
/// ```
/// # mod ours { pub const OWN: &[jit_core::specs::ops::Op] = &[]; }
/// # mod theirs { pub const OWN: &[jit_core::specs::ops::Op] = &[]; }
/// const _: () = jit_core::machine::distinct(&[ours::OWN, theirs::OWN]);
/// ```
///
/// # Panics
/// Two operations have one name. In a constant this is an error when the crate is built.
#[track_caller]
pub const fn distinct(added: &[&[Op]]) {
    let mut list = 0;
    while list < added.len() {
        let mut index = 0;
        while index < added[list].len() {
            refuse_any(added[list][index], Op::ALL);
            let mut earlier = 0;
            while earlier < list {
                refuse_any(added[list][index], added[earlier]);
                earlier += 1;
            }
            index += 1;
        }
        list += 1;
    }
}

/// Refuses an operation that has the name of one of `others`.
#[track_caller]
const fn refuse_any(op: Op, others: &[Op]) {
    let mut other = 0;
    while other < others.len() {
        if equal(op.name(), others[other].name()) {
            refuse_two(op.name(), file(others[other]), file(op));
        }
        other += 1;
    }
}

/// Where an operation is declared.
const fn file(op: Op) -> &'static str {
    match op {
        Op::Extension(extension) => extension.info.file,
        _ => "jit-core's own specs",
    }
}
