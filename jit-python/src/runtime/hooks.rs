//! Replacing the entry of function objects, and putting it back.
//!
//! A function object's vectorcall slot is all that is replaced: by compiled code, or by [`count`], which counts interpreted
//! calls until it is time to compile. Replacing it clears the function's version, which makes callers that the interpreter
//! has specialised miss their guard and come by the slot. Only slots that hold the interpreter's own entry are taken.
//! While somebody traces, profiles or monitors, every slot holds that entry again.

use std::sync::{Arc, OnceLock};

use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyFunction;

use super::compiled::{Compiled, compile, describe, never};
use super::object::{Object, read};
use super::offsets::*;
use super::registry::{FunctionKey, Hooked, lock};
use super::state::{CodeRecord, WhyNot};
use super::thread::Thread;
use super::{engine, interpreter, log, monitor, watch};

/// The signature of a function's entry.
type Entry = ffi::vectorcallfunc;

/// The interpreter's own entry of functions, which is not exported: read from a function that nobody has touched.
static ORIGINAL: OnceLock<usize> = OnceLock::new();

/// How often code is compiled anew because its guards fail.
const RECONSIDERED_AT_MOST: u32 = 3;

/// Learns the interpreter's own entry.
pub fn learn(py: Python<'_>) -> PyResult<()> {
    let fresh = py.eval(c"lambda: None", None, None)?;
    // SAFETY: a lambda is a function.
    ORIGINAL.get_or_init(|| unsafe { read(fresh.as_ptr(), FUNCTION_VECTORCALL) });
    Ok(())
}

fn original() -> usize {
    // Nothing is hooked before the entry has been learnt, and 0 is nobody's entry.
    ORIGINAL.get().copied().unwrap_or(0)
}

fn entry_of(function: Object) -> usize {
    // SAFETY: the callers have a live function.
    unsafe { read(function, FUNCTION_VECTORCALL) }
}

fn version_of(function: Object) -> u32 {
    // SAFETY: as above.
    unsafe { read(function, FUNCTION_VERSION) }
}

fn code_of(function: Object) -> usize {
    // SAFETY: as above.
    unsafe { read(function, FUNCTION_CODE) }
}

fn globals_of(function: Object) -> usize {
    // SAFETY: as above.
    unsafe { read(function, FUNCTION_GLOBALS) }
}

/// Sets a function's entry and clears its version.
fn set_entry(function: Object, entry: usize) {
    // SAFETY: `function` is a live function; `entry` is the interpreter's entry, `count` or the code of this very function,
    // all of which have the signature. No Python code runs in it.
    unsafe {
        interpreter::PyFunction_SetVectorcall(function, std::mem::transmute::<usize, Entry>(entry))
    }
}

/// Puts the interpreter's entry back, and the version if it still stands for what the function is.
fn restore(function: Object, version: Option<u32>) {
    set_entry(function, original());
    if let Some(version) = version.filter(|&version| version > FUNCTION_VERSION_CLEARED as u32) {
        // SAFETY: a live function, unmodified since it had this version.
        unsafe { interpreter::_PyFunction_SetVersion(function, version) }
    }
}

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

/// Every function object of the process.
fn every_function(py: Python<'_>) -> Vec<Bound<'_, PyFunction>> {
    unsafe extern "C" fn visit(object: Object, found: *mut std::ffi::c_void) -> i32 {
        // SAFETY: the walk passes live objects and the vector below.
        unsafe {
            if ffi::PyFunction_Check(object) != 0 {
                (*found.cast::<Vec<Object>>()).push(object);
            }
        }
        1
    }
    let mut found: Vec<Object> = Vec::new();
    // SAFETY: the visitor creates and destroys no objects; those found are alive, for nothing has run since.
    unsafe {
        interpreter::PyUnstable_GC_VisitObjects(visit, (&raw mut found).cast());
        let owned = found.into_iter().map(|it| Bound::from_borrowed_ptr(py, it));
        owned.filter_map(|it| it.cast_into().ok()).collect()
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
fn note_version(function: Object) {
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

/// Frees code that nobody can be running or enter any more.
pub fn sweep() {
    let free = lock().sweep();
    drop(free);
}
