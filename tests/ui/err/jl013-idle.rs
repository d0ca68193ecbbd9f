//! Conditions that exclude nothing.

#[path = "../machine.rs"]
mod machine;

mod rules {
    jit_macros::lowering! {
        lowering Wrong for crate::machine::ops on crate::machine::isa;

        partial { Add, Sub, Shl }

        /// No power of two is 0.
        rule power {
            when Add(a: Gpr, b: const I64) -> d: Gpr;
            if b != 0;
            if power_of_two(b);
            emit { ; mov X(d), X(a) }
        }
        /// Everything that the kind holds, and what is less than what is more.
        rule small {
            when Sub(a: Imm12, b: const I64) -> d: Gpr;
            if 0 <= a && b >= 4096;
            if a < b;
            emit { ; mov X(d), xzr ; add XSP(d), XSP(d), a }
        }
        /// Always.
        rule always {
            when Shl(a: Gpr, b: Imm6) -> d: Gpr;
            if b == b;
            emit { ; mov X(d), X(a) }
        }
    }
}

mod more_rules {
    jit_macros::rewriting! {
        rewriting Wrong for crate::machine::ops;

        // In one of the rows it excludes something.
        for (Op, less) in [(Sub, 4), (Shl, 5)] {
            /// More than one number.
            rule above { when Op(a, b: const I64); if b > less; if b > 4; becomes a; }
        }
    }
}

fn main() {}
