//! What the `means` clause of a sequence says, and that its lines do that.

use std::collections::BTreeSet;

use super::{Placing, Shower, symbol};
use crate::instruction::{self, Inputs};
use crate::model::calls::{Calls, Parameter, ParameterKind, Sequence};
use crate::model::isa::{Isa, Register};
use crate::prove::claim::Goal;
use crate::prove::machine::{Machine, Names, Place, State, Stuck, To};
use crate::prove::outside::{Outside, Seen};
use crate::prove::stack::Stack;
use crate::term::{Sort, Term};

/// What a `means` clause says of a state.
pub(in crate::prove) struct Effect {
    /// The state behind it.
    pub state: State,
    /// The registers that it assigns to.
    assigned: Vec<Place>,
    /// Where control goes.
    pub outcome: instruction::Outcome,
}

/// What the `means` clause of a sequence makes of a state, with its register operands in these places. Nothing is known
/// of what it clobbers.
///
/// # Errors
/// There is no such clause.
pub(in crate::prove) fn effect(
    sequence: &Sequence,
    calls: &Calls,
    isa: &Isa,
    operands: &[Place],
    before: &State,
) -> Result<Effect, Stuck> {
    let shower = Shower {
        sequence,
        calls,
        isa,
        machine: Machine { isa },
        before: before.clone(),
    };
    let mut operands = operands.iter().copied();
    let place = |parameter: &Parameter| match parameter.kind {
        ParameterKind::Register(_) => operands.next(),
        ParameterKind::Immediate(_) | ParameterKind::Label => None,
    };
    let placing = Placing {
        text: String::new(),
        places: sequence.parameters.iter().map(place).collect(),
    };
    let mut effect = shower.effect(&placing, before)?;
    let left = |what: &str| format!("{}_leaves_{what}", sequence.name);
    for register in sequence
        .clobbers
        .iter()
        .filter_map(|clobber| clobber.register)
    {
        let place = Place::Register(register);
        if !effect.assigned.contains(&place) {
            let lost = Term::symbol(&left(&register.to_string()), Sort::Bits(64));
            effect.state.write(place, lost);
        }
    }
    if shower.may_change_flags() {
        effect.state.flags =
            std::array::from_fn(|flag| Term::symbol(&left(&format!("flag_{flag}")), Sort::Bool));
    }
    Ok(effect)
}

impl Shower<'_> {
    /// What the clause says of a state.
    fn clause(&self, placing: &Placing, before: &State) -> Result<instruction::Outcome, Stuck> {
        let Some(means) = &self.sequence.means else {
            return Err("nothing says what it does".to_owned());
        };
        let all = (0..=30).map(Register::General);
        let all = all.chain((0..=31).map(Register::Float));
        let all = all.chain([Register::StackPointer]);
        let content = |place: &Place| before.read(*place);
        let number = |(owner, parameter): (&Sequence, &Parameter)| match parameter.kind {
            ParameterKind::Register(_) => None,
            ParameterKind::Label if !owner.is_literal(&parameter.name, self.isa) => {
                Some(Names::address(&parameter.name.to_string()))
            }
            ParameterKind::Immediate(_) | ParameterKind::Label => Some(symbol(parameter)),
        };
        let nameable = || self.calls.nameable(self.sequence);
        let parameters: Vec<Parameter> = nameable().map(|(_, it)| it.clone()).collect();
        let last = self.sequence.template.items.len().saturating_sub(1);
        let next = format!("{}_{last}_next", self.sequence.name);
        let inputs = Inputs {
            registers: placing.places.iter().flatten().map(content).collect(),
            immediates: nameable().filter_map(number).collect(),
            label: Term::word(0),
            condition: String::new(),
            implied: all
                .map(|register| (register, before.read(Place::Register(register))))
                .collect(),
            flags: before.flags,
            memory: before.memory,
            next: Term::symbol(&next, Sort::Bits(64)),
        };
        instruction::clause(self.isa, &parameters, &means.body, &inputs)
            .map_err(|error| error.text())
    }

    /// What comes of a state by the clause.
    fn effect(&self, placing: &Placing, before: &State) -> Result<Effect, Stuck> {
        let outcome = self.clause(placing, before)?;
        let mut state = before.clone();
        let mut assigned = Vec::new();
        let registers: Vec<Place> = placing.places.iter().flatten().copied().collect();
        let operands = outcome.registers.iter();
        let operands = operands.map(|(index, value)| (registers[*index], *value));
        let others = outcome.implied.iter();
        let others = others.map(|(register, value)| (Place::Register(*register), *value));
        for (place, value) in operands.chain(others) {
            state.write(place, value);
            assigned.push(place);
        }
        for (flag, new) in state.flags.iter_mut().zip(outcome.flags) {
            *flag = new.unwrap_or(*flag);
        }
        state.memory = outcome.memory;
        Ok(Effect {
            state,
            assigned,
            outcome,
        })
    }

    /// That the lines do what `means` says.
    pub(super) fn means(&self, placing: &Placing) -> Result<Vec<Goal>, Stuck> {
        let before = self.entered(placing);
        let Effect {
            state: expected,
            assigned,
            outcome,
        } = self.effect(placing, &before)?;
        let stack = Stack::of(&before);
        let mut outside = Outside::new(self.routines(), stack, Seen::by(outcome.memory));
        let template = &self.sequence.template;
        let exits = self.run(
            self.sequence,
            template,
            &self.own(placing),
            before.clone(),
            &mut outside,
        )?;
        let mut goals = Vec::new();
        for (text, is, should) in outside.given() {
            let is_word = should.sort() == Sort::Bits(64);
            goals.push(Goal {
                expected: is_word.then_some(should),
                actual: is_word.then_some(is),
                ..Goal::new(format!("{text}{}", placing.text), is.equals(should))
            });
        }
        for exit in &exits {
            let mut show = |text: String, holds: Term, values: Option<(Term, Term)>| {
                goals.push(Goal {
                    text: format!("{text}{}", placing.text),
                    holds: exit.path.implies(holds),
                    expected: values.map(|(expected, _)| expected),
                    actual: values.map(|(_, actual)| actual),
                });
            };
            let (leaves, target) = (outcome.leaves, outcome.target);
            let (text, holds) = match &exit.to {
                To::End => (
                    "control goes on",
                    leaves.inverted().and(outcome.traps.inverted()),
                ),
                To::Trap => ("control stops", outcome.traps),
                To::Label(label) => (
                    "control goes where it should",
                    leaves.and(target.equals(Names::address(label))),
                ),
                To::Address(address) => (
                    "control goes where it should",
                    leaves.and(target.equals(*address)),
                ),
            };
            show(text.to_owned(), holds, None);
            let places = exit.state.places().chain(expected.places());
            for place in places.collect::<BTreeSet<Place>>() {
                if !assigned.contains(&place) && self.may_change(place) {
                    continue;
                }
                let (is, should) = (exit.state.read(place), expected.read(place));
                let text = match assigned.contains(&place) {
                    true => format!("{} is what `means` says", self.name(place)),
                    false => format!("{} is as it was", self.name(place)),
                };
                show(text, is.equals(should), Some((should, is)));
            }
            for (index, flag) in exit.state.flags.iter().enumerate() {
                let should = match (outcome.flags[index], self.may_change_flags()) {
                    (Some(flag), _) => flag,
                    (None, false) => before.flags[index],
                    (None, true) => continue,
                };
                show("the flags".to_owned(), flag.equals(should), None);
            }
            let sp = exit.state.read(Place::Register(Register::StackPointer));
            let end = stack.distance(sp);
            let is_below = |distance: i64| end.is_some_and(|end| distance < end);
            let settled = |memory: Term| stack.settled(memory, &is_below);
            let memory = settled(exit.state.memory).equals(settled(expected.memory));
            show("memory".to_owned(), memory, None);
        }
        Ok(goals)
    }
}
