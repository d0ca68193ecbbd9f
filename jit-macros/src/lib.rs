//! The five macros that declare armjit's operations, registers, lowering rules, call strategies and rewriting rules.
//!
//! `specs/docs/rule-language.md` describes the language, `specs/docs/errors.md` the mistakes that the macros find. All of
//! it is implemented in `jit-language`, an ordinary library, because a crate of macros can be used by nobody but the
//! compiler: tests, provers and the commands of `xtask` read the same declarations.

use jit_language::invocation;
use proc_macro::TokenStream;

/// Declares a machine: registers, immediate kinds, links, and the instructions that templates may use.
#[proc_macro]
pub fn isa(input: TokenStream) -> TokenStream {
    invocation::isa(input.into()).into()
}

/// Declares a dialect: value types, and operations with their meanings.
#[proc_macro]
pub fn ops(input: TokenStream) -> TokenStream {
    invocation::ops(input.into()).into()
}

/// Declares how operations of a dialect become instructions of a machine.
#[proc_macro]
pub fn lowering(input: TokenStream) -> TokenStream {
    invocation::lowering(input.into()).into()
}

/// Declares the ways in which calls may be emitted, and the sequences that rules share.
#[proc_macro]
pub fn calls(input: TokenStream) -> TokenStream {
    invocation::calls(input.into()).into()
}

/// Declares how operations of a dialect become simpler ones.
#[proc_macro]
pub fn rewriting(input: TokenStream) -> TokenStream {
    invocation::rewriting(input.into()).into()
}

/// What `lowering!` becomes once the declarations that it names have been fetched.
#[doc(hidden)]
#[proc_macro]
pub fn __lowering(input: TokenStream) -> TokenStream {
    invocation::declared_lowering(input.into()).into()
}

/// Where `ops!` ends up, with the dialect that it extends.
#[doc(hidden)]
#[proc_macro]
pub fn __ops(input: TokenStream) -> TokenStream {
    invocation::declared_ops(input.into()).into()
}

/// Where `isa!` ends up, with the machine that it extends.
#[doc(hidden)]
#[proc_macro]
pub fn __isa(input: TokenStream) -> TokenStream {
    invocation::declared_isa(input.into()).into()
}

/// Where `calls!` ends up, with the declarations that its header names.
#[doc(hidden)]
#[proc_macro]
pub fn __calls(input: TokenStream) -> TokenStream {
    invocation::declared_calls(input.into()).into()
}

/// What `rewriting!` becomes once the declarations that it names have been fetched.
#[doc(hidden)]
#[proc_macro]
pub fn __rewriting(input: TokenStream) -> TokenStream {
    invocation::declared_rewriting(input.into()).into()
}
