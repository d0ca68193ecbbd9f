//! What a row says to an instruction, whatever its rule is for, and how the verdicts of many rows are shown.

use super::failure;
use super::names::Names;
use crate::ir::pattern::PatternInfo;
use crate::ir::trace::{Failure, Findings};
use crate::ir::{Dialect, Function, Value};

/// So many rows that want the same operand to be the result of something else are shown one by one.
const SHOWN_EACH: usize = 3;

/// What a row says to an instruction.
#[derive(Clone, Debug)]
pub struct Verdict {
    /// The name of the rule, and the order of operands if it is not the written one.
    pub name: String,
    /// The rule.
    pub rule: Rule,
    /// The first part of its pattern, or the first condition, that does not hold; none if it matches.
    pub failure: Option<String>,
    /// The operand that would have to be the result of another operation, and the name of that, if this is the failure.
    pub(super) wants: Option<(Value, &'static str)>,
}

/// The rule of a row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Rule {
    /// Its name.
    pub name: &'static str,
    /// Its pattern as it was written.
    pub pattern: &'static str,
    /// Its conditions as they were written.
    pub condition: &'static str,
    /// The file of its declaration.
    pub file: &'static str,
    /// The line of its declaration.
    pub line: u32,
}

/// The name of a rule, and the order of operands if it is not the written one.
fn name(rule: &str, variant: u8) -> String {
    match variant {
        0 => rule.to_owned(),
        1 => format!("{rule}.swapped"),
        variant => format!("{rule}.swapped_{variant}"),
    }
}

impl Verdict {
    /// What a row with the pattern `tree` says, whose matcher has found out this about an instruction of `function`.
    pub(super) fn new<D: Dialect>(
        rule: Rule,
        variant: u8,
        tree: &PatternInfo<D::Op>,
        findings: &Findings<D::Op>,
        function: &Function<D>,
        names: &Names<'_>,
    ) -> Verdict {
        let failure = findings.failure.as_ref();
        let told = |failure: &Failure<D::Op>| {
            failure::text(failure, tree, rule.condition, function, names)
        };
        let wants = failure.and_then(Failure::other_operation);
        Verdict {
            name: name(rule.name, variant),
            rule,
            failure: failure.map(told),
            wants: wants.map(|(value, op)| (value, D::info(op).name)),
        }
    }

    fn refusal(&self) -> String {
        format!("no: {}", self.failure.as_deref().unwrap_or_default())
    }
}

/// A line for each verdict: the name, and what is said. Rows behind the one that is chosen are not asked; of these, only
/// those are shown that would match too.
pub(super) fn lines(rows: &[Verdict]) -> Vec<(String, String)> {
    let chosen = rows.iter().position(|row| row.failure.is_none());
    let (refusing, others) = rows.split_at(chosen.unwrap_or(rows.len()));
    let mut lines: Vec<(String, String)> = Vec::new();
    let value = |verdict: &Verdict| verdict.wants.map(|(value, _)| value);
    for group in refusing.chunk_by(|a, b| a.wants.is_some() && value(a) == value(b)) {
        lines.extend(refusals(group));
    }
    if let [winner, behind @ ..] = others {
        let condition = match winner.rule.condition {
            "" => String::new(),
            condition => format!(", {condition}"),
        };
        let text = format!("yes: {}{condition}", winner.rule.pattern);
        lines.push((winner.name.clone(), text));
        for verdict in behind.iter().filter(|verdict| verdict.failure.is_none()) {
            lines.push((verdict.name.clone(), "would match too".to_owned()));
        }
    }
    lines
}

/// Lines for rows that refuse: one for all of them if there are many that want the same operand to be something else.
fn refusals(group: &[Verdict]) -> Vec<(String, String)> {
    let each = |verdict: &Verdict| (verdict.name.clone(), verdict.refusal());
    let [first, .., last] = group else {
        return group.iter().map(each).collect();
    };
    if group.len() <= SHOWN_EACH {
        return group.iter().map(each).collect();
    }
    let mut wanted: Vec<&str> = Vec::new();
    for (_, name) in group.iter().filter_map(|verdict| verdict.wants) {
        if !wanted.contains(&name) {
            wanted.push(name);
        }
    }
    let text = first.refusal();
    let text = first.wants.and_then(|(_, name)| text.strip_suffix(name));
    let text = format!("{}{}", text.unwrap_or_default(), wanted.join(", "));
    let name = format!("{} … {} ({} rows)", first.name, last.name, group.len());
    vec![(name, text)]
}
