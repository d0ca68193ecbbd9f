//! Preferences that run in a circle.

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

    /// A constant of 12 bits, shifted.
    rule add_imm12_shifted {
        when Add(a: Gpr, b: Imm12Shifted) -> d: Gpr;
        let high: Imm12 = b >> 12;
        emit { ; add XSP(d), XSP(a), high, LSL 12 }
    }

    /// Multiples of eight.
    rule add_eights {
        when Add(a: Gpr, b: const I64) -> d: Gpr;
        if -8 <= b && b <= 32 && b % 8 == 0;
        pool c: u64 = b;
        d: early;
        emit { ; ldr X(d), =>c ; add X(d), X(a), X(d) }
        otherwise { ; mov X(d), X(a) }
    }

    prefer add_imm12 over add_imm12_shifted;
    prefer add_imm12_shifted over add_eights;
    prefer add_eights over add_imm12;
}

fn main() {}
