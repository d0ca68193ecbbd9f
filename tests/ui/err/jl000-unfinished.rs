//! Semicolons that are missing in front of a brace, a family without rows, and one whose rows make the same rule: each is
//! marked where it is, and nothing is said about what follows from it.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    total { Add }

    /// A sum.
    rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } bytes 4 }
    /// The second operand fits the field.
    rule add_imm12 { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }

    for (Op, name) in [] {
        /// None.
        rule none { when Op(a: Gpr, b: Gpr) -> d: Gpr; emit { ; name X(d), X(a), X(b) } }
    }
    for (Op, bits) in [(Add, 1), (Add, 2)] {
        /// Shifted.
        rule shifted { when Op(a: Gpr, Shl(b: Gpr, bits)) -> d: Gpr; emit { ; add X(d), X(a), X(b), LSL bits } }
    }

    prefer add_imm12 over shifted
}

fn main() {}
