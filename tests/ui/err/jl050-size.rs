//! Two lines are eight bytes.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: Imm12) -> d: Gpr;
        emit {
            ; add XSP(d), XSP(a), b
            ; mov X(d), X(d)
        }
        bytes 4;
    }
}

fn main() {}
