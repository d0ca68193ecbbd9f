//! The result is written on one way through the template only.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: Gpr) -> d: Gpr;
        emit {
            ; cbz X(a), >out
            ; add X(d), X(a), X(b)
            ; out:
        }
    }
}

fn main() {}
