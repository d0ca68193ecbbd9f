//! From a function to code that its calls enter, and back.
//!
//! Code is shared by the functions that have the same code object and globals. What compiling teaches, a refusal or guards that
//! keep failing, is remembered for the code object.

use std::sync::Arc;

use pyo3::prelude::*;
use pyo3::types::PyFunction;

use super::compiled::{Compiled, compile, describe};
use super::function::{code_of, globals_of, set_entry, version_of};
use super::hooks::{detach, note_version, withdraw};
use super::registry::{FunctionKey, Hooked, lock};
use super::state::{CodeRecord, WhyNot};
use super::{engine, log, watch};

/// How often code is compiled anew because its guards fail.
const RECONSIDERED_AT_MOST: u32 = 3;

/// Compiles a function unless there is code for it, and has its calls enter the code. Refused, it is unhooked.
pub fn compile_and_enter(function: &Bound<'_, PyFunction>) -> Result<Arc<Compiled>, WhyNot> {
    let object = function.as_ptr();
    note_version(object);
    let outcome = obtain(function);
    let entry = {
        let mut registry = lock();
        let key = object as FunctionKey;
        match &outcome {
            Ok(compiled) => {
                let version = version_of(object);
                let hooked = registry.functions.entry(key).or_insert(Hooked {
                    version: Some(version),
                    compiled: None,
                    threshold: 0,
                });
                hooked.compiled = Some(Arc::clone(compiled));
                (!registry.suspended).then(|| compiled.code.entry())
            }
            Err(_) => None,
        }
    };
    match (&outcome, entry) {
        (Ok(_), Some(entry)) => set_entry(object, entry),
        (Ok(_), None) => (),
        (Err(_), _) => detach(|key, _| key == object as FunctionKey),
    }
    sweep();
    outcome
}

/// The code for a function by the present strategy, compiled if there is none.
fn obtain(function: &Bound<'_, PyFunction>) -> Result<Arc<Compiled>, WhyNot> {
    let object = function.as_ptr();
    let (code, globals) = (code_of(object), globals_of(object));
    let strategy = engine::strategy();
    let lessons = {
        let registry = lock();
        if let Some(compiled) = registry
            .find(code, globals)
            .filter(|it| it.strategy == strategy)
        {
            return Ok(Arc::clone(compiled));
        }
        registry
            .codes
            .get(&code)
            .map(|it| it.lessons.clone())
            .unwrap_or_default()
    };
    let name = describe(function);
    let compiled = compile(function, strategy, &lessons).map(Arc::new);
    let mut registry = lock();
    match &compiled {
        Ok(compiled) => {
            registry.spent += compiled.took;
            let known = registry.codes.entry(code).or_default();
            known.refused = None;
            let old = known.compiled.iter().position(|it| it.globals == globals);
            let old = old.map(|index| known.compiled.swap_remove(index));
            known.compiled.push(Arc::clone(compiled));
            old.into_iter().for_each(|old| registry.retire(old));
            drop(registry);
            watch::follow(compiled);
            log::compiled(&name, compiled.took, compiled.code.size());
        }
        Err(why) => {
            registry.codes.entry(code).or_default().refused = Some(why.reason.clone());
            drop(registry);
            log::refused(&name, &why.reason);
        }
    }
    compiled
}

/// Why the code of a function stays interpreted, found out by compiling it if that has never been tried.
pub fn refusal(function: &Bound<'_, PyFunction>) -> Option<String> {
    let code = code_of(function.as_ptr());
    let (known, is_compiled, lessons) = {
        let registry = lock();
        let known = registry.codes.get(&code);
        (
            known.and_then(|it| it.refused.clone()),
            registry.find(code, globals_of(function.as_ptr())).is_some(),
            known.map(|it| it.lessons.clone()).unwrap_or_default(),
        )
    };
    if known.is_some() || is_compiled {
        return known;
    }
    let tried = compile(function, engine::strategy(), &lessons);
    tried.err().map(|why| why.reason)
}

/// Has a function interpreted again, and frees its code unless another function enters it.
pub fn uncompile(function: &Bound<'_, PyFunction>) -> bool {
    let object = function.as_ptr();
    let key = object as FunctionKey;
    let was_compiled = lock()
        .functions
        .get(&key)
        .is_some_and(|it| it.compiled.is_some());
    if was_compiled {
        detach(|it, _| it == key);
        let mut registry = lock();
        if let Some(known) = registry.codes.get_mut(&code_of(object)) {
            // The registry's own reference is the only one left.
            let unused = known
                .compiled
                .extract_if(.., |it| Arc::strong_count(it) == 1);
            let unused: Vec<_> = unused.collect();
            unused.into_iter().for_each(|it| registry.retire(it));
        }
        drop(registry);
        sweep();
    }
    was_compiled
}

/// Withdraws code whose guards have failed very often: its functions are compiled anew on their next call, for what the
/// interpreter has seen meanwhile. After a few times it stays as it is.
pub fn reconsider(record: &CodeRecord) {
    {
        let mut registry = lock();
        // The code object itself may be gone by now, and everything known about it.
        match registry.codes.get_mut(&(record.code as usize)) {
            Some(known) if known.reconsidered < RECONSIDERED_AT_MOST => {
                known.reconsidered += 1;
                known.lessons.failing.extend(record.failing());
            }
            _ => return,
        }
    }
    withdraw(|it| it.has_record(record));
}

/// Frees code that nobody can be running or enter any more.
pub fn sweep() {
    let free = lock().sweep();
    drop(free);
}
