//! armjit's code generator, free of Python: a typed SSA form, generated selection, allocation and emission for aarch64.
//!
//! What it consists of is declared in `specs/`; the declarations are compiled in by [`specs`], and everything else carries
//! out what they say. A function goes from [`ir`] by way of [`machine`], [`calls`] and [`emit`] into [`code`] memory;
//! [`compile`] strings these together, [`exit`] says how code is left in the middle, and [`disassemble`] shows it.
//!
//! Everything works on any 64-bit Linux, execution aside:
//!
//! ```
//! use jit_core::code::{ArenaOptions, CodeSpace};
//! use jit_core::compile::{Compiler, Options, Runtime};
//! use jit_core::exit::ExitFrame;
//! use jit_core::ir::Function;
//! use jit_core::specs::ops::Lir;
//!
//! extern "C" fn overflowed(_: *mut ExitFrame) -> u64 {
//!     u64::MAX
//! }
//! extern "C" fn deallocate(_: *mut std::ffi::c_void) {}
//!
//! let runtime = Runtime { exit_handler: overflowed as *const () as usize, deallocate: deallocate as *const () as usize };
//! let compiler = Compiler::new(CodeSpace::new(&ArenaOptions::default())?, runtime)?;
//! let function: Function<Lir> = r#"
//!     function "sum" {
//!     block0(v0: I64, v1: I64):
//!       v2 = AddOrExit v0, v1, exit0, []
//!       Return v2
//!     }"#
//! .parse()?;
//! let code = compiler.compile(&function, &Options::default())?;
//! assert!(code.listing().iter().any(|line| line.text.starts_with("adds x0, x0, x1")));
//!
//! #[cfg(target_arch = "aarch64")]
//! {
//!     // SAFETY: the code takes two words, returns one, and is alive.
//!     let sum: extern "C" fn(i64, i64) -> i64 = unsafe { std::mem::transmute(code.entry()) };
//!     assert_eq!(sum(2, 3), 5);
//!     assert_eq!(sum(i64::MAX, 1), -1);
//! }
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

extern crate self as jit_core;

pub mod calls;
pub mod code;
pub mod compile;
mod constant;
pub mod coverage;
pub mod disassemble;
pub mod emit;
pub mod exit;
pub mod explain;
pub mod ir;
pub mod machine;
pub mod specs;

pub use calls::Strategy;
