//! armjit for CPython 3.14 on aarch64 Linux: compiles Python functions to machine code inside the stock interpreter.
//!
//! `runtime` knows the interpreter: its structs, its frames, leaving compiled code, hooking functions. `compiler` and what it
//! is made of turn a function's bytecode into jit-core's operations. `api` is what `import armjit` shows.

pub mod api;
pub mod bytecode;
pub mod compiler;
pub mod helpers;
pub mod hir;
pub mod lower;
pub mod runtime;
pub mod specs;

/// The extension module; the package `armjit` is what people import.
#[pyo3::pymodule(gil_used = true)]
mod _armjit {
    #[pymodule_export]
    use crate::api::control::{
        Pause, auto, compile_after_n_calls, disable, enable, get_compile_after_n_calls, is_enabled,
        pause, shut_down, start,
    };
    #[pymodule_export]
    use crate::api::disassembly::disassemble;
    #[pymodule_export]
    use crate::api::functions::{
        force_compile, force_uncompile, get_compilation_time, get_compiled_functions,
        get_compiled_size, get_function_compilation_time, is_jit_compiled, jit_suppress,
        jit_unsuppress, why_not_compiled,
    };
    #[pymodule_export]
    use crate::api::lists::{append_jit_list, get_jit_list, read_jit_list};
    #[pymodule_export]
    use crate::api::settings::configure;
    #[pymodule_export]
    use crate::api::strategies::{
        StrategyComparison, StrategyRow, call_strategies, call_strategy, compare_strategies,
        set_call_strategy,
    };
}
