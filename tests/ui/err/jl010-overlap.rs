//! Two rules accept `b = 0`, and neither lies within the other.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    total { Add }
    impossible Add(const, const);

    /// Both in registers.
    rule add_reg { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }

    /// A constant of 12 bits.
    rule add_imm12 { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }

    /// A constant of 12 bits, shifted.
    rule add_imm12_shifted {
        when Add(a: Gpr, b: Imm12Shifted) -> d: Gpr;
        let high: Imm12 = b >> 12;
        emit { ; add XSP(d), XSP(a), high, LSL 12 }
    }
}

fn main() {}
