//! A machine and a dialect outside of the crate that they are for: they compile without a word, and functions of the
//! dialect can be read, printed and evaluated.

#![deny(warnings)]

#[path = "../machine.rs"]
mod machine;

use jit_core::ir::{Evaluation, Function, NoMemory, evaluate};
use machine::ops::Little;

const TEXT: &str = "function \"sum\" {\nblock0(v0: I64, v1: I64):\n  v2 = Add v0, v1\n  Return v2\n}\n";

fn main() {
    let function: Function<Little> = TEXT.parse().expect("a function of the dialect");
    assert_eq!(function.to_string(), TEXT);
    let sum = evaluate(&function, &[2, 3], &mut NoMemory::default(), 10);
    assert_eq!(sum, Evaluation::Returned(5));
}
