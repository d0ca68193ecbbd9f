//! Two rules for different strides meet at the offsets that leave 5 when they are divided by 8.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Load }

    /// Small offsets just above a multiple of 4.
    rule above_word {
        when Load(base: Gpr, offset: Imm12) -> d: Gpr;
        if offset % 4 == 1 && offset < 100;
        emit { ; add XSP(d), XSP(base), offset ; ldr X(d), [XSP(d), 0] }
    }

    /// Offsets amidst a word of 8 bytes, but for the first few.
    rule amidst {
        when Load(base: Gpr, offset: Imm12) -> d: Gpr;
        if offset & 7 == 5 && offset > 20;
        emit { ; add XSP(d), XSP(base), offset ; ldr X(d), [XSP(d), 0] }
    }

    /// The multiples of 2 are nobody else's.
    rule even {
        when Load(base: Gpr, offset: Imm12) -> d: Gpr;
        if offset % 2 == 0;
        emit { ; add XSP(d), XSP(base), offset ; ldr X(d), [XSP(d), 0] }
    }
}

fn main() {}
