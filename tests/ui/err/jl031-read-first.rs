//! A temporary and the flags are read before anything wrote them.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: Gpr) -> d: Gpr;
        temp t: Gpr;
        d: early;
        emit {
            ; add X(d), X(a), X(t)
            ; b.eq >out
            ; mov X(t), X(b)
            ; out:
        }
    }
}

fn main() {}
