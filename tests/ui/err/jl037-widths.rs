//! Half of a word, and a word out of half of one.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add, Add32 }

    /// Drops the upper half.
    rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add W(d), W(a), W(b) } }

    /// Reads what nobody defined.
    rule add32 { when Add32(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }
}

fn main() {}
