//! Whether the field holds the constant is something that only a test can tell.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: const I64) -> d: Gpr;
        emit { ; and X(d), X(a), b }
    }
}

fn main() {}
