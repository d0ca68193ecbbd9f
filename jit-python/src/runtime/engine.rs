//! The one code generator of a process: its arena, and the strategy by which calls are emitted.
//!
//! Most calls of compiled code go to functions of this extension, fewer to the interpreter. The interpreter's executable
//! and a shared library lie further apart than a direct call reaches, so the arena is asked for near this library, and
//! calls of the interpreter's own functions take a strategy's fallback.

use std::ops::RangeInclusive;
use std::sync::{Mutex, OnceLock, PoisonError};

use jit_core::Strategy;
use jit_core::code::{ArenaOptions, CodeSpace};
use jit_core::compile::{Compiler, Runtime};

use super::{exit, interpreter};

static COMPILER: OnceLock<Result<Compiler, String>> = OnceLock::new();
static STRATEGY: Mutex<Option<Strategy>> = Mutex::new(None);

/// Makes the code generator, once. An error is the sentence for the user.
pub fn start() -> Result<&'static Compiler, String> {
    COMPILER
        .get_or_init(|| {
            let own = exit::handle as *const ();
            let interpreter_function = interpreter::_Py_Dealloc as *const () as usize;
            let options = ArenaOptions {
                near: [own as usize, interpreter_function]
                    .into_iter()
                    .filter_map(text_around)
                    .collect(),
                ..ArenaOptions::default()
            };
            let space = CodeSpace::new(&options).map_err(|error| error.to_string())?;
            let runtime = Runtime {
                exit_handler: own as usize,
                deallocate: interpreter_function,
            };
            Compiler::new(space, runtime).map_err(|error| error.to_string())
        })
        .as_ref()
        .map_err(Clone::clone)
}

/// The code generator, if it has been made.
pub fn compiler() -> Option<&'static Compiler> {
    COMPILER.get()?.as_ref().ok()
}

/// The strategy for what is compiled from now on.
pub fn strategy() -> Strategy {
    STRATEGY
        .lock()
        .unwrap_or_else(PoisonError::into_inner)
        .unwrap_or_default()
}

/// Sets the strategy for what is compiled from now on.
pub fn set_strategy(strategy: Strategy) {
    *STRATEGY.lock().unwrap_or_else(PoisonError::into_inner) = Some(strategy);
}

/// The mapping of executable memory that holds an address, from the kernel's list.
fn text_around(address: usize) -> Option<RangeInclusive<usize>> {
    let maps = std::fs::read_to_string("/proc/self/maps").ok()?;
    maps.lines().find_map(|line| {
        let (range, rest) = line.split_once(' ')?;
        let (start, end) = range.split_once('-')?;
        let start = usize::from_str_radix(start, 16).ok()?;
        let end = usize::from_str_radix(end, 16).ok()?;
        (rest.as_bytes().get(2) == Some(&b'x') && (start..end).contains(&address))
            .then(|| start..=end - 1)
    })
}
