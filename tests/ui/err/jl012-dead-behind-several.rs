//! Two rules together leave nothing to a third.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    total { Add }
    impossible Add(const, const);

    /// Both in registers.
    rule add_reg { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }

    /// Small ones.
    rule low {
        when Add(a: Gpr, b: Imm12) -> d: Gpr;
        if b <= 100;
        emit { ; add XSP(d), XSP(a), b }
    }

    /// Larger ones.
    rule high {
        when Add(a: Gpr, b: Imm12) -> d: Gpr;
        if 101 <= b;
        emit { ; add XSP(d), XSP(a), b }
    }

    /// Those in the middle.
    rule middle {
        when Add(a: Gpr, b: Imm12) -> d: Gpr;
        if 50 <= b && b <= 150;
        emit { ; add XSP(d), XSP(a), b }
    }

    prefer low over middle;
    prefer high over middle;
}

fn main() {}
