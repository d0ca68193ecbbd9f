//! Kinds that the operand can never be, and constants where a register stands.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add, FAdd, Load }

    /// A sum of floats in the wrong registers.
    rule fadd { when FAdd(a: Gpr, b: Fpr) -> d: Fpr; emit { ; fadd D(d), D(a), D(b) } }

    /// A float is never a constant.
    rule fadd_const { when FAdd(a: Fpr, b: Imm12) -> d: Fpr; emit { ; fadd D(d), D(a), D(a) } }

    /// The offset is no register.
    rule load { when Load(base: Gpr, offset: Gpr) -> d: Gpr; emit { ; ldr X(d), [XSP(base), offset] } }

    /// A constant where a register stands.
    rule add { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }
}

fn main() {}
