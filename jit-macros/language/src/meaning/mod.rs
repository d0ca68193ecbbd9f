//! Meanings as terms: the Rust expressions behind `means`, of operations and of instructions, read as data.
//!
//! The evaluator compiles a meaning; a prover has to look into it. So the part of Rust that meanings are written in is
//! translated here, with Rust's types: integers of 8 to 128 bits and their methods, floats, `bool`, `Option`, tuples,
//! `let`, assignment, `if`, and accesses of `memory`. Both branches of an `if` are translated and what they change is
//! chosen between, so a meaning becomes terms without control flow. What is outside of that part is refused, with the
//! expression and its place; nothing is guessed.

mod cast;
mod expression;
mod float;
mod integer;
mod memory;
mod statement;
#[cfg(test)]
mod tests;
mod value;

use std::fmt;

use proc_macro2::TokenStream;
use quote::ToTokens;

use crate::error::Region;
use crate::term::{Sort, Term};
pub use value::{Type, Value};

/// Why a meaning is no term.
#[derive(Clone, Debug)]
pub struct Untranslatable {
    /// What is the matter.
    pub message: String,
    /// The expression.
    pub expression: String,
    /// Where it stands.
    pub region: Region,
}

impl fmt::Display for Untranslatable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let place = self.region.place();
        write!(f, "{place}: {} in `{}`", self.message, self.expression)
    }
}

impl std::error::Error for Untranslatable {}

type Result<T> = std::result::Result<T, Untranslatable>;

/// An error about `at`.
fn refuse<T>(at: &impl ToTokens, message: impl Into<String>) -> Result<T> {
    Err(Untranslatable {
        message: message.into(),
        expression: crate::text::text(&at.to_token_stream()),
        region: Region::of(at),
    })
}

/// What the names in a meaning stand for, and the memory that it works on.
#[derive(Clone, Debug)]
pub struct Scope {
    /// Names with their values, those declared last behind. `flags.z` is a name like any other.
    names: Vec<(String, Value)>,
    /// The memory.
    pub memory: Term,
    /// The name of the function that yields what a call returns; its first argument is the memory.
    pub called: &'static str,
}

/// The function of a call's result in a general register.
pub const CALL: &str = "call";
/// The function of a call's result in a floating-point register.
pub const CALL_FLOAT: &str = "call_float";
/// The function of the memory that a call leaves.
pub const CALL_MEMORY: &str = "call_memory";

impl Scope {
    /// No names, and some memory.
    pub fn new() -> Scope {
        Scope {
            names: Vec::new(),
            memory: Term::symbol("memory", Sort::Memory),
            called: CALL,
        }
    }

    /// Declares a name.
    pub fn bind(&mut self, name: impl Into<String>, value: Value) {
        self.names.push((name.into(), value));
    }

    /// What a name stands for.
    pub fn value(&self, name: &str) -> Option<&Value> {
        let found = self.names.iter().rev().find(|(known, _)| known == name);
        found.map(|(_, value)| value)
    }

    /// Replaces what a declared name stands for; whether there is one.
    fn assign(&mut self, name: &str, value: Value) -> bool {
        let found = self.names.iter_mut().rev().find(|(known, _)| known == name);
        found.map(|found| found.1 = value).is_some()
    }
}

impl Default for Scope {
    fn default() -> Scope {
        Scope::new()
    }
}

/// The value of a meaning that is an expression; what it does besides is left in `scope`.
///
/// # Errors
/// The first expression that is not understood.
pub fn expression(tokens: &TokenStream, scope: &mut Scope) -> Result<Value> {
    match syn::parse2::<syn::Expr>(tokens.clone()) {
        Ok(expression) => scope.expression(&expression),
        Err(error) => refuse(tokens, error.to_string()),
    }
}

/// Carries out a meaning that is a sequence of statements; the value of the last one without a semicolon.
///
/// # Errors
/// The first statement that is not understood.
pub fn statements(tokens: &TokenStream, scope: &mut Scope) -> Result<Value> {
    let parse = |input: syn::parse::ParseStream| input.call(syn::Block::parse_within);
    match syn::parse::Parser::parse2(parse, tokens.clone()) {
        Ok(statements) => scope.statements(&statements),
        Err(error) => refuse(tokens, error.to_string()),
    }
}
