//! What the runtime knows about functions and code objects, under one lock.
//!
//! Nothing in here calls an interpreter function that could run Python code: while the lock is held no object dies and no
//! other thread takes over. Compiled code that is not wanted any more is put aside and freed by [`Registry::sweep`], once no call of it is
//! under way.

use std::collections::{HashMap, HashSet};
use std::sync::{Arc, LazyLock, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::compiled::Compiled;
use super::list::{Description, Entry};
use super::state::Lessons;

/// A function object, by address.
pub type FunctionKey = usize;
/// A code object, by address.
pub type CodeKey = usize;

/// A function whose entry has been replaced.
#[derive(Debug)]
pub struct Hooked {
    /// The version to give back with the original entry; none if the function has been modified since.
    pub version: Option<u32>,
    /// The code it enters; none while its calls are counted.
    pub compiled: Option<Arc<Compiled>>,
    /// Interpreted calls to be counted before it is compiled.
    pub threshold: u64,
}

/// What is known about a code object, for all functions that have it.
#[derive(Debug, Default)]
pub struct Known {
    /// Interpreted calls counted so far.
    pub calls: u64,
    /// Why it stays interpreted, once compiling it has failed.
    pub refused: Option<String>,
    /// What its earlier code has taught.
    pub lessons: Lessons,
    /// How often its code has been withdrawn because guards failed.
    pub reconsidered: u32,
    /// Its compiled forms, one per dictionary of globals.
    pub compiled: Vec<Arc<Compiled>>,
}

/// When functions are compiled without being asked for by hand.
#[derive(Debug, Default)]
pub struct Policy {
    /// Whether functions are compiled by themselves at all.
    pub enabled: bool,
    /// After how many calls; 0 means on the first one.
    pub threshold: Option<u64>,
    /// Only these, if there is a list.
    pub list: Option<Vec<Entry>>,
}

impl Policy {
    /// After how many calls a function is compiled, if it is.
    pub fn threshold_for(&self, function: &Description) -> Option<u64> {
        match &self.list {
            _ if !self.enabled => None,
            Some(list) => list
                .iter()
                .any(|entry| entry.matches(function))
                .then(|| self.threshold.unwrap_or(0)),
            None => self.threshold,
        }
    }
}

/// The runtime's knowledge.
#[derive(Debug, Default)]
pub struct Registry {
    /// When to compile.
    pub policy: Policy,
    /// Functions with a replaced entry, or that would have one if nobody were watching.
    pub functions: HashMap<FunctionKey, Hooked>,
    /// Code objects about which something is known.
    pub codes: HashMap<CodeKey, Known>,
    /// Functions that must not be compiled.
    pub suppressed: HashSet<FunctionKey>,
    /// Dictionary entries, by the addresses of dictionary and key, that some code relies or has relied upon.
    pub watched: HashSet<(usize, usize)>,
    /// Whether the original entries are in place because somebody traces, profiles or monitors.
    pub suspended: bool,
    /// The time spent in compiling.
    pub spent: Duration,
    retired: Vec<Arc<Compiled>>,
}

static REGISTRY: LazyLock<Mutex<Registry>> = LazyLock::new(Mutex::default);

/// The registry. Hold it briefly: nothing that could run Python code may be called before the guard is dropped.
pub fn lock() -> MutexGuard<'static, Registry> {
    REGISTRY.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Registry {
    /// The code compiled for a code object and its globals.
    pub fn find(&self, code: CodeKey, globals: usize) -> Option<&Arc<Compiled>> {
        let known = self.codes.get(&code)?;
        known
            .compiled
            .iter()
            .find(|compiled| compiled.globals == globals)
    }

    /// Puts code aside that is not to be entered any more.
    pub fn retire(&mut self, compiled: Arc<Compiled>) {
        self.retired.push(compiled);
    }

    /// Takes out, to be dropped without the lock, what has been put aside and is neither running nor referred to.
    #[must_use = "dropping gives up references, which may run anything: release the lock first"]
    pub fn sweep(&mut self) -> Vec<Arc<Compiled>> {
        let (free, busy) = std::mem::take(&mut self.retired)
            .into_iter()
            .partition(|it| Arc::strong_count(it) == 1 && it.is_idle());
        self.retired = busy;
        free
    }

    /// Forgets every code object. The functions must have been unhooked.
    pub fn forget_all(&mut self) {
        let codes = std::mem::take(&mut self.codes);
        self.retired
            .extend(codes.into_values().flat_map(|known| known.compiled));
    }

    /// Forgets a code object that is being destroyed.
    pub fn forget_code(&mut self, code: CodeKey) {
        if let Some(known) = self.codes.remove(&code) {
            self.retired.extend(known.compiled);
        }
    }

    /// Takes away the code that `is_stale` accepts. The functions that entered it come back with their threshold at 0, to be
    /// compiled anew on their next call; their entries are the caller's to change.
    pub fn withdraw(&mut self, is_stale: impl Fn(&Compiled) -> bool) -> Vec<FunctionKey> {
        for known in self.codes.values_mut() {
            let stale = known.compiled.extract_if(.., |it| is_stale(it));
            self.retired.extend(stale.inspect(|it| it.invalidate()));
        }
        let mut entered = Vec::new();
        for (&function, hooked) in &mut self.functions {
            if hooked.compiled.as_deref().is_some_and(&is_stale) {
                hooked.compiled = None;
                hooked.threshold = 0;
                entered.push(function);
            }
        }
        entered
    }
}
