//! Memory as a chain of stores, seen from the stack pointer of the beginning.
//!
//! What is stored at a known distance from it can be told apart without a solver: what lies below the stack pointer is
//! nobody's, and what a routine keeps in its own frame is its own.

use std::collections::BTreeMap;

use super::machine::{Place, State};
use crate::model::isa::Register;
use crate::term::{Node, Operator, Term};

/// The stack pointer of the beginning.
#[derive(Clone, Copy, Debug)]
pub(super) struct Stack(Term);

impl Stack {
    /// That of a state in which something begins.
    pub fn of(state: &State) -> Stack {
        Stack(state.read(Place::Register(Register::StackPointer)))
    }

    /// How far an address is from the stack pointer of the beginning, if that is known.
    pub fn distance(self, address: Term) -> Option<i64> {
        if address == self.0 {
            return Some(0);
        }
        match address.node() {
            Node::Apply(Operator::Add, parts) if parts[0] == self.0 => {
                parts[1].constant().map(|distance| distance as u64 as i64)
            }
            _ => None,
        }
    }

    /// The memory without the stores at distances that are dropped. What is left at known distances is in order, so that
    /// two ways of storing the same are the same term.
    pub fn settled(self, memory: Term, is_dropped: &dyn Fn(i64) -> bool) -> Term {
        let mut known: BTreeMap<i64, (Term, Term)> = BTreeMap::new();
        let mut base = memory;
        while let Some((inner, address, byte)) = store(base) {
            let Some(distance) = self.distance(address) else {
                break;
            };
            if !is_dropped(distance) {
                known.entry(distance).or_insert((address, byte));
            }
            base = inner;
        }
        let base = match (store(base), base.node()) {
            (Some((inner, address, byte)), _) => {
                self.settled(inner, is_dropped).store_byte(address, byte)
            }
            (None, Node::Apply(Operator::IfThenElse, parts)) => parts[0].choose(
                self.settled(parts[1], is_dropped),
                self.settled(parts[2], is_dropped),
            ),
            _ => base,
        };
        let stores = known.into_values();
        stores.fold(base, |memory, (address, byte)| {
            memory.store_byte(address, byte)
        })
    }
}

/// What has been stored since `memory` was `base`, oldest first; `None` if it did not come about by stores.
pub(super) fn stores_since(memory: Term, base: Term) -> Option<Vec<(Term, Term)>> {
    let mut found = Vec::new();
    let mut current = memory;
    while current != base {
        let (inner, address, byte) = store(current)?;
        found.push((address, byte));
        current = inner;
    }
    found.reverse();
    Some(found)
}

/// The outermost stores, oldest first, as far as `is_wanted`, and the memory without any of those.
pub(super) fn split(memory: Term, is_wanted: &dyn Fn(Term) -> bool) -> (Term, Vec<(Term, Term)>) {
    let Some((inner, address, byte)) = store(memory) else {
        return (memory, Vec::new());
    };
    let (rest, mut found) = split(inner, is_wanted);
    if is_wanted(address) {
        found.push((address, byte));
        return (rest, found);
    }
    (rest.store_byte(address, byte), found)
}

/// A memory that is a store: the memory before, the address, and the byte.
fn store(memory: Term) -> Option<(Term, Term, Term)> {
    match memory.node() {
        Node::Apply(Operator::Store, parts) => Some((parts[0], parts[1], parts[2])),
        _ => None,
    }
}

impl Term {
    fn store_byte(self, address: Term, byte: Term) -> Term {
        Term::apply(Operator::Store, &[self, address, byte])
    }
}
