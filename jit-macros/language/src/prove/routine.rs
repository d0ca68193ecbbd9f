//! What `routine name(operand)` in a rule does, and `call name` in a sequence: it calls a declared routine, which does what
//! its `means` clause says.
//!
//! That it does so is proved of the routine by itself, and that it is reached with nothing but scratch registers, the link
//! register and the flags changed, of each strategy. Where a routine goes on to another one, that one's clause follows.
//! What a routine calls outside is, to a rule, the runtime's operation of the routine's name: that is what operations name
//! by `memory.perform(name, …)`.

use super::machine::{Names, Place, State, Stuck};
use super::sequence::effect;
use crate::meaning::CALL_MEMORY;
use crate::model::calls::{Calls, Sequence};
use crate::model::isa::{Bank, Isa, Register};
use crate::term::{Function, Node, Operator, Sort, Term};

/// How many routines may go on to each other.
const CHAIN: u32 = 4;

/// The routines that rules and sequences may call.
#[derive(Clone, Copy)]
pub(super) struct Routines<'a> {
    pub calls: &'a Calls,
    pub isa: &'a Isa,
    /// Whether what they call outside are operations of the runtime.
    pub perform: bool,
}

impl Routines<'_> {
    /// The state when control is back from the routine of this name.
    pub fn called(self, name: &str, operands: &[Place], mut state: State) -> Result<State, Stuck> {
        let back = Term::symbol("return_address", Sort::Bits(64));
        for register in self.isa.scratch().filter(|it| it.bank() == Bank::General) {
            let lost = format!("site_leaves_{register}");
            state.write(
                Place::Register(register),
                Term::symbol(&lost, Sort::Bits(64)),
            );
        }
        state.flags = std::array::from_fn(|flag| {
            Term::symbol(&format!("site_leaves_flag_{flag}"), Sort::Bool)
        });
        state.write(Place::Register(Register::General(30)), back);
        self.entered(self.routine(name)?, operands, &state, back, CHAIN)
    }

    fn routine(&self, name: &str) -> Result<&Sequence, Stuck> {
        let mut routines = self.calls.sequences.iter().filter(|it| it.is_routine);
        let found = routines.find(|it| it.name == name);
        found.ok_or_else(|| format!("there is no routine `{name}`"))
    }

    fn entered(
        self,
        routine: &Sequence,
        operands: &[Place],
        before: &State,
        back: Term,
        chain: u32,
    ) -> Result<State, Stuck> {
        let mut effect = effect(routine, self.calls, self.isa, operands, before)?;
        if effect.outcome.leaves.truth() != Some(true) || chain == 0 {
            return Err(format!("`{}` does not come back", routine.name));
        }
        if self.perform {
            effect.state.memory = performed(&routine.name.to_string(), effect.state.memory);
        }
        self.follow(effect.outcome.target, effect.state, back, chain)
    }

    /// The state when control, which goes to `target`, is back.
    fn follow(self, target: Term, state: State, back: Term, chain: u32) -> Result<State, Stuck> {
        if target == back {
            return Ok(state);
        }
        match target.node() {
            Node::Apply(Operator::IfThenElse, parts) => {
                let [condition, then, otherwise] = [parts[0], parts[1], parts[2]];
                let ways = (
                    self.follow(then, state.where_holds(condition), back, chain)?,
                    self.follow(
                        otherwise,
                        state.where_holds(condition.inverted()),
                        back,
                        chain,
                    )?,
                );
                Ok(State::chosen(condition, &ways.0, &ways.1))
            }
            Node::Symbol { name, .. } => {
                let routines = self.calls.sequences.iter();
                let mut routines = routines.map(|it| it.name.to_string());
                let next = routines.find(|label| Names::address(label) == target);
                let next = next.ok_or_else(|| format!("`{name}` is no routine"))?;
                self.entered(self.routine(&next)?, &[], &state, back, chain - 1)
            }
            _ => Err("control goes to a computed address".to_owned()),
        }
    }
}

impl State {
    /// The same where `condition` holds.
    fn where_holds(&self, condition: Term) -> State {
        let mut state = self.clone();
        for place in self.places() {
            state.write(place, self.read(place).where_holds(condition));
        }
        state
    }
}

/// The memory that a routine leaves, in which what it calls is the runtime's operation of its name.
fn performed(name: &str, memory: Term) -> Term {
    match memory.node() {
        Node::Call {
            function: Function::Named(called),
            arguments,
            ..
        } if &*called == CALL_MEMORY => {
            let operands: Vec<Term> = [arguments[0]]
                .into_iter()
                .chain(arguments[2..].iter().copied())
                .collect();
            Term::call(&format!("perform_{name}"), &operands, Sort::Memory)
        }
        _ => memory,
    }
}
