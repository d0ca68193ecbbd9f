//! Conditions that contradict the kind, each other, and what can arise.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    total { Add }
    impossible Add(const, const);

    /// Both in registers.
    rule add_reg { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }

    /// Never.
    rule negative {
        when Add(a: Gpr, b: Imm12) -> d: Gpr;
        if b < 0;
        emit { ; add XSP(d), XSP(a), b }
    }

    /// Never either.
    rule crossed {
        when Add(a: Gpr, b: const I64) -> d: Gpr;
        if 10 < b && b < 5;
        emit { ; add XSP(d), XSP(a), b }
    }
}

fn main() {}
