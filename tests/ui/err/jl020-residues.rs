//! Every residue has a rule but one.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    total { Load }

    /// Offsets that nobody has to round.
    rule even {
        when Load(base: Gpr, offset: const I64) -> d: Gpr;
        if offset & 1 == 0;
        emit { ; ldr X(d), [XSP(base), 0] }
    }

    /// Just above a multiple of 4.
    rule one {
        when Load(base: Gpr, offset: const I64) -> d: Gpr;
        if offset & 3 == 1;
        emit { ; ldr X(d), [XSP(base), 0] }
    }

    /// Just below a multiple of 8.
    rule seven {
        when Load(base: Gpr, offset: const I64) -> d: Gpr;
        if offset & 7 == 7;
        emit { ; ldr X(d), [XSP(base), 0] }
    }
}

fn main() {}
