//! armjit for CPython 3.14 on aarch64 Linux: compiles Python functions to machine code inside the stock interpreter.
//!
//! `runtime` knows the interpreter: its structs, its frames, leaving compiled code, hooking functions. `compiler` and what it
//! is made of turn a function's bytecode into jit-core's operations. `api` is what `import armjit` shows.

pub mod runtime;
