//! What a rule's template relies on without spelling it: calls.

use super::machine::{Names, Place, State, Stuck, Surroundings};
use super::routine::Routines;
use crate::meaning::{CALL, CALL_FLOAT, CALL_MEMORY};
use crate::model::isa::{Bank, Convention};
use crate::model::template::Directive;
use crate::term::{Sort, Term};

/// A function around the template that keeps to a calling convention.
pub(super) struct Function<'a> {
    /// How calls are made.
    pub convention: Option<&'a Convention>,
    /// How many have been made.
    pub calls: u32,
    /// The routines of the arena, if it is known what they do.
    pub routines: Option<Routines<'a>>,
}

impl Function<'_> {
    /// A callee may do anything to memory, returns something that depends on memory and arguments, and leaves nothing in
    /// the registers that it need not preserve.
    fn called(&mut self, target: Term, state: &State) -> Option<State> {
        let convention = self.convention?;
        self.calls += 1;
        let arguments = convention.arguments.iter();
        let arguments = arguments.map(|register| state.read(Place::Register(*register)));
        let words: Vec<Term> = [state.memory, target]
            .into_iter()
            .chain(arguments)
            .collect();
        let lost = |what: String| format!("call_{}_leaves_{what}", self.calls);
        let mut after = state.clone();
        for register in convention.clobbered() {
            let word = Term::symbol(&lost(register.to_string()), Sort::Bits(64));
            after.write(Place::Register(register), word);
        }
        for place in state.places() {
            if let Place::Chosen(number) = place {
                after.write(
                    place,
                    Term::symbol(&lost(format!("register_{number}")), Sort::Bits(64)),
                );
            }
        }
        after.flags =
            std::array::from_fn(|flag| Term::symbol(&lost(format!("flag_{flag}")), Sort::Bool));
        for register in &convention.results {
            let function = if register.bank() == Bank::Float {
                CALL_FLOAT
            } else {
                CALL
            };
            after.write(
                Place::Register(*register),
                Term::call(function, &words, Sort::Bits(64)),
            );
        }
        after.memory = Term::call(CALL_MEMORY, &words, Sort::Memory);
        Some(after)
    }
}

impl Surroundings for Function<'_> {
    fn directive(
        &mut self,
        directive: &Directive,
        names: &Names,
        state: State,
    ) -> Result<State, Stuck> {
        let text = directive.tokens.to_string();
        if let (true, Some(routines)) = (directive.keyword == "routine", self.routines) {
            let (name, operands) = text.split_once('(').unwrap_or((&text, ""));
            let operands = operands.trim_end_matches(')').split(',').map(str::trim);
            let operands = operands.filter(|operand| !operand.is_empty());
            let place = |operand: &str| {
                let place = names.registers.get(operand).copied();
                place.ok_or_else(|| format!("`{operand}` is no register"))
            };
            let operands = operands.map(place).collect::<Result<Vec<Place>, Stuck>>()?;
            return routines.called(name.trim(), &operands, state);
        }
        if directive.keyword != "call" {
            return Err(format!(
                "what `{} {text}` does is not part of the rule",
                directive.keyword
            ));
        }
        let target = names
            .constants
            .get(&text)
            .ok_or_else(|| format!("`{text}` is no address to call"))?;
        self.called(*target, &state)
            .ok_or_else(|| "a call without a convention".to_owned())
    }

    fn call(&mut self, target: Term, state: &State) -> Option<State> {
        self.called(target, state)
    }
}
