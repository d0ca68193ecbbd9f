//! A folded shift on one side meets a constant on the other: addition is commutative.

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

    /// A shift folds into the sum.
    rule add_shl {
        when Add(a: Gpr, Shl(b: Gpr, n: Imm6)) -> d: Gpr;
        emit { ; add X(d), X(a), X(b), LSL n }
    }
}

fn main() {}
