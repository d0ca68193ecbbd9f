//! Names that do not exist: the nearest ones are offered.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    total { Ad }
    partial { Sub }

    /// A difference.
    rule sub {
        when Sub(a: gpr, b: Imm21) -> d: Gpr;
        emit { ; sub X(d), X(a), X(b) }
    }

    /// Another one.
    rule sub_reg {
        when Sub(a: Gpr, b: Gpr) -> d: Gpr;
        temp t: Gpt;
        emit { ; sbu X(d), X(a), X(b) }
    }

    prefer sub_rge over sub;
}

fn main() {}
