//! What sets of rewriting rules make of an instruction: what every row says, what is applied, and the same of what that
//! makes.

use std::cell::RefCell;

use super::EXPLAINED;
use super::names::Names;
use super::verdict::{Rule, Verdict};
use crate::ir::passes::{remove_unreachable_blocks, rewrite_by};
use crate::ir::rewriting::{Applied, RewriteSet, RuleText, Site};
use crate::ir::trace::Findings;
use crate::ir::{Dialect, Function, Inst};

/// An instruction that a set of rewriting rules was asked about.
#[derive(Clone, Debug)]
pub struct Step {
    /// The name of the set.
    pub set: &'static str,
    /// The instruction, as it was when it was looked at.
    pub instruction: String,
    /// What every row for its operation says to it, in the order in which they are tried. None is asked if it is folded.
    pub rows: Vec<Verdict>,
    /// What was done to it.
    pub outcome: Outcome,
}

/// What a set of rewriting rules did to an instruction.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// No rule accepts it.
    Kept,
    /// All its operands are constants: it became this one.
    Folded(String),
    /// The first rule that accepts it made this of it.
    Replaced(Rule, String),
}

impl Step {
    /// The row that was applied.
    pub fn winner(&self) -> Option<&Verdict> {
        self.rows.iter().find(|verdict| verdict.failure.is_none())
    }
}

/// Rewrites `function` by `sets`. Yields what they said to whatever comes from the instruction that is explained, and what
/// they did to others.
pub(super) fn rewrite<D: Dialect>(
    function: &mut Function<D>,
    sets: &[&RewriteSet<D>],
    names: &Names<'_>,
) -> Vec<Step> {
    let steps = RefCell::new(Vec::new());
    for set in sets {
        let explained = |site: &mut Site<'_, D>| {
            let (step, applied) = ask(site, set, names);
            let is_asked = site.left().function()[site.inst()].origin == EXPLAINED;
            let says = !step.rows.is_empty() || applied.is_some();
            if is_asked && says || applied.is_some() && matches!(names, Names::Expression(_)) {
                steps.borrow_mut().push(step);
            }
            applied
        };
        rewrite_by(function, explained, |_| {});
    }
    remove_unreachable_blocks(function);
    steps.into_inner()
}

/// What the rows of a set say to the instruction at a site; then the set rewrites it.
fn ask<D: Dialect>(
    site: &mut Site<'_, D>,
    set: &RewriteSet<D>,
    names: &Names<'_>,
) -> (Step, Option<Applied>) {
    let inst = site.inst();
    let op = site.left().op();
    let instruction = names.inst(site.left().function(), inst);
    let mut rows = Vec::new();
    for (row, explain) in set.rows.iter().zip(set.explain) {
        if row.tree.op != op {
            continue;
        }
        let mut findings = Findings::default();
        explain(site, &mut findings);
        let rule = rule(&set.rules[row.rule].text);
        let (variant, tree) = (row.variant, &row.tree);
        let left = site.left();
        let function = left.function();
        rows.push(Verdict::new(
            rule, variant, tree, &findings, function, names,
        ));
    }
    let applied = (set.rewrite)(site);
    let outcome = match applied {
        None => Outcome::Kept,
        Some(Applied::Fold) => {
            rows.clear();
            Outcome::Folded(became(site, names))
        }
        Some(Applied::Row(index)) => {
            let text = &set.rules[set.rows[index].rule].text;
            Outcome::Replaced(rule(text), became(site, names))
        }
    };
    let step = Step {
        set: set.name,
        instruction,
        rows,
        outcome,
    };
    (step, applied)
}

fn rule(text: &RuleText) -> Rule {
    Rule {
        name: text.name,
        pattern: text.pattern,
        condition: text.condition,
        file: text.file,
        line: text.line,
    }
}

/// What has taken the place of the instruction at a site.
fn became<D: Dialect>(site: &Site<'_, D>, names: &Names<'_>) -> String {
    let left = site.left();
    let function = left.function();
    let value = site.replacement();
    let result = |inst: &Inst| function[*inst].result;
    // What is written out as an operand of something else need not be said.
    let is_said = |inst: &&Inst| match names {
        Names::Printed => true,
        Names::Expression(_) => result(inst).is_none(),
    };
    let made = site.made();
    let mut parts: Vec<String> = made
        .iter()
        .filter(is_said)
        .map(|&inst| names.inst(function, inst))
        .collect();
    let is_printed = made
        .iter()
        .filter(is_said)
        .any(|inst| result(inst) == value);
    if let Some(value) = value.filter(|_| !is_printed) {
        parts.push(names.whole(function, value));
    }
    match parts.is_empty() {
        true => "nothing".to_owned(),
        false => parts.join("; "),
    }
}
