//! The second rule accepts what the first accepts, and comes later.

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

    /// The same again.
    rule add_twin { when Add(x: Gpr, y: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(x), y } }

    prefer add_imm12 over add_twin;
}

fn main() {}
