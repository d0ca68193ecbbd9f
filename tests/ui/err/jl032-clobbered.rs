//! A source may sit in the register that is written by name.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: Gpr) -> d: Gpr;
        clobbers x3;
        emit {
            ; mov x3, X(a)
            ; add X(d), x3, X(b)
        }
    }
}

fn main() {}
