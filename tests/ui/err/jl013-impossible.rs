//! A rule for nothing but inputs that cannot arise.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    total { Add }
    impossible Add(const, const);

    /// Both in registers.
    rule add_reg { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }

    /// Never.
    rule constants {
        when Add(a: Imm12, b: Imm12) -> d: Gpr;
        if a == b;
        emit { ; mov X(d), xzr ; add XSP(d), XSP(d), a ; add XSP(d), XSP(d), b }
    }
}

fn main() {}
