//! Statements that say the same once more.

#[path = "../machine.rs"]
mod machine;

mod ops {
    jit_macros::ops! {
        /// For this case.
        dialect Twice;
        /// A word.
        value I64: i64 in { Gpr, Gpr };
        /// The same.
        op Same(a: I64) -> I64 { pure; pure; means a; }
    }
}

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: Gpr) -> d: Gpr;
        clobbers x16, x16;
        emit { ; mov x16, X(a) ; add X(d), x16, X(b) }
    }
}

fn main() {}
