//! A condition that only a test can decide covers nothing.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    total { Load }

    /// An offset that is a run of ones.
    rule load_bits {
        when Load(base: Gpr, offset: Bits64) -> d: Gpr;
        emit { ; and X(d), X(base), offset }
    }
}

fn main() {}
