//! Several rules with mistakes of their own: one does not hide the other.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    total { Add, Sub }
    partial { Load, Mul }
    impossible Add(const, const);

    /// A constant of 12 bits.
    rule add_imm12 { when Add(a: Gpr, b: Imm12) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }

    /// A constant of 12 bits, shifted.
    rule add_imm12_shifted {
        when Add(a: Gpr, b: Imm12Shifted) -> d: Gpr;
        let high: Imm12 = b >> 12;
        emit { ; add XSP(d), XSP(a), high, LSL 12 }
    }

    /// A difference.
    rule sub { when Sub(a: Gpr, b: Gpr) -> d: Gpr; emit { ; mov X(d), X(a) ; sub X(d), X(d), X(b) } bytes 4; }

    /// A load.
    rule load { when Load(base: Gpr, offset: const I64) -> d: Gpr; emit { ; ldr X(d), [XSP(base), offset] } }
}

fn main() {}
