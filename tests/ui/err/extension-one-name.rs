//! Operations of two crates that have one name: whoever uses both is told when the crate is built.

mod one {
    pub mod ops {
        jit_macros::ops! {
            /// Operations on bits.
            dialect One extends ::jit_core::specs::ops;
            /// Counts zeros.
            op Zeros(a: I64) -> I64 { pure; means i64::from(a.leading_zeros()); }
        }
    }
    mod rules {
        jit_macros::lowering! {
            lowering One for crate::one::ops on ::jit_core::specs::isa;
            total { Zeros }
            /// Any operand.
            rule zeros { when Zeros(a: Gpr) -> d: Gpr; emit { ; clz X(d), X(a) } }
        }
    }
}

mod other {
    pub mod ops {
        jit_macros::ops! {
            /// Operations on bits.
            dialect Other extends ::jit_core::specs::ops;
            /// Counts zeros from the other end.
            op Zeros(a: I64) -> I64 { pure; means i64::from(a.trailing_zeros()); }
        }
    }
    mod rules {
        jit_macros::lowering! {
            lowering Other for crate::other::ops on ::jit_core::specs::isa;
            total { Zeros }
            /// Any operand.
            rule zeros {
                when Zeros(a: Gpr) -> d: Gpr;
                emit {
                    ; rbit X(d), X(a)
                    ; clz X(d), X(d)
                }
            }
        }
    }
}

const _: () = jit_core::machine::distinct(&[one::ops::Op::OWN, other::ops::Op::OWN]);

fn main() {}
