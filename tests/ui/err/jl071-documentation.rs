//! An operation that does not say what it does: a warning, here an error.

#![deny(deprecated)]

mod ops {
    jit_macros::ops! {
        /// For this case.
        dialect Silent;
        /// A word.
        value I64: i64 in { Gpr, const };
        op Add(a: I64, b: I64) -> I64 { pure; means a.wrapping_add(b); }
    }
}

fn main() {}
