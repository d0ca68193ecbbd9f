//! Code 31 means something else in this operand, and a float stands among integers.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add, FAdd }

    /// May be the zero register.
    rule add { when Add(a: GprZr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }

    /// The wrong bank.
    rule fadd { when FAdd(a: Fpr, b: Fpr) -> d: Fpr; emit { ; add X(d), X(a), X(b) } }
}

fn main() {}
