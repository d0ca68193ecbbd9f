//! Two rules of one name, an operation listed twice, and a name bound twice.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    total { Add, Add }
    impossible Add(const, const);

    /// Both in registers.
    rule add_reg { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }

    /// Once more, both in registers.
    rule add_reg { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }

    /// The same name twice.
    rule add_imm12 { when Add(a: Gpr, a: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), a } }
}

fn main() {}
