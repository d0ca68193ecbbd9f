//! An operand cannot be demanded in a reserved register.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: Gpr) -> d: Gpr;
        a: in x18;
        emit { ; add X(d), X(a), X(b) }
    }
}

fn main() {}
