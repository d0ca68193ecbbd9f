//! Claims about what rules rely on without containing it: that operands of a commutative operation may trade places, and
//! that the jump of a rule set goes where it is told.
//!
//! A rule for a commutative operation is matched in both orders, and proved in the one in which it is written.

use std::collections::BTreeMap;

use super::claim::{Claim, Goal, Input, Title};
use super::machine::{Machine, Names, State, Stuck, To};
use super::outcome::{Outcome, meaning, same_result};
use super::surroundings::Function;
use crate::model::isa::Isa;
use crate::model::lowering::{BindingId, Lowering, OperandPattern, OperationPattern};
use crate::model::ops::{AttributeKind, OpId, OperandKind, Ops};
use crate::term::{Sort, Term};

/// That the first two value operands of an operation may trade places.
///
/// # Errors
/// Its meaning is not understood, or it has no two such operands.
pub fn commutes(op: OpId, ops: &Ops) -> Result<Claim, Stuck> {
    let declared = &ops[op];
    let mut inputs = Vec::new();
    let mut words = BTreeMap::new();
    for (index, operand) in declared.operands.iter().enumerate() {
        let name = operand.name.to_string();
        let symbol = Term::symbol(&name, Sort::Bits(64));
        let representation = match &operand.kind {
            OperandKind::Value(ty) | OperandKind::Const(AttributeKind::Type(ty)) => {
                ops[*ty].representation
            }
            OperandKind::Const(_) => None,
            OperandKind::List | OperandKind::Block => continue,
        };
        words.insert(BindingId(index), symbol);
        inputs.push(Input {
            name,
            symbol,
            set: None,
            is_float: representation.is_some_and(|found| found.is_float()),
            bits: representation.map_or(64, |found| found.bits()),
        });
    }
    let values = declared.operands.iter().enumerate();
    let mut values = values.filter(|(_, operand)| matches!(operand.kind, OperandKind::Value(_)));
    let (Some((first, _)), Some((second, _))) = (values.next(), values.next()) else {
        return Err("there are no two values to trade places".to_owned());
    };
    let (first, second) = (BindingId(first), BindingId(second));
    let mut traded = words.clone();
    traded.insert(first, words[&second]);
    traded.insert(second, words[&first]);
    let pattern = OperationPattern {
        op,
        name: declared.name.clone(),
        operands: (0..declared.operands.len())
            .map(|index| OperandPattern::Bound(BindingId(index)))
            .collect(),
        region: declared.signature,
    };
    let memory = State::unknown().memory;
    let there = meaning(&pattern, &words, &[], memory, ops)?;
    let back = meaning(&pattern, &traded, &[], memory, ops)?;
    Ok(Claim {
        name: format!("{} commutes", declared.name),
        place: declared.signature.place(),
        template: String::new(),
        inputs,
        hypotheses: Vec::new(),
        has_float_arithmetic: there.is_float_arithmetic,
        goals: traded_goals(&there, &back),
        title: Title::Rule { pattern, words },
    })
}

fn traded_goals(there: &Outcome, back: &Outcome) -> Vec<Goal> {
    let mut goals = vec![
        Goal::new("the same way on", there.goes_on.equals(back.goes_on)),
        Goal::new("the same memory", there.memory.equals(back.memory)),
    ];
    if let (Some(expected), Some(actual)) = (there.word, back.word) {
        let holds = there.goes_on.implies(same_result(there, actual, expected));
        goals.push(Goal {
            expected: Some(expected),
            actual: Some(actual),
            ..Goal::new(
                "the same result with the operands in the other order",
                holds,
            )
        });
    }
    goals.retain(|goal| goal.holds.truth() != Some(true));
    goals
}

/// That the jump of a rule set goes to its label and changes nothing; `None` if it has none.
///
/// # Errors
/// It cannot be carried out.
pub fn jump(lowering: &Lowering, isa: &Isa) -> Result<Option<Claim>, Stuck> {
    let Some(jump) = &lowering.jump else {
        return Ok(None);
    };
    let before = State::unknown();
    let mut around = Function {
        convention: None,
        calls: 0,
        routines: None,
    };
    let exits = Machine { isa }.run(
        &jump.template,
        &Names::default(),
        before.clone(),
        &mut around,
    )?;
    let arrives = |to: &To| matches!(to, To::Label(label) if jump.label == label);
    let goals = exits.iter().flat_map(|exit| {
        let changed = exit
            .state
            .places()
            .map(|place| exit.state.read(place).equals(before.read(place)));
        let flags = exit
            .state
            .flags
            .iter()
            .zip(before.flags)
            .map(|(now, then)| now.equals(then));
        let same = Term::all(changed.chain(flags)).and(exit.state.memory.equals(before.memory));
        [
            Goal::new(
                "going to the label",
                exit.path.implies(Term::bool(arrives(&exit.to))),
            ),
            Goal::new("everything as it was", exit.path.implies(same)),
        ]
    });
    Ok(Some(Claim {
        name: format!("jump of {}", lowering.name),
        place: jump.region.place(),
        template: crate::text::text(
            &jump
                .template
                .lines()
                .map(|line| line.tokens.clone())
                .collect(),
        ),
        inputs: Vec::new(),
        hypotheses: Vec::new(),
        has_float_arithmetic: false,
        goals: goals
            .filter(|goal| goal.holds.truth() != Some(true))
            .collect(),
        title: Title::Text("jump".to_owned()),
    }))
}
