//! What has to be shown of a lowering rule.
//!
//! For every input that pattern and conditions accept, in every way in which the allocator may place it, and in each form
//! that the template may take (literals near or out of reach, the branch or its inverse): control goes where the
//! operation says, the result and the memory are as it says, and registers and flags that the rule does not claim to
//! change are as they were. What instructions do is what `isa!` says they mean.

use std::collections::BTreeMap;

use super::claim::{Claim, Goal, Input, Title, open};
use super::machine::{Exit, Machine, Names, Place, State, Stuck, To};
use super::outcome::{Outcome, meaning, same_result};
use super::places::{Case, cases, name};
use super::routine::Routines;
use super::surroundings::Function;
use super::words::{hypotheses, is_in, words};
use crate::model::calls::Calls;
use crate::model::isa::{Convention, Isa, Register};
use crate::model::lowering::{BindingId, BindingKind, Branch, Clobbered, Rule};
use crate::model::ops::Ops;
use crate::model::template::{ImmediateRef, Template};
use crate::term::Term;

/// What has to be shown of `rule`; what routines do, `calls` says.
///
/// # Errors
/// Why nothing can be shown: a meaning that is missing or not understood, a statement that reaches outside of the rule.
pub fn claim(rule: &Rule, isa: &Isa, ops: &Ops, calls: Option<&Calls>) -> Result<Claim, Stuck> {
    let words = words(rule)?;
    let convention = convention(rule, isa);
    let list: Vec<Term> = match (&rule.list, convention) {
        (Some(_), Some(convention)) => {
            let arguments = convention.arguments.iter();
            arguments
                .map(|register| State::initial(Place::Register(*register)))
                .collect()
        }
        _ => Vec::new(),
    };
    let before = with_literals(rule, &words);
    let outcome = meaning(&rule.pattern, &words, &list, before.memory, ops)?;
    let shower = Shower {
        rule,
        isa,
        ops,
        machine: Machine { isa },
        routines: calls.map(|calls| Routines {
            calls,
            isa,
            perform: true,
        }),
        words: &words,
        convention,
        outcome,
        before,
    };
    let mut goals = shower.fields();
    for case in cases(rule, isa, &words) {
        goals.extend(shower.case(&case)?);
    }
    let goals = open(goals);
    let has_float_arithmetic = shower.outcome.is_float_arithmetic
        || shower.outcome.word.is_some_and(Term::has_float_arithmetic)
        || goals.iter().any(|goal| goal.holds.has_float_arithmetic());
    Ok(Claim {
        name: rule.name.to_string(),
        place: rule.region.place(),
        template: rule.template_text.clone(),
        inputs: inputs(rule, ops, &words),
        hypotheses: hypotheses(rule, isa, &words),
        goals,
        has_float_arithmetic,
        title: Title::Rule {
            pattern: rule.pattern.clone(),
            words,
        },
    })
}

/// A machine in whose memory the literals of the rule are.
fn with_literals(rule: &Rule, words: &BTreeMap<BindingId, Term>) -> State {
    let mut state = State::unknown();
    for (index, binding) in rule.bindings.iter().enumerate() {
        let id = BindingId(index);
        if let (BindingKind::Literal { .. }, Some(word)) = (&binding.kind, words.get(&id)) {
            state.memory = state.memory.store(Names::address(&name(rule, id)), *word);
        }
    }
    state
}

fn inputs(rule: &Rule, ops: &Ops, words: &BTreeMap<BindingId, Term>) -> Vec<Input> {
    let input = |(index, binding): (usize, &crate::model::lowering::Binding)| {
        let id = BindingId(index);
        let symbol = *words.get(&id).filter(|word| word.constant().is_none())?;
        let (set, representation) = match &binding.kind {
            BindingKind::Register { ty, .. } => (None, ops[*ty].representation),
            BindingKind::Constant { set, .. } => (Some(set.clone()), None),
            BindingKind::Address => (None, None),
            _ => return None,
        };
        Some(Input {
            name: name(rule, id),
            symbol,
            set,
            is_float: representation.is_some_and(|representation| representation.is_float()),
            bits: representation.map_or(64, |representation| representation.bits()),
        })
    };
    rule.bindings.iter().enumerate().filter_map(input).collect()
}

/// The convention that calls of the rule keep to.
fn convention<'a>(rule: &Rule, isa: &'a Isa) -> Option<&'a Convention> {
    let listed = rule.list.as_ref().and_then(|list| list.convention);
    let clobbered = rule.clobbers.iter().find_map(|clobber| match clobber.what {
        Clobbered::Convention(id) => Some(id),
        _ => None,
    });
    listed
        .or(clobbered)
        .map(|id| &isa[id])
        .or_else(|| isa.conventions.first())
}

/// Where control is when the code of a rule is over.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Destination {
    Next,
    Binding(BindingId),
    Epilogue,
}

struct Shower<'a> {
    rule: &'a Rule,
    isa: &'a Isa,
    ops: &'a Ops,
    machine: Machine<'a>,
    routines: Option<Routines<'a>>,
    words: &'a BTreeMap<BindingId, Term>,
    convention: Option<&'a Convention>,
    outcome: Outcome,
    before: State,
}

impl Shower<'_> {
    /// Every bound immediate is in the set of the field that it is put into.
    fn fields(&self) -> Vec<Goal> {
        let lines = self
            .rule
            .templates()
            .flat_map(|(_, template)| template.lines());
        let immediates = lines.flat_map(|line| &line.immediates);
        let goal = |used: &crate::model::template::ImmediateUse| {
            let ImmediateRef::Bound(bound) = &used.value else {
                return None;
            };
            let word = *self.words.get(&self.rule.binding(bound)?)?;
            let field = &self.isa[used.field];
            Some(Goal {
                text: format!("`{bound}` fits `{}`", field.name),
                holds: is_in(word, &field.set),
                expected: None,
                actual: Some(word),
            })
        };
        immediates.filter_map(goal).collect()
    }

    fn names(&self, case: &Case, form: &str) -> Names {
        let mut names = Names {
            template: form.to_owned(),
            ..Names::default()
        };
        for (id, place) in &case.places {
            names.registers.insert(name(self.rule, *id), *place);
        }
        for (id, word) in self.words {
            names.constants.insert(name(self.rule, *id), *word);
        }
        names
    }

    fn case(&self, case: &Case) -> Result<Vec<Goal>, Stuck> {
        let mut before = self.before.clone();
        for (id, place) in &case.places {
            if let Some(word) = self.words.get(id) {
                before.write(*place, *word);
            }
        }
        let mut goals = Vec::new();
        let empty = Template {
            items: Vec::new(),
            region: self.rule.region,
        };
        let near = self.rule.emit.as_ref().unwrap_or(&empty);
        let forms = [
            ("emit", Some(near)),
            ("otherwise", self.rule.otherwise.as_ref()),
        ];
        for (form, template) in forms
            .into_iter()
            .filter_map(|(form, template)| Some((form, template?)))
        {
            let exits = self.run(template, case, form, before.clone())?;
            let inverse = self
                .rule
                .branch
                .as_ref()
                .is_some_and(|branch| branch.inverse.is_some());
            for inverted in [false, true].into_iter().take(1 + usize::from(inverse)) {
                for exit in &exits {
                    for (path, destination, state) in self.ends(exit, case, inverted)? {
                        let how = if inverted { "the inverse branch" } else { form };
                        let goal = |(text, holds, expected, actual): Shown| {
                            let mut text = format!("{text}, by `{how}`");
                            if !case.text.is_empty() {
                                text.push_str(&format!(", with {}", case.text));
                            }
                            let holds = case.wants(path.implies(holds));
                            Goal {
                                text,
                                holds,
                                expected,
                                actual,
                            }
                        };
                        goals.extend(
                            self.end(destination, &state, &before, case)
                                .into_iter()
                                .map(goal),
                        );
                    }
                }
            }
        }
        Ok(goals)
    }

    fn run(
        &self,
        template: &Template,
        case: &Case,
        form: &str,
        state: State,
    ) -> Result<Vec<Exit>, Stuck> {
        let mut around = Function {
            convention: self.convention,
            calls: 0,
            routines: self.routines,
        };
        self.machine
            .run(template, &self.names(case, form), state, &mut around)
    }

    /// Where the code goes from a way out of the template.
    fn ends(
        &self,
        exit: &Exit,
        case: &Case,
        inverted: bool,
    ) -> Result<Vec<(Term, Destination, State)>, Stuck> {
        let labelled = |label: &str| {
            let binding = self
                .rule
                .bindings
                .iter()
                .position(|binding| binding.name.as_ref().is_some_and(|name| name == label));
            binding
                .map(|index| Destination::Binding(BindingId(index)))
                .ok_or_else(|| format!("no label `{label}`"))
        };
        match &exit.to {
            To::Label(label) => return Ok(vec![(exit.path, labelled(label)?, exit.state.clone())]),
            To::Address(_) => return Err("control goes to a computed address".to_owned()),
            To::Trap => return Err("the processor is stopped".to_owned()),
            To::End => {}
        }
        let Some(branch) = &self.rule.branch else {
            let goto = self.rule.goto.as_ref();
            let destination = goto.map_or(Destination::Next, |goto| {
                goto.target
                    .map_or(Destination::Epilogue, Destination::Binding)
            });
            return Ok(vec![(exit.path, destination, exit.state.clone())]);
        };
        let taken = Destination::Binding(branch.target);
        let other = self.other_target(branch)?;
        let (template, ways) = match (&branch.inverse, inverted) {
            (Some(inverse), true) => (inverse, (other, taken)),
            _ => (&branch.template, (taken, other)),
        };
        let exits = self.run(template, case, "branch", exit.state.clone())?;
        let end = |found: Exit| {
            let destination = match &found.to {
                To::Label(label) if branch.label == label => ways.0,
                To::End => ways.1,
                _ => return Err("a branch that goes elsewhere".to_owned()),
            };
            Ok((exit.path.and(found.path), destination, found.state))
        };
        exits.into_iter().map(end).collect()
    }

    /// Where a branch that is not taken leads: to the other block, or on.
    fn other_target(&self, branch: &Branch) -> Result<Destination, Stuck> {
        if !matches!(self.rule[branch.target].kind, BindingKind::Block(_)) {
            return Ok(Destination::Next);
        }
        let is_other = |id: &BindingId| {
            *id != branch.target && matches!(self.rule[*id].kind, BindingKind::Block(_))
        };
        let mut others = (0..self.rule.bindings.len())
            .map(BindingId)
            .filter(is_other);
        match (others.next(), others.next()) {
            (Some(other), None) => Ok(Destination::Binding(other)),
            _ => Err("a branch between other than two blocks".to_owned()),
        }
    }

    /// What has to hold where the code of the rule is over.
    fn end(
        &self,
        destination: Destination,
        state: &State,
        before: &State,
        case: &Case,
    ) -> Vec<Shown> {
        let mut shown = vec![self.control(destination, state)];
        let leaves = match destination {
            Destination::Binding(id) => matches!(self.rule[id].kind, BindingKind::Exit),
            _ => false,
        };
        if let (Some(id), Some(result), false) = (self.rule.result, self.outcome.result, leaves) {
            let bits = self.outcome.bits;
            let (actual, expected) = (state.read(case.places[&id]).low(bits), result.low(bits));
            let holds = same_result(&self.outcome, actual, expected);
            shown.push(("the result".to_owned(), holds, Some(expected), Some(actual)));
        }
        let memory = state.memory.equals(self.outcome.memory);
        shown.push(("memory".to_owned(), memory, None, None));
        let convention = self.clobbered_convention();
        for place in state
            .places()
            .filter(|place| !self.may_change(*place, case, convention))
        {
            let (actual, expected) = (state.read(place), before.read(place));
            let text = format!("{} as it was", self.place_name(place, case));
            shown.push((text, actual.equals(expected), Some(expected), Some(actual)));
        }
        let flags = self
            .rule
            .clobbers
            .iter()
            .any(|clobber| clobber.what == Clobbered::Flags);
        if !flags && convention.is_none() {
            let same = state
                .flags
                .iter()
                .zip(before.flags)
                .map(|(flag, before)| flag.equals(before));
            shown.push((
                "the flags as they were".to_owned(),
                Term::all(same),
                None,
                None,
            ));
        }
        shown
    }

    /// Control is where the operation says.
    fn control(&self, destination: Destination, state: &State) -> Shown {
        let word = self.outcome.word.unwrap_or_else(|| Term::word(0));
        let effects = &self.ops[self.rule.pattern.op].effects;
        let (text, holds) = match destination {
            Destination::Next => (
                "going on",
                if effects.terminator {
                    Term::bool(false)
                } else {
                    self.outcome.goes_on
                },
            ),
            Destination::Epilogue => {
                let place = self
                    .convention
                    .and_then(|convention| convention.results.first());
                let returned = place.map(|register| state.read(Place::Register(*register)));
                (
                    "the value returned",
                    returned.map_or(Term::bool(false), |returned| returned.equals(word)),
                )
            }
            Destination::Binding(id) => match self.rule[id].kind {
                BindingKind::Exit => ("taking the exit", self.outcome.goes_on.inverted()),
                BindingKind::Block(number) => {
                    ("the block gone to", word.equals(Term::word(number as i64)))
                }
                _ => ("control", Term::bool(false)),
            },
        };
        (text.to_owned(), holds, None, None)
    }

    fn clobbered_convention(&self) -> Option<&Convention> {
        self.rule
            .clobbers
            .iter()
            .find_map(|clobber| match clobber.what {
                Clobbered::Convention(id) => Some(&self.isa[id]),
                _ => None,
            })
    }

    fn may_change(&self, place: Place, case: &Case, convention: Option<&Convention>) -> bool {
        let is_result_or_temporary = |(id, of): (&BindingId, &Place)| {
            *of == place
                && matches!(
                    self.rule[*id].kind,
                    BindingKind::Result { .. } | BindingKind::Temporary { .. }
                )
        };
        let clobbered = |register: Register| {
            let named = self
                .rule
                .clobbers
                .iter()
                .any(|clobber| clobber.what == Clobbered::Register(register));
            named
                || convention
                    .is_some_and(|convention| convention.clobbered().any(|lost| lost == register))
        };
        case.places.iter().any(is_result_or_temporary)
            || match place {
                Place::Register(register) => clobbered(register),
                // What lives on behind a call is in a register that the callee preserves.
                Place::Chosen(_) => convention.is_some(),
            }
    }

    fn place_name(&self, place: Place, case: &Case) -> String {
        let of = case.places.iter().find(|(_, of)| **of == place);
        match (of, place) {
            (Some((id, _)), _) => format!("`{}`", name(self.rule, *id)),
            (None, Place::Register(register)) => register.to_string(),
            (None, Place::Chosen(_)) => "a register".to_owned(),
        }
    }
}

/// What is claimed, the claim, what should be, what is.
type Shown = (String, Term, Option<Term>, Option<Term>);
