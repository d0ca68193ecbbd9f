//! The lowering rules, a file per family of operations. Every operation of LIR is lowered by exactly one of the sets.

pub mod branch;
pub mod call;
pub mod compare;
pub mod float;
pub mod integer;
pub mod memory;
pub mod object;

use crate::machine::RuleSet;

/// Every rule set.
pub const RULE_SETS: [&RuleSet; 7] = [
    &integer::RULE_SET,
    &compare::RULE_SET,
    &float::RULE_SET,
    &memory::RULE_SET,
    &branch::RULE_SET,
    &object::RULE_SET,
    &call::RULE_SET,
];
