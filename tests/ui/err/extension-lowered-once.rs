//! An operation that a crate adds is lowered by exactly one of its rule sets; Rust itself says so.

mod ops {
    jit_macros::ops! {
        /// Operations on bits.
        dialect Bits extends ::jit_core::specs::ops;
        /// Nobody lowers it.
        op Reverse(a: I64) -> I64 { pure; means a.reverse_bits(); }
        /// Two rule sets do.
        op Zeros(a: I64) -> I64 { pure; means i64::from(a.leading_zeros()); }
    }
}

mod rules {
    jit_macros::lowering! {
        lowering First for crate::ops on ::jit_core::specs::isa;
        total { Zeros }

        /// Any operand.
        rule zeros { when Zeros(a: Gpr) -> d: Gpr; emit { ; clz X(d), X(a) } }
    }
}

mod more_rules {
    jit_macros::lowering! {
        lowering Second for crate::ops on ::jit_core::specs::isa;
        total { Zeros }

        /// Any operand.
        rule zeros { when Zeros(a: Gpr) -> d: Gpr; emit { ; clz X(d), X(a) } }
    }
}

fn main() {}
