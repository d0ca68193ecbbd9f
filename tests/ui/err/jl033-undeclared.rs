//! A register is written that nothing declares, and a source is written.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: Gpr) -> d: Gpr;
        emit {
            ; mov x17, X(a)
            ; add X(b), x17, X(b)
            ; mov X(d), X(b)
        }
    }
}

fn main() {}
