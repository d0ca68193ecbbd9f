//! A temporary and a constant that nothing uses.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: Imm12) -> d: Gpr;
        temp t: Gpr;
        emit { ; mov X(d), X(a) }
    }
}

fn main() {}
