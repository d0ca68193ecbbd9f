//! Literals that the field cannot hold.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, _: Gpr) -> d: Gpr;
        emit {
            ; add XSP(d), XSP(a), 4096
            ; ldr X(d), [XSP(d), 12]
        }
    }
}

fn main() {}
