//! Replacing the entry of function objects, and putting it back.
//!
//! A function object's vectorcall slot is all that is replaced: by compiled code, or by `count`, which counts interpreted
//! calls until it is time to compile. Replacing it clears the function's version, which makes callers that the interpreter
//! has specialised miss their guard and come by the slot. Only slots that hold the interpreter's own entry are taken.
//! While somebody traces, profiles or monitors, every slot holds that entry again.
//!
//! One kind of call goes past the slot: a function made anew for each call, by a caller that the interpreter has specialised
//! for an earlier one of the same code. It gets that code's version after it has been hooked, and is then inlined. Such a call
//! is interpreted, and not counted.

use pyo3::prelude::*;
use pyo3::types::PyFunction;

use super::compilation::compile_and_enter;
use super::compiled::{Compiled, describe, never};
use super::function::{
    Entry, code_of, entry_of, every_function, globals_of, original, restore, set_entry, version_of,
};
use super::monitor;
use super::object::Object;
use super::offsets::*;
use super::registry::{FunctionKey, Hooked, lock};
use super::thread::Thread;

/// Whether a function's entry is another extension's.
pub fn is_foreign(function: &Bound<'_, PyFunction>) -> bool {
    let is_hooked = lock().functions.contains_key(&(function.as_ptr() as usize));
    !is_hooked && entry_of(function.as_ptr()) != original()
}

/// Hooks a function if it is to be compiled by itself, or has code already.
pub fn attach(function: &Bound<'_, PyFunction>) {
    let object = function.as_ptr();
    if entry_of(object) != original() || never(function).is_some() {
        return;
    }
    let description = describe(function);
    let entry = {
        let mut registry = lock();
        let key = object as FunctionKey;
        if !registry.policy.enabled || registry.suppressed.contains(&key) {
            return;
        }
        let code = code_of(object);
        let compiled = registry.find(code, globals_of(object)).cloned();
        let refused = registry
            .codes
            .get(&code)
            .is_some_and(|it| it.refused.is_some());
        let threshold = match registry.policy.threshold_for(&description) {
            Some(threshold) if !refused => threshold,
            _ if compiled.is_some() => 0,
            _ => return,
        };
        let entry = compiled
            .as_ref()
            .map_or(count as *const () as usize, |it| it.code.entry());
        let hooked = Hooked {
            version: Some(version_of(object)),
            compiled,
            threshold,
        };
        registry.functions.insert(key, hooked);
        (!registry.suspended).then_some(entry)
    };
    if let Some(entry) = entry {
        set_entry(object, entry);
    }
}

/// Hooks every function there is, as [`attach`] decides.
pub fn attach_all(py: Python<'_>) {
    for function in every_function(py) {
        attach(&function);
    }
}

/// Unhooks the functions that `which` accepts.
pub fn detach(mut which: impl FnMut(FunctionKey, &Hooked) -> bool) {
    let mut registry = lock();
    let suspended = registry.suspended;
    let taken: Vec<_> = registry
        .functions
        .extract_if(|&key, hooked| which(key, hooked))
        .collect();
    drop(registry);
    if !suspended {
        for (function, hooked) in taken {
            restore(function as Object, hooked.version);
        }
    }
}

/// Has a hooked function counted from the beginning, because its code object is about to be replaced; or unhooks it, if it
/// had been compiled by hand.
pub fn start_over(function: &Bound<'_, PyFunction>) {
    let key = function.as_ptr() as FunctionKey;
    let description = describe(function);
    let threshold = lock().policy.threshold_for(&description);
    let Some(threshold) = threshold else {
        return detach(|it, _| it == key);
    };
    let mut registry = lock();
    if let Some(hooked) = registry.functions.get_mut(&key) {
        hooked.compiled = None;
        hooked.threshold = threshold;
    }
    let suspended = registry.suspended;
    drop(registry);
    if !suspended {
        set_entry(function.as_ptr(), count as *const () as usize);
    }
}

/// Puts the interpreter's entries back while somebody watches; they are remembered.
pub fn suspend() {
    let taken: Vec<_> = {
        let mut registry = lock();
        if std::mem::replace(&mut registry.suspended, true) {
            return;
        }
        let hooked = registry.functions.iter();
        hooked
            .map(|(&function, it)| (function, it.version))
            .collect()
    };
    for (function, version) in taken {
        restore(function as Object, version);
    }
}

/// Undoes [`suspend`].
pub fn resume() {
    let entries: Vec<_> = {
        let mut registry = lock();
        if !std::mem::replace(&mut registry.suspended, false) {
            return;
        }
        let hooked = registry.functions.iter();
        hooked
            .map(|(&function, it)| (function, entry_for(it)))
            .collect()
    };
    for (function, entry) in entries {
        set_entry(function as Object, entry);
    }
}

fn entry_for(hooked: &Hooked) -> usize {
    let compiled = hooked.compiled.as_ref();
    compiled.map_or(count as *const () as usize, |it| it.code.entry())
}

/// Withdraws the code that `is_stale` accepts; its functions are compiled anew on their next call.
pub fn withdraw(is_stale: impl Fn(&Compiled) -> bool) {
    let (functions, suspended) = {
        let mut registry = lock();
        (registry.withdraw(is_stale), registry.suspended)
    };
    if !suspended {
        for function in functions {
            set_entry(function as Object, count as *const () as usize);
        }
    }
}

/// A function's entry while its calls are counted.
///
/// # Safety
/// Called by the interpreter as the vectorcall of a hooked function.
unsafe extern "C" fn count(
    callable: Object,
    arguments: *const Object,
    flagged_count: usize,
    names: Object,
) -> Object {
    // SAFETY: a vectorcall is made by a thread that holds the interpreter, with a live callable and arguments; the entry
    // taken is never `count` itself, so this ends.
    unsafe {
        let thread = Thread::current();
        if !monitor::is_quiet(thread) && !monitor::settle(thread) {
            // Somebody watches, and the hook is out by now.
        } else if is_due(callable) {
            Python::attach(|py| {
                let function = Bound::from_borrowed_ptr(py, callable);
                if let Ok(function) = function.cast_into::<PyFunction>() {
                    // A refusal is remembered with its reason.
                    let _ = compile_and_enter(&function);
                }
            });
        } else if version_of(callable) > FUNCTION_VERSION_CLEARED as u32 {
            // A function gets its version after it has been created and hooked: callers must not specialise on it.
            note_version(callable);
            set_entry(callable, count as *const () as usize);
        }
        let entry = match entry_of(callable) {
            entry if entry == count as *const () as usize => original(),
            entry => entry,
        };
        let entry = std::mem::transmute::<usize, Entry>(entry);
        entry(callable, arguments, flagged_count, names)
    }
}

/// Remembers a hooked function's version, if it has one, before it is cleared.
pub(super) fn note_version(function: Object) {
    let version = version_of(function);
    if version > FUNCTION_VERSION_CLEARED as u32
        && let Some(hooked) = lock().functions.get_mut(&(function as FunctionKey))
    {
        hooked.version = Some(version);
    }
}

/// Counts a call; whether the function is to be compiled before it.
fn is_due(function: Object) -> bool {
    let code = code_of(function);
    let mut registry = lock();
    let Some(threshold) = registry
        .functions
        .get(&(function as usize))
        .map(|it| it.threshold)
    else {
        return false;
    };
    let known = registry.codes.entry(code).or_default();
    if known.calls >= threshold {
        return true;
    }
    known.calls += 1;
    false
}
