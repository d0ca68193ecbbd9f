//! A line without which every input would have its rule all the same.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    total { Add }
    impossible Add(const, const);

    /// Both in registers.
    rule add_reg { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }
}

fn main() {}
