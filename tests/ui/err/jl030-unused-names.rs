//! Names that nothing uses: in a meaning, and on a right side.

#[path = "../machine.rs"]
mod machine;

mod isa {
    jit_macros::isa! {
        target aarch64;
        form add (w X, r X, r X);
        means add (d, a, b) { let sum = a.wrapping_add(b); d = a.wrapping_add(b); }
    }
}

mod ops {
    jit_macros::ops! {
        /// Two values.
        dialect Two;
        /// A word.
        value I64: i64;
        /// Sum.
        op Add(a: I64, b: I64) -> I64 { pure; means { let sum = a; a.wrapping_add(b) }; }
    }
}

jit_macros::rewriting! {
    rewriting Wrong for crate::machine::ops;

    /// A name that nothing uses.
    rule named { when Shl(a, 1); becomes { let twice = Add(a, a); Add(a, a) } }

    /// A value that nothing uses.
    rule made { when Shl(a, 2); becomes { Add(a, 4); Shl(a, 3) } }
}

fn main() {}
