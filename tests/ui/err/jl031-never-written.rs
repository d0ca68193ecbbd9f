//! The result is never written: a temporary is instead.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: Gpr) -> d: Gpr;
        temp t: Gpr;
        emit { ; add X(t), X(a), X(b) }
    }
}

fn main() {}
