//! One operation is wrong; the others are there, with builder methods and all, so nothing else is said.

mod ops {
    jit_macros::ops! {
        /// For this case.
        dialect Little;

        /// A word.
        value I64: i64;

        /// Sum.
        op Add(a: I64, b: I64) -> I64 { pure; commutative; means a.wrapping_add(b); }
        /// Product.
        op Mul(a: I64, b: I46) -> I64 { pure; means a.wrapping_mul(b); }
        /// Returns.
        op Return(value: I64) { terminator; means value; }
    }
}

use jit_core::ir::{Builder, Value};
use ops::{Build, Little, Op};

fn twice(builder: &mut Builder<'_, Little>, value: Value) {
    let sum = builder.add(value, value);
    builder.return_(sum);
}

fn main() {
    let _ = twice;
    assert_eq!(Op::Add.name(), "Add");
}
