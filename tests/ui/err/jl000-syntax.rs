//! A statement that does not exist, and one that is not finished; what follows is still looked at.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: Gpr) -> d: Gpr;
        emits { ; add X(d), X(a), X(b) }
        clobbers ;
        if a + ;
        emit { ; add X(d), X(a), X(b) }
    }
}

fn main() {}
