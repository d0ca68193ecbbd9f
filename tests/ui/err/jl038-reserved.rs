//! The platform register is not ours.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: Gpr) -> d: Gpr;
        clobbers x18;
        emit {
            ; mov x18, X(a)
            ; add X(d), x18, X(b)
        }
    }
}

fn main() {}
