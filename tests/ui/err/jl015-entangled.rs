//! A pattern that would be tried in 128 orders.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum of many.
    rule deep {
        when Add(Add(Add(Add(Add(Add(Add(a: Gpr, b: Gpr), 1), 2), 3), 4), 5), 6) -> d: Gpr;
        emit { ; add X(d), X(a), X(b) }
    }
}

fn main() {}
