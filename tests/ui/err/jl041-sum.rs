//! A field that reaches beyond the word.

#[path = "../machine.rs"]
mod machine;

mod isa {
    jit_macros::isa! {
        extends crate::machine::isa;
        imm Width: u32 { range 1..=64; }
        form ubfx (w X, r X, imm Imm6, imm Width) within 64;
        means ubfx (d, a, low, width) { d = a << (64 - width - low) >> (64 - width); }
    }
}

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::isa;

    partial { Shl }

    /// Eight bits from anywhere.
    rule byte {
        when Shl(a: Gpr, b: Imm6) -> d: Gpr;
        emit { ; ubfx X(d), X(a), b, 8 }
    }
}

fn main() {}
