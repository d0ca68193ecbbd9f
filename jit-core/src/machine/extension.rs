//! Operations that other crates add to LIR.
//!
//! A function holds them as it holds those of `specs/ops.rs`, and everything that goes by what is declared about an
//! operation (verifier, passes, evaluator, printer) makes no difference. Each brings along what the tables of this crate
//! cannot have: its declaration, its meaning and the rule set that lowers it.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};

use super::rules::{RuleSet, refuse};
use crate::ir::{Memory, OpInfo, Outcome};
use crate::specs::ops::{Lir, Op};

/// An operation that another crate declares, by `ops! { dialect … extends ::jit_core::specs::ops; … }`.
pub struct Extension {
    /// What is declared about it.
    pub info: OpInfo<Lir>,
    /// Carries out its meaning; see [`Dialect::evaluate`](crate::ir::Dialect::evaluate).
    pub evaluate: fn(&[u64], &[i64], &mut dyn Memory) -> Option<Outcome>,
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

/// Refuses, in a constant, operations of several crates of which two have one name: text could not tell them apart.
///
/// ```
/// const OPERATIONS: &[jit_core::specs::ops::Op] = jit_core::machine::distinct(&[]);
/// ```
///
/// # Panics
/// Two operations, those of LIR included, have one name. In a constant this is an error when the crate is built.
pub const fn distinct<const N: usize>(added: &'static [Op; N]) -> &'static [Op] {
    let mut index = 0;
    while index < N {
        let (name, place) = (added[index].name(), file(added[index]));
        let mut other = 0;
        while other < Op::ALL.len() {
            if equal(name, Op::ALL[other].name()) {
                refuse(&[name, " is declared in ", place, ", and jit-core has one"]);
            }
            other += 1;
        }
        other = 0;
        while other < index {
            if equal(name, added[other].name()) {
                let first = file(added[other]);
                refuse(&[name, " is declared in ", first, " and in ", place]);
            }
            other += 1;
        }
        index += 1;
    }
    added
}

/// Where an operation is declared.
const fn file(op: Op) -> &'static str {
    match op {
        Op::Extension(extension) => extension.info.file,
        _ => "jit-core",
    }
}

/// Whether two texts are the same, which `==` cannot say in a constant.
pub(crate) const fn equal(a: &str, b: &str) -> bool {
    let (a, b) = (a.as_bytes(), b.as_bytes());
    let mut index = 0;
    while index < a.len() && index < b.len() && a[index] == b[index] {
        index += 1;
    }
    index == a.len() && index == b.len()
}
