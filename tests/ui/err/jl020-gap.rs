//! A total operation with a gap between the ranges of its rules.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    total { Load }

    /// Offsets that the field holds.
    rule load { when Load(base: Gpr, offset: Offset8) -> d: Gpr; emit { ; ldr X(d), [XSP(base), offset] } }

    /// Offsets just below.
    rule load_below {
        when Load(base: Gpr, offset: const I64) -> d: Gpr;
        if -4095 <= offset && offset < 0;
        let n: Imm12 = -offset;
        emit { ; sub XSP(d), XSP(base), n ; ldr X(d), [XSP(d), 0] }
    }
}

fn main() {}
