//! Lines that decide nothing, or the wrong thing.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    total { Add }
    partial { Sub }
    impossible Add(const, const);

    /// Both in registers.
    rule add_reg { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }

    /// A constant of 12 bits.
    rule add_imm12 { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }

    /// A small negative constant.
    rule add_negative {
        when Add(a: Gpr, b: const I64) -> d: Gpr;
        if -4095 <= b && b < 0;
        let positive: Imm12 = -b;
        emit { ; sub XSP(d), XSP(a), positive }
    }

    /// A difference.
    rule sub_imm12 { when Sub(a: Gpr, b: Imm12) -> d: Gpr; emit { ; sub XSP(d), XSP(a), b } }

    /// A larger difference: the same, but for the name.
    rule sub_all { when Sub(a: Gpr, b: Gpr) -> d: Gpr; emit { ; sub X(d), X(a), X(b) } }

    prefer add_imm12 over add_negative;
    prefer add_imm12 over add_reg;
    prefer sub_all over sub_imm12;
}

fn main() {}
