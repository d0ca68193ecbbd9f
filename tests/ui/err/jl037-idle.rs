//! Nothing is dropped of what may be.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// All bits of both.
    rule add {
        when Add(a: Gpr, b: Gpr) -> d: Gpr;
        narrow a;
        emit { ; add X(d), X(a), X(b) }
    }
}

fn main() {}
