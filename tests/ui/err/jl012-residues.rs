//! A rule for odd constants, of which two others take one half each.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Sub }

    /// Every fourth one from 1 on.
    rule one {
        when Sub(a: Gpr, b: Imm12) -> d: Gpr;
        if b % 4 == 1;
        emit { ; sub XSP(d), XSP(a), b }
    }

    /// Every fourth one from 3 on.
    rule three {
        when Sub(a: Gpr, b: Imm12) -> d: Gpr;
        if b & 3 == 3;
        emit { ; sub XSP(d), XSP(a), b }
    }

    /// What is left of the odd ones: nothing.
    rule odd {
        when Sub(a: Gpr, b: Imm12) -> d: Gpr;
        if b % 2 != 0;
        emit { ; sub XSP(d), XSP(a), b }
    }
}

fn main() {}
