//! Where the allocator may put the operands of a rule.
//!
//! Each operand, temporary and result has a register of its own, as far as the rule does not fix it. But a result may
//! take the register of an operand that is not needed any more, an operand may be in a register that the template
//! changes, two operands of the same value may share a register, and zero may be in no register at all. A rule has to be
//! right in each of these cases.

use std::collections::BTreeMap;

use super::machine::Place;
use crate::model::isa::{Isa, Register};
use crate::model::lowering::{BindingId, BindingKind, Clobbered, Constraint, Rule};
use crate::term::{Node, Operator, Term};

/// One way to place everything.
#[derive(Clone, Debug)]
pub(super) struct Case {
    /// What is particular about it; empty for the usual one.
    pub text: String,
    /// What it presupposes of the operands' values.
    pub presupposes: Term,
    /// Where each result, register operand and temporary is.
    pub places: BTreeMap<BindingId, Place>,
}

impl Case {
    /// That `holds` is so where this is the case. An operand that is a constant there is put in as that: what then is the
    /// same at a glance is hard to see from an equation.
    pub fn wants(&self, holds: Term) -> Term {
        let known = match self.presupposes.node() {
            Node::Apply(Operator::Equal, sides) => [(sides[0], sides[1]), (sides[1], sides[0])]
                .into_iter()
                .find(|(_, value)| value.constant().is_some()),
            _ => None,
        };
        let holds = known.map_or(holds, |(operand, value)| holds.with(operand, value));
        self.presupposes.implies(holds)
    }
}

pub(super) fn cases(rule: &Rule, isa: &Isa, words: &BTreeMap<BindingId, Term>) -> Vec<Case> {
    let usual = usual(rule);
    let mut cases = Vec::new();
    let operands: Vec<BindingId> = ids(rule, |kind| matches!(kind, BindingKind::Register { .. }))
        .filter(|id| !matches!(rule[*id].constraint, Constraint::Fixed(_)))
        .collect();
    let class = |id: BindingId| match rule[id].kind {
        BindingKind::Register { class, .. } | BindingKind::Result { class } => Some(&isa[class]),
        _ => None,
    };
    let view = |id| class(id).map(|class| class.view.bank());
    let shares = |changed: &[(BindingId, Place)], text: String, presupposes: Term| {
        let mut places = usual.clone();
        places.extend(changed.iter().copied());
        Case {
            text,
            presupposes,
            places,
        }
    };
    let always = Term::bool(true);
    let same = rule.same.first().map(|same| (same.result, same.operand));
    // With `d = a;` there is no case in which the two are apart.
    if same.is_none() {
        cases.push(shares(&[], String::new(), always));
    }
    let result = rule
        .result
        .filter(|id| matches!(rule[*id].constraint, Constraint::Free));
    if let Some(result) = result {
        let candidates = operands
            .iter()
            .copied()
            .filter(|operand| view(*operand) == view(result));
        let candidates: Vec<BindingId> = match same {
            Some((_, operand)) => vec![operand],
            None => candidates.collect(),
        };
        for operand in &candidates {
            let text = format!(
                "`{}` in the register of `{}`",
                name(rule, result),
                name(rule, *operand)
            );
            cases.push(shares(&[(result, usual[operand])], text, always));
        }
        if let [first, rest @ ..] = &candidates[..]
            && !rest.is_empty()
        {
            let place = usual[first];
            let together = candidates.iter().chain([&result]).map(|id| (*id, place));
            let equal = rest.iter().map(|other| words[first].equals(words[other]));
            let text = "everything in one register".to_owned();
            cases.push(shares(
                &together.collect::<Vec<_>>(),
                text,
                Term::all(equal),
            ));
        }
    }
    // A result whose register is given may lie where an operand was. Not so in front of calls: there the register of the
    // result is that of an argument.
    let given = rule
        .result
        .filter(|id| matches!(rule[*id].constraint, Constraint::Fixed(_)));
    if let (Some(result), None) = (given, &rule.list) {
        for operand in operands
            .iter()
            .filter(|operand| view(**operand) == view(result))
        {
            let text = format!(
                "`{}` in the register of `{}`",
                name(rule, *operand),
                name(rule, result)
            );
            cases.push(shares(&[(*operand, usual[&result])], text, always));
        }
    }
    for operand in &operands {
        if class(*operand).is_some_and(|class| class.special() == Some(Register::Zero)) {
            let text = format!("`{}` is xzr", name(rule, *operand));
            let zero = words[operand].equals(Term::word(0));
            cases.push(shares(
                &[(*operand, Place::Register(Register::Zero))],
                text,
                zero,
            ));
        }
        for clobber in &rule.clobbers {
            if let Clobbered::Register(register) = clobber.what
                && class(*operand).is_some_and(|class| class.registers.contains(&register))
            {
                let text = format!("`{}` in {register}", name(rule, *operand));
                cases.push(shares(
                    &[(*operand, Place::Register(register))],
                    text,
                    always,
                ));
            }
        }
    }
    cases
}

fn ids(rule: &Rule, is_it: fn(&BindingKind) -> bool) -> impl Iterator<Item = BindingId> + '_ {
    (0..rule.bindings.len())
        .map(BindingId)
        .filter(move |id| is_it(&rule[*id].kind))
}

fn usual(rule: &Rule) -> BTreeMap<BindingId, Place> {
    let in_register = |kind: &BindingKind| {
        matches!(
            kind,
            BindingKind::Result { .. }
                | BindingKind::Register { .. }
                | BindingKind::Temporary { .. }
        )
    };
    let place = |id: BindingId| match rule[id].constraint {
        Constraint::Fixed(register) => Place::Register(register),
        Constraint::Free | Constraint::Early(_) => Place::Chosen(id.0),
    };
    ids(rule, in_register).map(|id| (id, place(id))).collect()
}

/// What the rule calls it.
pub(super) fn name(rule: &Rule, id: BindingId) -> String {
    let name = rule[id].name.as_ref();
    name.map_or_else(|| format!("operand_{}", id.0), ToString::to_string)
}
