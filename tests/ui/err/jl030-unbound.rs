//! The template names something that nothing binds, so an operand is left over.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(left: Gpr, right: Gpr) -> d: Gpr;
        emit { ; add X(d), X(left), X(rigth) }
    }
}

fn main() {}
