//! Code that exists once for the whole arena, as long as somebody needs it: call stubs, exit and release routines.
//!
//! The registry does not keep code alive; its handles do. Who wants a stub asks for it, makes it if there is none, and
//! then shares it; of two threads that make the same, both get the first.

use std::ops::Range;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};

use rustc_hash::FxHashMap;

use super::space::{CodeRange, CodeSpace};

/// What shared code is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct SharedKey {
    /// The declared sequence.
    pub name: &'static str,
    /// Which one of this name: the address of its declaration, or zero if there is one only. Names of strategies are those
    /// of their crates.
    pub declaration: usize,
    /// What it was made for: a target address, a register number, or zero.
    pub argument: u64,
}

impl SharedKey {
    /// The sequence `name` made for `argument`.
    pub const fn new(name: &'static str, argument: u64) -> Self {
        Self {
            name,
            declaration: 0,
            argument,
        }
    }

    /// The sequence `name` of the declaration at this address, made for `argument`.
    pub const fn declared(name: &'static str, declaration: usize, argument: u64) -> Self {
        Self {
            name,
            declaration,
            argument,
        }
    }
}

/// A share in code. The code goes with the last one.
#[derive(Clone, Debug)]
pub struct SharedCode(Arc<Entry>);

#[derive(Debug)]
struct Entry {
    key: SharedKey,
    code: CodeRange,
}

/// What is shared in an arena.
#[derive(Default, Debug)]
pub(super) struct Registry(Mutex<FxHashMap<SharedKey, Weak<Entry>>>);

impl Registry {
    fn lock(&self) -> MutexGuard<'_, FxHashMap<SharedKey, Weak<Entry>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl CodeSpace {
    /// The code that is shared under `key`, if there is any.
    pub fn shared(&self, key: SharedKey) -> Option<SharedCode> {
        let registry = self.registry().lock();
        registry.get(&key)?.upgrade().map(SharedCode)
    }

    /// Shares `code`, which lies in this arena, under `key`. If somebody was first, `code` is dropped and what is shared
    /// already is the answer.
    pub fn share(&self, key: SharedKey, code: CodeRange) -> SharedCode {
        let mut registry = self.registry().lock();
        if let Some(first) = registry.get(&key).and_then(Weak::upgrade) {
            return SharedCode(first);
        }
        let entry = Arc::new(Entry { key, code });
        registry.insert(key, Arc::downgrade(&entry));
        SharedCode(entry)
    }
}

impl Drop for Entry {
    fn drop(&mut self) {
        let mut registry = self.code.space().registry().lock();
        // Somebody may have shared the same anew in the meantime.
        if registry
            .get(&self.key)
            .is_some_and(|entry| entry.strong_count() == 0)
        {
            registry.remove(&self.key);
        }
    }
}

impl SharedCode {
    /// What it is for.
    pub fn key(&self) -> SharedKey {
        self.0.key
    }

    /// Where it begins.
    pub fn address(&self) -> usize {
        self.0.code.address()
    }

    /// The addresses of its bytes.
    pub fn range(&self) -> Range<usize> {
        self.0.code.range()
    }

    /// The code.
    pub fn code(&self) -> &CodeRange {
        &self.0.code
    }
}
