//! What has to be shown of a sequence or routine.
//!
//! Of `means`: on every way out, control is where the clause says; every register, the flags and memory hold what it
//! says, and what it does not mention is as it was, except for what is declared as clobbered and for memory below the
//! stack pointer, which is nobody's. Of `undoes`: whatever has happened in between to the registers that this sequence
//! writes and to memory that the other one did not write, every register is as it was in front of the other one, and
//! memory is left alone. Of each: the stack pointer, being a multiple of 16 at first, is one after every line that moves
//! it, for the processor may refuse to use another.
//!
//! Operands are in registers of their own, or two of them in one register if the lines write at most one of the two.

mod alignment;
mod means;
mod undoes;

use super::claim::{Claim, Input, Title, open};
use super::decide::{Solver, Verdict, decide};
use super::machine::{Exit, Machine, Names, Place, State, Stuck};
use super::outside::Outside;
use super::routine::Routines;
use super::words::is_in;
use crate::model::calls::{Calls, Parameter, ParameterKind, Sequence};
use crate::model::isa::{Isa, Register};
use crate::model::template::{Item, RegisterRef, Template};
use crate::term::{Sort, Term};
use alignment::is_multiple_of_16;
pub(super) use means::effect;

/// The verdict on a sequence or routine of `calls`.
pub fn sequence(sequence: &Sequence, calls: &Calls, isa: &Isa, solver: &mut dyn Solver) -> Verdict {
    match sequence_claim(sequence, calls, isa) {
        Ok(claim) => decide(&claim, solver),
        Err(reason) => Verdict::Skipped { reason },
    }
}

/// Everything that has to be shown of `sequence`.
///
/// # Errors
/// Why nothing can be shown: a clause or a line that is not understood.
pub fn sequence_claim(sequence: &Sequence, calls: &Calls, isa: &Isa) -> Result<Claim, Stuck> {
    if !sequence.has_meaning() {
        return Err("nothing says what it does".to_owned());
    }
    let shower = Shower {
        sequence,
        calls,
        isa,
        machine: Machine { isa },
        before: State::unknown(),
    };
    let mut goals = Vec::new();
    let placings = shower.placings();
    for placing in &placings {
        if sequence.means.is_some() {
            goals.extend(shower.means(placing)?);
        }
        goals.extend(shower.alignment(placing)?);
    }
    if let Some(undoes) = &sequence.undoes {
        goals.extend(shower.undoes(undoes, &calls[undoes.sequence], &placings[0])?);
    }
    let (inputs, mut hypotheses) = shower.inputs();
    let sp = shower.before.read(Place::Register(Register::StackPointer));
    hypotheses.push(is_multiple_of_16(sp));
    Ok(Claim {
        name: sequence.name.to_string(),
        place: sequence.region.place(),
        template: text(&sequence.template),
        title: Title::Text(sequence.name.to_string()),
        inputs,
        hypotheses,
        goals: open(goals),
        has_float_arithmetic: false,
    })
}

/// Where the operands are.
struct Placing {
    /// What is particular about it; empty for the usual one.
    text: String,
    /// For each parameter that is a register, which one.
    places: Vec<Option<Place>>,
}

struct Shower<'a> {
    sequence: &'a Sequence,
    calls: &'a Calls,
    isa: &'a Isa,
    machine: Machine<'a>,
    before: State,
}

impl<'a> Shower<'a> {
    /// What its planned call may go to.
    fn routines(&self) -> Routines<'a> {
        Routines {
            calls: self.calls,
            isa: self.isa,
            perform: false,
        }
    }

    fn placings(&self) -> Vec<Placing> {
        let parameters = &self.sequence.parameters;
        let own = |(index, parameter): (usize, &Parameter)| match parameter.kind {
            ParameterKind::Register(_) => Some(Place::Chosen(index)),
            ParameterKind::Immediate(_) | ParameterKind::Label => None,
        };
        let usual: Vec<Option<Place>> = parameters.iter().enumerate().map(own).collect();
        let mut placings = vec![Placing {
            text: String::new(),
            places: usual.clone(),
        }];
        for (a, first) in parameters.iter().enumerate() {
            for (b, second) in parameters.iter().enumerate().skip(a + 1) {
                let both_written = self.writes(first) && self.writes(second);
                if first.kind == second.kind && usual[a].is_some() && !both_written {
                    let mut places = usual.clone();
                    places[b] = places[a];
                    placings.push(Placing {
                        text: format!(
                            ", with `{}` and `{}` in one register",
                            first.name, second.name
                        ),
                        places,
                    });
                }
            }
        }
        placings
    }

    fn writes(&self, parameter: &Parameter) -> bool {
        let is_it = |found: &RegisterRef| matches!(found, RegisterRef::Bound(name) if *name == parameter.name);
        let mut lines = self.sequence.template.lines();
        lines.any(|line| line.writes(self.isa).iter().any(|(found, _)| is_it(found)))
    }

    /// What the sequence is given, and what is known about it.
    fn inputs(&self) -> (Vec<Input>, Vec<Term>) {
        let mut inputs = Vec::new();
        let mut known = Vec::new();
        for parameter in &self.sequence.parameters {
            let set = match parameter.kind {
                ParameterKind::Immediate(kind) => Some(self.isa[kind].set.clone()),
                ParameterKind::Register(_) => None,
                ParameterKind::Label => continue,
            };
            let symbol = symbol(parameter);
            known.extend(set.as_ref().map(|set| is_in(symbol, set)));
            inputs.push(Input {
                name: parameter.name.to_string(),
                symbol,
                set,
                is_float: false,
                bits: 64,
            });
        }
        (inputs, known)
    }

    /// A state in which the operands are where they are placed.
    fn entered(&self, placing: &Placing) -> State {
        let mut state = self.before.clone();
        for (parameter, place) in self.sequence.parameters.iter().zip(&placing.places).rev() {
            if let Some(place) = place {
                state.write(*place, symbol(parameter));
            }
        }
        state
    }

    /// Runs the lines of a sequence whose parameters are `operands`, each with its place if it is a register.
    fn run(
        &self,
        sequence: &Sequence,
        template: &Template,
        operands: &[(&Parameter, Option<Place>)],
        state: State,
        outside: &mut Outside<'_>,
    ) -> Result<Vec<Exit>, Stuck> {
        let mut names = Names {
            template: sequence.name.to_string(),
            ..Names::default()
        };
        for (parameter, (operand, place)) in sequence.parameters.iter().zip(operands) {
            let name = parameter.name.to_string();
            match (parameter.kind, place) {
                (ParameterKind::Register(_), Some(place)) => {
                    names.registers.insert(name, *place);
                }
                (ParameterKind::Immediate(_), _) => {
                    names.constants.insert(name, symbol(operand));
                }
                (ParameterKind::Label, _) if sequence.is_literal(&parameter.name, self.isa) => {
                    names.literals.insert(name, symbol(operand));
                }
                _ => {}
            }
        }
        self.machine.run(template, &names, state, outside)
    }

    fn own(&self, placing: &Placing) -> Vec<(&'a Parameter, Option<Place>)> {
        let parameters = self.sequence.parameters.iter();
        parameters.zip(placing.places.iter().copied()).collect()
    }

    fn may_change(&self, place: Place) -> bool {
        let Place::Register(register) = place else {
            return false;
        };
        let mut clobbers = self.sequence.clobbers.iter();
        clobbers.any(|clobber| clobber.register == Some(register))
    }

    fn may_change_flags(&self) -> bool {
        let mut clobbers = self.sequence.clobbers.iter();
        clobbers.any(|clobber| clobber.register.is_none())
    }

    fn name(&self, place: Place) -> String {
        match place {
            Place::Register(register) => register.to_string(),
            Place::Chosen(index) => format!("`{}`", self.sequence.parameters[index].name),
        }
    }
}

/// What stands for a parameter: the content of a register, a number, or the word in a literal.
fn symbol(parameter: &Parameter) -> Term {
    Term::symbol(&parameter.name.to_string(), Sort::Bits(64))
}

/// The lines of a template, as one line.
pub(super) fn text(template: &Template) -> String {
    let line = |item: &Item| match item {
        Item::Line(line) => format!("; {}", crate::text::text(&line.tokens)),
        Item::Label(label) => format!("; {label}:"),
        Item::Directive(directive) => {
            let tokens = crate::text::text(&directive.tokens);
            format!("; {} {tokens}", directive.keyword)
        }
    };
    template
        .items
        .iter()
        .map(line)
        .collect::<Vec<_>>()
        .join(" ")
}
