//! A clobber that nothing writes.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: Gpr) -> d: Gpr;
        clobbers x17, flags;
        emit { ; adds X(d), X(a), X(b) }
    }
}

fn main() {}
