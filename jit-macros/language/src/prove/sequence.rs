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

use super::claim::{Claim, Goal, Input, Title, open};
use super::decide::{Solver, Verdict, decide};
use super::machine::{Exit, Machine, Names, Place, State, Stuck, To};
use super::outside::{Outside, Seen};
use super::routine::Routines;
use super::stack::{Stack, stores_since};
use super::words::is_in;
use crate::instruction::{self, Inputs};
use crate::model::calls::{Calls, Parameter, ParameterKind, Sequence, Undoes};
use crate::model::isa::{Isa, Register};
use crate::model::template::{Item, RegisterRef, Template};
use crate::term::{Sort, Term};

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

/// What a `means` clause says of a state.
pub(super) struct Effect {
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
pub(super) fn effect(
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
    fn means(&self, placing: &Placing) -> Result<Vec<Goal>, Stuck> {
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
            for place in places.collect::<std::collections::BTreeSet<Place>>() {
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

    /// That the lines take back what those of `other` did to registers.
    fn undoes(
        &self,
        undoes: &Undoes,
        other: &Sequence,
        placing: &Placing,
    ) -> Result<Vec<Goal>, Stuck> {
        let before = self.entered(placing);
        let stack = Stack::of(&before);
        let own = self.own(placing);
        let operands: Vec<_> = undoes.arguments.iter().map(|index| own[*index]).collect();
        let mut outside = Outside::new(self.routines(), stack, Seen::default());
        let exits = self.run(
            other,
            &other.template,
            &operands,
            before.clone(),
            &mut outside,
        )?;
        let [first] = &exits[..] else {
            return Err(format!("`{}` has several ways out", other.name));
        };
        if first.to != To::End {
            return Err(format!("`{}` does not simply go on", other.name));
        }
        let stores = stores_since(first.state.memory, before.memory)
            .ok_or_else(|| format!("what `{}` does to memory is not plain", other.name))?;
        let mut between = first.state.clone();
        let unknown =
            |place: Place| Term::symbol(&format!("between_{}", self.name(place)), Sort::Bits(64));
        for place in self.written(placing) {
            if place != Place::Register(Register::StackPointer) {
                between.write(place, unknown(place));
            }
        }
        between.flags =
            std::array::from_fn(|flag| Term::symbol(&format!("between_flag_{flag}"), Sort::Bool));
        let memory = Term::symbol("memory_between", Sort::Memory);
        between.memory = stores.into_iter().fold(memory, |memory, (address, byte)| {
            memory.store(address, byte)
        });
        let template = &self.sequence.template;
        let mut outside = Outside::new(self.routines(), stack, Seen::default());
        let exits = self.run(self.sequence, template, &own, between.clone(), &mut outside)?;
        let mut goals = Vec::new();
        for exit in exits {
            let after = format!(" as in front of `{}`", other.name);
            let mut show = |text: String, is: Term, should: Term| {
                let is_word = should.sort() == Sort::Bits(64);
                goals.push(Goal {
                    text,
                    holds: exit.path.implies(is.equals(should)),
                    expected: is_word.then_some(should),
                    actual: is_word.then_some(is),
                });
            };
            for place in exit.state.places() {
                if !self.may_change(place) {
                    let text = format!("{}{after}", self.name(place));
                    show(text, exit.state.read(place), before.read(place));
                }
            }
            let link = Place::Register(Register::General(30));
            match exit.to {
                To::Address(address) => {
                    show(format!("return address{after}"), address, before.read(link));
                }
                To::End => {}
                To::Label(_) | To::Trap => return Err("control goes somewhere else".to_owned()),
            }
            for (flag, should) in exit.state.flags.iter().zip(between.flags) {
                if !self.may_change_flags() {
                    show("the flags are left alone".to_owned(), *flag, should);
                }
            }
            show(
                "memory is left alone".to_owned(),
                exit.state.memory,
                between.memory,
            );
        }
        Ok(goals)
    }

    /// That the stack pointer is a multiple of 16 after each line that moves it.
    fn alignment(&self, placing: &Placing) -> Result<Vec<Goal>, Stuck> {
        let sp = RegisterRef::Fixed(Register::StackPointer);
        let mut goals = Vec::new();
        for (index, item) in self.sequence.template.items.iter().enumerate() {
            let Item::Line(line) = item else { continue };
            if !line.writes(self.isa).iter().any(|(found, _)| *found == sp) {
                continue;
            }
            // What is missing behind the line cannot be branched to.
            let prefix = Template {
                items: self.sequence.template.items[..=index].to_vec(),
                region: self.sequence.template.region,
            };
            let before = self.entered(placing);
            let mut outside = Outside::new(self.routines(), Stack::of(&before), Seen::default());
            for exit in self.run(
                self.sequence,
                &prefix,
                &self.own(placing),
                before,
                &mut outside,
            )? {
                let sp = exit.state.read(Place::Register(Register::StackPointer));
                goals.push(Goal {
                    text: format!(
                        "sp is a multiple of 16 behind `{}`{}",
                        crate::text::text(&line.tokens),
                        placing.text
                    ),
                    holds: exit.path.implies(is_multiple_of_16(sp)),
                    expected: None,
                    actual: Some(sp),
                });
            }
        }
        Ok(goals)
    }

    /// Every register that the lines write.
    fn written(&self, placing: &Placing) -> Vec<Place> {
        let lines = self.sequence.template.lines();
        let written = lines.flat_map(|line| line.writes(self.isa));
        let place = |register: RegisterRef| match register {
            RegisterRef::Fixed(register) => Some(Place::Register(register)),
            RegisterRef::Bound(name) => {
                let mut parameters = self.sequence.parameters.iter();
                let index = parameters.position(|parameter| parameter.name == name)?;
                placing.places[index]
            }
        };
        written
            .filter_map(|(register, _)| place(register))
            .collect()
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

fn is_multiple_of_16(term: Term) -> Term {
    term.low(4).equals(Term::bits(0, 4))
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
