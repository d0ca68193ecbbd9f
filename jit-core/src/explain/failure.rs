//! A refusal in words: what the rule wanted, and what it got.

use super::names::Names;
use crate::ir::pattern::{ConstantInfo, ConstantRange, PatternInfo};
use crate::ir::trace::{Failure, Unfoldable};
use crate::ir::{Dialect, Function};

/// The refusal of a row that wants `tree` and has the written `condition`.
pub(super) fn text<D: Dialect>(
    failure: &Failure<D::Op>,
    tree: &PatternInfo<D::Op>,
    condition: &str,
    function: &Function<D>,
    names: &Names<'_>,
) -> String {
    let constants = tree.constants();
    let named = |value| names.value(function, value);
    match failure {
        Failure::NotConstant { constant, value } => {
            let is = match function.defining_inst(*value) {
                Some(inst) => format!("the result of {}", function[inst].info().name),
                None => "a parameter".to_owned(),
            };
            let name = constants
                .get(*constant)
                .map_or("?", |constant| constant.name);
            format!(
                "`{name}` is {}, {is}, where a constant must be",
                named(*value)
            )
        }
        Failure::Outside { constant, word } => match constants.get(*constant) {
            Some(constant) => outside(constant, *word, condition),
            None => format!("{word} is outside of its ranges"),
        },
        Failure::Unfolded { op, value, why } => {
            let is_constant = function.constant(*value).is_some();
            let (value, op) = (named(*value), D::info(*op).name);
            unfolded::<D>(&value, is_constant, op, *why)
        }
        Failure::Different { name, values } => {
            let [first, again] = values.map(named);
            format!("`{name}` is {first} in one place and {again} in another")
        }
        Failure::Unmet { condition, words } => {
            let words: Vec<String> = words
                .iter()
                .map(|(name, word)| format!("`{name}` = {word}"))
                .collect();
            format!("`{condition}` does not hold for {}", words.join(", "))
        }
    }
}

fn outside(constant: &ConstantInfo, word: i64, condition: &str) -> String {
    let ConstantInfo { name, kind, ranges } = constant;
    let ranges: Vec<String> = ranges.iter().map(range).collect();
    let ranges = ranges.join(", ");
    if kind.is_empty() && condition.is_empty() {
        return format!("`{name}` = {word} is not {ranges}");
    }
    let of = match (kind.is_empty(), condition.is_empty()) {
        (false, true) => format!("{kind} {ranges}"),
        (false, false) => format!("{ranges}, what `{condition}` leaves of {kind}"),
        (true, _) => format!("{ranges}, as `{condition}` says"),
    };
    format!("`{name}` = {word} is outside of {of}")
}

fn range(range: &ConstantRange) -> String {
    let ConstantRange { least, most, shift } = *range;
    match (least == most, shift) {
        (true, _) => least.to_string(),
        (false, 0) => format!("{least}..={most}"),
        (false, _) => format!("{least}..={most} in steps of {}", 1u64 << shift),
    }
}

fn unfolded<D: Dialect>(
    value: &str,
    is_constant: bool,
    op: &str,
    why: Unfoldable<D::Op>,
) -> String {
    match why {
        _ if is_constant => format!("{value} is a constant, not the result of {op}"),
        Unfoldable::Parameter => format!("{value} is a parameter, not the result of {op}"),
        Unfoldable::OtherOperation(other) => {
            format!(
                "{value} is the result of {}, not of {op}",
                D::info(other).name
            )
        }
        Unfoldable::Uses(count) => format!(
            "{value} is the result of {op}, but is used {count} times: only its single user may carry it out"
        ),
        Unfoldable::Effects => {
            format!("{value} is the result of {op}, which does more than yield it")
        }
        Unfoldable::OtherBlock => {
            format!("{value} is the result of {op} in another block")
        }
        Unfoldable::WriteBetween => format!(
            "{value} is the result of {op}, which reads memory, and something in between may write"
        ),
    }
}
