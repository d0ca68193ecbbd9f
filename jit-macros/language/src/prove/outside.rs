//! What a sequence or routine may call: something that keeps to the calling convention, and of which nothing else is
//! known; or, by a planned call, a routine.
//!
//! It may change all memory but what nobody has told it about: the words that the caller keeps in its own frame and that
//! its `means` clause does not store. It neither sees these nor changes them. The platform's register is nobody's.

use std::collections::HashSet;

use super::machine::{Names, Place, State, Stuck, Surroundings};
use super::routine::Routines;
use super::stack::{Stack, split};
use crate::meaning::{CALL, CALL_MEMORY};
use crate::model::isa::{Bank, Isa, Register};
use crate::model::template::Directive;
use crate::term::{Function, Node, Operator, Sort, Term};

/// What a clause lets a callee know: memory, target and arguments, and where the clause has stored something before.
#[derive(Clone, Default, Debug)]
pub(super) struct Seen {
    words: Vec<Term>,
    addresses: HashSet<Term>,
}

impl Seen {
    /// By the callee in a memory that a clause leaves behind.
    pub fn by(memory: Term) -> Seen {
        let call = Term::parts(&[memory])
            .into_iter()
            .find_map(|part| match part.node() {
                Node::Call {
                    function: Function::Named(name),
                    arguments,
                    ..
                } if &*name == CALL_MEMORY => Some(arguments),
                _ => None,
            });
        let Some(words) = call else {
            return Seen::default();
        };
        let stored = |part: Term| match part.node() {
            Node::Apply(Operator::Store, parts) => Some(parts[1]),
            _ => None,
        };
        Seen {
            words: words.to_vec(),
            addresses: Term::parts(&[words[0]])
                .into_iter()
                .filter_map(stored)
                .collect(),
        }
    }
}

/// Whatever may be called.
pub(super) struct Outside<'a> {
    isa: &'a Isa,
    routines: Routines<'a>,
    stack: Stack,
    seen: Seen,
    /// What each call was given: memory, target and arguments.
    made: Vec<Vec<Term>>,
}

impl<'a> Outside<'a> {
    pub fn new(routines: Routines<'a>, stack: Stack, seen: Seen) -> Self {
        Outside {
            isa: routines.isa,
            routines,
            stack,
            seen,
            made: Vec::new(),
        }
    }

    /// What calls were given, and what the clause says that they are given, in words.
    pub fn given(&self) -> Vec<(String, Term, Term)> {
        let calls = self
            .made
            .iter()
            .flat_map(|made| made.iter().zip(&self.seen.words));
        let text = |index: usize| match index {
            0 => "memory as what is called finds it".to_owned(),
            1 => "what is called".to_owned(),
            number => format!("argument {} of the call", number - 1),
        };
        let count = self.seen.words.len().max(1);
        let given = calls.enumerate();
        given
            .map(|(index, (is, should))| (text(index % count), *is, *should))
            .collect()
    }
}

impl Surroundings for Outside<'_> {
    fn directive(&mut self, found: &Directive, _: &Names, state: State) -> Result<State, Stuck> {
        self.routines.called(&found.tokens.to_string(), &[], state)
    }

    fn call(&mut self, target: Term, state: &State) -> Option<State> {
        let convention = self.isa.conventions.first()?;
        // A `bl` to a label is a jump that says where it came from.
        if matches!(target.node(), Node::Symbol { name, .. } if name.starts_with("address_of_")) {
            return None;
        }
        let sp = state.read(Place::Register(Register::StackPointer));
        let bottom = self.stack.distance(sp);
        let is_own = |address: Term| {
            let distance = self.stack.distance(address);
            let inside = |(bottom, distance)| bottom <= distance && distance < 0;
            bottom.zip(distance).is_some_and(inside) && !self.seen.addresses.contains(&address)
        };
        let (visible, own) = split(state.memory, &is_own);
        let below = |distance: i64| bottom.is_some_and(|bottom| distance < bottom);
        let mut words = vec![self.stack.settled(visible, &below), target];
        let general = convention.arguments.iter();
        let general = general.filter(|register| register.bank() == Bank::General);
        let arguments = general.take(self.seen.words.len().saturating_sub(2));
        words.extend(arguments.map(|register| state.read(Place::Register(*register))));
        self.made.push(words.clone());
        let number = self.made.len();
        let mut after = state.clone();
        let left = |what: &str| format!("call_{number}_leaves_{what}");
        let is_platforms = |register: Register| {
            let reserved = self.isa.reservation(register);
            reserved.is_some_and(|reserved| !reserved.scratch) && register != Register::General(30)
        };
        for register in convention
            .clobbered()
            .filter(|register| !is_platforms(*register))
        {
            let word = Term::symbol(&left(&register.to_string()), Sort::Bits(64));
            after.write(Place::Register(register), word);
        }
        after.flags =
            std::array::from_fn(|flag| Term::symbol(&left(&format!("flag_{flag}")), Sort::Bool));
        let results = convention.results.iter();
        for register in results.filter(|register| register.bank() == Bank::General) {
            after.write(
                Place::Register(*register),
                Term::call(CALL, &words, Sort::Bits(64)),
            );
        }
        let memory = Term::call(CALL_MEMORY, &words, Sort::Memory);
        let restored = own.into_iter();
        after.memory = restored.fold(memory, |memory, (address, byte)| {
            memory.store(address, byte)
        });
        Some(after)
    }
}
