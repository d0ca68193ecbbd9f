//! Hearing of changes: functions created, modified and destroyed, code objects destroyed, dictionary entries changed.
//!
//! The interpreter calls the watchers before the change takes place. They set flags and entries and remember; nothing is
//! freed in them, because that could run anything.

use std::ffi::{CStr, c_int};
use std::sync::OnceLock;

use pyo3::exceptions::PyRuntimeError;
use pyo3::ffi;
use pyo3::prelude::*;
use pyo3::types::PyFunction;

use super::compiled::Compiled;
use super::object::{Object, read};
use super::offsets::*;
use super::registry::lock;
use super::{hooks, interpreter, monitor};

/// The dict watcher's number, once there is one.
static DICTS: OnceLock<c_int> = OnceLock::new();

/// Registers the watchers, once.
pub fn start(py: Python<'_>) -> PyResult<()> {
    if DICTS.get().is_some() {
        return Ok(());
    }
    let registered = |number: c_int, what: &str| {
        if number >= 0 {
            return Ok(number);
        }
        let taken = PyErr::take(py).map_or_else(String::new, |error| format!(": {error}"));
        Err(PyRuntimeError::new_err(format!(
            "no {what} watcher is to be had{taken}"
        )))
    };
    // SAFETY: the callbacks have the signatures and live for ever. Those already registered when one fails do no harm:
    // they change only what this extension has hooked.
    unsafe {
        registered(
            interpreter::PyFunction_AddWatcher(function_event),
            "function",
        )?;
        registered(interpreter::PyCode_AddWatcher(code_event), "code")?;
        let dicts = registered(interpreter::PyDict_AddWatcher(dict_event), "dictionary")?;
        DICTS.get_or_init(|| dicts);
    }
    Ok(())
}

/// Watches the dictionaries that code relies upon: those of its entries, and its globals, whose end is the code's.
pub fn follow(compiled: &Compiled) {
    let Some(&number) = DICTS.get() else { return };
    let watched = compiled.watched.iter();
    let entries = watched.map(|it| (it.dict as usize, it.key.as_ptr() as usize));
    lock().watched.extend(entries);
    let dicts = compiled.watched.iter().map(|it| it.dict);
    for dict in dicts.chain([compiled.globals as Object]) {
        // SAFETY: the function just compiled keeps both alive. It fails for no dictionary.
        unsafe { ffi::PyDict_Watch(number, dict) };
    }
}

unsafe extern "C" fn function_event(event: c_int, function: Object, _value: Object) -> c_int {
    const CREATE: c_int = FUNCTION_EVENT_CREATE as c_int;
    const DESTROY: c_int = FUNCTION_EVENT_DESTROY as c_int;
    let key = function as usize;
    match event {
        CREATE => {
            if lock().policy.enabled {
                // SAFETY: the watcher gets a live function.
                unsafe { with(function, hooks::attach) }
            }
        }
        DESTROY => {
            let mut registry = lock();
            registry.suppressed.remove(&key);
            registry.functions.remove(&key);
        }
        // Compiled code is that of the old code object. Changed defaults concern nobody: every call looks them up. In any
        // case the version cannot be given back.
        _ => {
            let mut registry = lock();
            if let Some(hooked) = registry.functions.get_mut(&key) {
                hooked.version = None;
                drop(registry);
                if event == FUNCTION_EVENT_MODIFY_CODE as c_int {
                    // SAFETY: as above.
                    unsafe { with(function, hooks::start_over) }
                }
            }
        }
    }
    0
}

/// Calls `action` with the function that a watcher has got.
///
/// # Safety
/// `function` is a live function, and the thread holds the interpreter.
unsafe fn with(function: Object, action: impl FnOnce(&Bound<'_, PyFunction>)) {
    Python::attach(|py| {
        // SAFETY: the caller's promise.
        let function = unsafe { Bound::from_borrowed_ptr(py, function) };
        if let Ok(function) = function.cast_into::<PyFunction>() {
            action(&function);
        }
    });
}

unsafe extern "C" fn code_event(event: c_int, code: Object) -> c_int {
    if event == CODE_EVENT_DESTROY as c_int {
        lock().forget_code(code as usize);
        monitor::forget_code(code as usize);
    }
    0
}

unsafe extern "C" fn dict_event(event: c_int, dict: Object, key: Object, _value: Object) -> c_int {
    const ENTRY_EVENTS: [usize; 3] = [DICT_EVENT_ADDED, DICT_EVENT_MODIFIED, DICT_EVENT_DELETED];
    if of_no_interest(event, dict, key) {
        return 0;
    }
    let gone = event == DICT_EVENT_DEALLOCATED as c_int;
    let of_entry = ENTRY_EVENTS.contains(&(event as usize)) && !key.is_null();
    let is_meant = |compiled: &Compiled| {
        let mut entries = compiled.watched.iter().filter(|it| it.dict == dict);
        if of_entry {
            // SAFETY: both are live keys.
            entries.any(|it| unsafe { same_key(it.key.as_ptr(), key) })
        } else {
            entries.next().is_some() || gone && compiled.globals == dict as usize
        }
    };
    note_changing(&is_meant, key, of_entry);
    hooks::withdraw(is_meant);
    0
}

/// Whether an event is the usual one: an entry changes that no code relies upon.
fn of_no_interest(event: c_int, dict: Object, key: Object) -> bool {
    // SAFETY: the watcher gets a live key or none.
    let is_interned = !key.is_null() && unsafe { is_interned(key) };
    let is_watched = || lock().watched.contains(&(dict as usize, key as usize));
    event != DICT_EVENT_DEALLOCATED as c_int && is_interned && !is_watched()
}

/// Remembers which global changed, so that it is not taken for a constant again.
fn note_changing(is_meant: &impl Fn(&Compiled) -> bool, key: Object, of_entry: bool) {
    let mut registry = lock();
    for known in registry.codes.values_mut() {
        if !known.compiled.iter().any(|it| is_meant(it)) {
            continue;
        }
        let all = known.compiled.iter().flat_map(|it| &it.watched);
        // SAFETY: the watched keys are live strings.
        let names = all.filter(|it| !of_entry || unsafe { same_key(it.key.as_ptr(), key) });
        let names: Vec<String> = names
            // SAFETY: as above.
            .filter_map(|it| unsafe { utf8(it.key.as_ptr()) })
            .map(|name| name.to_string_lossy().into_owned())
            .collect();
        known.lessons.changing.extend(names);
    }
}

/// Whether a key means an entry whose key is the interned string `watched`. For keys that could be equal to anything the
/// answer is yes.
///
/// # Safety
/// Both are live objects, the first a string.
unsafe fn same_key(watched: Object, key: Object) -> bool {
    // SAFETY: the caller's promise. Strings of the exact class are compared without running Python.
    unsafe {
        if watched == key || ffi::PyUnicode_CheckExact(key) == 0 {
            return true;
        }
        !is_interned(key) && utf8(watched) == utf8(key)
    }
}

/// Whether a key is the only string object with its text among keys.
///
/// # Safety
/// `key` is a live object.
unsafe fn is_interned(key: Object) -> bool {
    const INTERNED: u8 = 3;
    // SAFETY: the caller's promise; the state is part of every string.
    unsafe {
        ffi::PyUnicode_CheckExact(key) != 0 && read::<u8, _>(key, UNICODE_STATE) & INTERNED != 0
    }
}

/// A string's text as the interpreter caches it.
///
/// # Safety
/// `object` is a live string that outlives the result.
unsafe fn utf8<'a>(object: Object) -> Option<&'a CStr> {
    // SAFETY: the text lives as long as the string. A string that has none, with lone surrogates, sets an exception.
    unsafe {
        let text = ffi::PyUnicode_AsUTF8AndSize(object, std::ptr::null_mut());
        if text.is_null() {
            ffi::PyErr_Clear();
            return None;
        }
        Some(CStr::from_ptr(text))
    }
}
