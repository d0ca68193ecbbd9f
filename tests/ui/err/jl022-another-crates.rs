//! An extension of jit-core's own declarations: types and registers cannot be added, and a rule for an operation of
//! jit-core is refused with the place where that crate declares it.

mod isa {
    jit_macros::isa! {
        extends ::jit_core::specs::isa;
        reg Upper: X { codes 19..=28; }
        form ror (w X, r X, r X);
        means ror (d, a, by) { d = a.rotate_right(by as u32); }
    }
}

mod ops {
    jit_macros::ops! {
        /// Operations on bits.
        dialect Bits extends ::jit_core::specs::ops;
        value Pair;
        /// Rotates.
        op Rotate(a: I64, b: I64) -> I64 { pure; means a.rotate_right(b as u32); }
        /// Taken.
        op Shl(a: I64, b: I64) -> I64 { pure; means a; }
    }
}

mod rules {
    jit_macros::lowering! {
        lowering Bits for crate::ops on crate::isa;
        total { Rotate, Xor }

        /// Any operands.
        rule rotate {
            when Rotate(a: Gpr, b: Gpr) -> d: Gpr;
            emit { ; ror X(d), X(a), X(b) }
        }
        /// Any operands.
        rule exclusive_or {
            when Xor(a: Gpr, b: Gpr) -> d: Gpr;
            emit { ; eor X(d), X(a), X(b) }
        }
    }
}

fn main() {}
