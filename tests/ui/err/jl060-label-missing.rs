//! A label is not defined, and one lies the other way.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: Gpr) -> d: Gpr;
        emit {
            ; back:
            ; cbz X(a), >out
            ; cbz X(b), >back
            ; add X(d), X(a), X(b)
        }
    }
}

fn main() {}
