//! One rule with many mistakes: all are reported, each at its place.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: Imm12) -> d: Gpr;
        temp t: Gpr;
        emit {
            ; mov x18, X(a)
            ; adds X(a), X(a), X(b)
        }
        bytes 4;
    }
}

fn main() {}
