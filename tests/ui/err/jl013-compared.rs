//! Comparisons between operands that contradict each other, or the values that are left.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Sub }

    /// Less and greater.
    rule both {
        when Sub(a: const I64, b: const I64) -> d: Gpr;
        if a < b && b < a;
        emit { ; mov X(d), xzr }
    }

    /// One is negative, the other is not.
    rule apart {
        when Sub(a: Imm12, b: const I64) -> d: Gpr;
        if b < 0;
        if a == b;
        emit { ; mov X(d), xzr }
    }
}

fn main() {}
