//! The result may share the register of a source that is read later.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: Gpr) -> d: Gpr;
        emit {
            ; mov X(d), X(a)
            ; add X(d), X(d), X(b)
        }
    }
}

fn main() {}
