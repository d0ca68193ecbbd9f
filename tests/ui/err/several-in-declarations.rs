//! Mistakes in several declarations of a machine and of a dialect, all reported.

mod isa {
    jit_macros::isa! {
        target aarch64;

        reg Gpr: X { codes 0..=18; }
        reg Wide: X { codes 0..=31; }
        reserved x18 "the platform register";
        imm Imm12: u32 { range 0..=4095; multiple_of 3; }
        imm Empty: u32 { range 5..=4; }
        form add (w X, r X, imm Imm21);
        form mov (w X, r X);
        form mov (w X, r X);
    }
}

mod ops {
    jit_macros::ops! {
        /// For this case.
        dialect Little;

        /// A word.
        value I64: i64 in { Gpr, const };

        /// Sum.
        op Add(a: I64, b: I46) -> I64 { pure; means a.wrapping_add(b); }
        /// A way out.
        op Leave(value: I64, to: block) { writes memory; means 0; }
        /// Nothing is said about it.
        op Silent(value: I64) -> I64 { pure; }
    }
}

fn main() {}
