//! Constants, arithmetic and bitwise operations on integers.

use jit_macros::lowering;

lowering! {
    lowering Integer for crate::specs::ops on crate::specs::isa;

    total {
        Iconst, Iconst32, Add, Sub, Mul, And, Or, Xor, Shl, ShrU, ShrS, Neg, Add32, Sub32, And32, Narrow, WidenU, WidenS
    }

    // ---- Constants -------------------------------------------------------------------------------------------------

    /// A constant of 16 bits.
    rule iconst_16 {
        when Iconst(value: Imm16) -> d: Gpr;
        emit { ; movz X(d), value }
        bytes 4;
    }
    /// A constant with its only bits at 16 to 31.
    rule iconst_16_at_16 {
        when Iconst(value: const I64) -> d: Gpr;
        if 65536 <= value && value <= 0xffff0000 && value % 65536 == 0;
        let piece: Imm16 = value >> 16;
        emit { ; movz X(d), piece, LSL 16 }
        bytes 4;
    }
    /// A constant with its only bits at 32 to 47.
    rule iconst_16_at_32 {
        when Iconst(value: const I64) -> d: Gpr;
        if 0x100000000 <= value && value <= 0xffff00000000 && value % 0x100000000 == 0;
        let piece: Imm16 = value >> 32;
        emit { ; movz X(d), piece, LSL 32 }
        bytes 4;
    }
    /// A constant with its only bits at 48 to 63.
    rule iconst_16_at_48 {
        when Iconst(value: const I64) -> d: Gpr;
        if value % 0x1000000000000 == 0 && value != 0;
        let piece: Imm16 = (value >> 48) & 65535;
        emit { ; movz X(d), piece, LSL 48 }
        bytes 4;
    }
    /// A small negative constant.
    rule iconst_negative_16 {
        when Iconst(value: const I64) -> d: Gpr;
        if -65536 <= value && value < 0;
        let inverted: Imm16 = !value;
        emit { ; movn X(d), inverted }
        bytes 4;
    }
    /// A repeated and rotated run of ones.
    rule iconst_bits {
        when Iconst(value: Bits64) -> d: Gpr;
        emit { ; orr XSP(d), xzr, value }
        bytes 4;
    }
    /// A constant of 32 bits: the address of anything in an executable that is not position-independent.
    rule iconst_32 {
        when Iconst(value: const I64) -> d: Gpr;
        if 0 <= value && value <= 0xffffffff;
        let low: Imm16 = value & 65535;
        let high: Imm16 = value >> 16;
        emit { ; movz X(d), low ; movk X(d), high, LSL 16 }
        bytes 8;
    }
    /// A negative constant of 32 bits below the sign.
    rule iconst_negative_32 {
        when Iconst(value: const I64) -> d: Gpr;
        if -0x100000000 <= value && value < 0;
        let low: Imm16 = (!value) & 65535;
        let high: Imm16 = (value >> 16) & 65535;
        emit { ; movn X(d), low ; movk X(d), high, LSL 16 }
        bytes 8;
    }
    /// Any other constant: from the literal pool, or piece by piece where that is too far away.
    rule iconst_literal {
        when Iconst(value: const I64) -> d: Gpr;
        pool literal: u64 = value;
        let low: Imm16 = value & 65535;
        let middle: Imm16 = (value >> 16) & 65535;
        let high: Imm16 = (value >> 32) & 65535;
        let top: Imm16 = (value >> 48) & 65535;
        emit { ; ldr X(d), =>literal }
        otherwise {
            ; movz X(d), low
            ; movk X(d), middle, LSL 16
            ; movk X(d), high, LSL 32
            ; movk X(d), top, LSL 48
        }
        bytes 4..=16;
    }
    prefer iconst_16 over iconst_bits;
    prefer iconst_16_at_16 over iconst_bits;
    prefer iconst_16_at_32 over iconst_bits;
    prefer iconst_16_at_48 over iconst_bits;
    prefer iconst_negative_16 over iconst_bits;
    prefer iconst_bits over iconst_32;
    prefer iconst_bits over iconst_negative_32;

    /// A constant of 16 bits, as 32 bits.
    rule iconst32_16 {
        when Iconst32(value: Imm16) -> d: Gpr;
        emit { ; movz W(d), value }
        bytes 4;
    }
    /// A small negative constant, as 32 bits.
    rule iconst32_negative_16 {
        when Iconst32(value: const I32) -> d: Gpr;
        if -65536 <= value && value < 0;
        let inverted: Imm16 = !value;
        emit { ; movn W(d), inverted }
        bytes 4;
    }
    /// Any constant of 32 bits.
    rule iconst32_any {
        when Iconst32(value: const I32) -> d: Gpr;
        let low: Imm16 = value & 65535;
        let high: Imm16 = (value >> 16) & 65535;
        emit { ; movz W(d), low ; movk W(d), high, LSL 16 }
        bytes 8;
    }

    // ---- Addition and subtraction ----------------------------------------------------------------------------------

    // What is added to the first operand, and how the opposite is taken away.
    for (Operation, name, opposite) in [(Add, add, sub), (Sub, sub, add)] {
        /// The second operand fits the 12-bit field.
        rule with_imm12 {
            when Operation(a: Gpr, b: Imm12) -> d: Gpr;
            emit { ; name XSP(d), XSP(a), b }
            bytes 4;
        }
        /// The second operand fits the 12-bit field shifted by 12.
        rule with_imm12_shifted {
            when Operation(a: Gpr, b: Imm12Shifted) -> d: Gpr;
            let high: Imm12 = b >> 12;
            emit { ; name XSP(d), XSP(a), high, LSL 12 }
            bytes 4;
        }
        /// The negated second operand fits the 12-bit field.
        rule with_negative {
            when Operation(a: Gpr, b: const I64) -> d: Gpr;
            if -4095 <= b && b < 0;
            let n: Imm12 = -b;
            emit { ; opposite XSP(d), XSP(a), n }
            bytes 4;
        }
        /// The negated second operand fits the 12-bit field shifted by 12.
        rule with_negative_shifted {
            when Operation(a: Gpr, b: const I64) -> d: Gpr;
            if -16773120 <= b && b <= -4096 && b % 4096 == 0;
            let high: Imm12 = (-b) >> 12;
            emit { ; opposite XSP(d), XSP(a), high, LSL 12 }
            bytes 4;
        }
        prefer with_imm12 over with_imm12_shifted;
    }

    /// Addition in registers.
    rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } bytes 4; }
    /// Subtraction in registers; from zero too.
    rule sub { when Sub(a: GprZr, b: Gpr) -> d: Gpr; emit { ; sub X(d), X(a), X(b) } bytes 4; }
    /// Negation.
    rule neg { when Neg(a: Gpr) -> d: Gpr; emit { ; neg X(d), X(a) } bytes 4; }

    /// A sum with a product.
    rule multiply_add {
        when Add(a: Gpr, Mul(b: Gpr, c: Gpr)) -> d: Gpr;
        emit { ; madd X(d), X(b), X(c), X(a) }
        bytes 4;
    }
    /// A difference to a product.
    rule multiply_subtract {
        when Sub(a: Gpr, Mul(b: Gpr, c: Gpr)) -> d: Gpr;
        emit { ; msub X(d), X(b), X(c), X(a) }
        bytes 4;
    }
    /// A sum with a sign-extended value.
    rule add_sign_extended {
        when Add(a: Gpr, WidenS(b: Gpr)) -> d: Gpr;
        emit { ; add XSP(d), XSP(a), W(b), SXTW }
        bytes 4;
    }
    /// A sum with a zero-extended value.
    rule add_zero_extended {
        when Add(a: Gpr, WidenU(b: Gpr)) -> d: Gpr;
        emit { ; add XSP(d), XSP(a), W(b), UXTW }
        bytes 4;
    }

    // ---- Bitwise operations ----------------------------------------------------------------------------------------

    for (Operation, name) in [(And, and), (Or, orr), (Xor, eor)] {
        /// With a constant that logical instructions hold.
        rule with_bits {
            when Operation(a: Gpr, b: Bits64) -> d: Gpr;
            emit { ; name XSP(d), X(a), b }
            bytes 4;
        }
        /// In registers.
        rule bitwise {
            when Operation(a: Gpr, b: Gpr) -> d: Gpr;
            emit { ; name X(d), X(a), X(b) }
            bytes 4;
        }
    }
    /// The bits of one operand that the other one does not have.
    rule and_not {
        when And(a: Gpr, Xor(b: Gpr, -1)) -> d: Gpr;
        emit { ; bic X(d), X(a), X(b) }
        bytes 4;
    }

    // ---- Shifted second operands -----------------------------------------------------------------------------------

    for (Shift, name, how) in [(Shl, lsl, LSL), (ShrU, lsr, LSR), (ShrS, asr, ASR)] {
        /// A sum with a shifted value.
        rule add_shifted {
            when Add(a: Gpr, Shift(b: Gpr, n: Imm6)) -> d: Gpr;
            emit { ; add X(d), X(a), X(b), how n }
            bytes 4;
        }
        /// A difference to a shifted value.
        rule sub_shifted {
            when Sub(a: Gpr, Shift(b: Gpr, n: Imm6)) -> d: Gpr;
            emit { ; sub X(d), X(a), X(b), how n }
            bytes 4;
        }
        /// Bits common with a shifted value.
        rule and_shifted {
            when And(a: Gpr, Shift(b: Gpr, n: Imm6)) -> d: Gpr;
            emit { ; and X(d), X(a), X(b), how n }
            bytes 4;
        }
        /// Bits of either a value or a shifted one.
        rule or_shifted {
            when Or(a: Gpr, Shift(b: Gpr, n: Imm6)) -> d: Gpr;
            emit { ; orr X(d), X(a), X(b), how n }
            bytes 4;
        }
        /// Bits in which a value differs from a shifted one.
        rule xor_shifted {
            when Xor(a: Gpr, Shift(b: Gpr, n: Imm6)) -> d: Gpr;
            emit { ; eor X(d), X(a), X(b), how n }
            bytes 4;
        }
        /// A shift by a constant.
        rule shift_by {
            when Shift(a: Gpr, n: Imm6) -> d: Gpr;
            emit { ; name X(d), X(a), n }
            bytes 4;
        }
        /// A shift by a register, modulo 64 as the operation says.
        rule shift {
            when Shift(a: Gpr, b: Gpr) -> d: Gpr;
            emit { ; name X(d), X(a), X(b) }
            bytes 4;
        }
    }

    // ---- Multiplication --------------------------------------------------------------------------------------------

    /// A product with a power of two.
    rule multiply_by_power {
        when Mul(a: Gpr, b: const I64) -> d: Gpr;
        if power_of_two(b);
        let n: Imm6 = trailing_zeros(b);
        emit { ; lsl X(d), X(a), n }
        bytes 4;
    }
    /// A product.
    rule multiply { when Mul(a: Gpr, b: Gpr) -> d: Gpr; emit { ; mul X(d), X(a), X(b) } bytes 4; }

    // ---- 32 bits ---------------------------------------------------------------------------------------------------

    for (Operation, name, opposite) in [(Add32, add, sub), (Sub32, sub, add)] {
        /// The second operand fits the 12-bit field.
        rule word_with_imm12 {
            when Operation(a: Gpr, b: Imm12) -> d: Gpr;
            emit { ; name WSP(d), WSP(a), b }
            bytes 4;
        }
        /// The negated second operand fits the 12-bit field.
        rule word_with_negative {
            when Operation(a: Gpr, b: const I32) -> d: Gpr;
            if -4095 <= b && b < 0;
            let n: Imm12 = -b;
            emit { ; opposite WSP(d), WSP(a), n }
            bytes 4;
        }
        /// In registers.
        rule word {
            when Operation(a: Gpr, b: Gpr) -> d: Gpr;
            emit { ; name W(d), W(a), W(b) }
            bytes 4;
        }
    }
    /// Bits common with a constant that logical instructions hold.
    rule and32_with_bits {
        when And32(a: Gpr, b: Bits32) -> d: Gpr;
        emit { ; and WSP(d), W(a), b }
        bytes 4;
    }
    /// Bits common to both.
    rule and32 { when And32(a: Gpr, b: Gpr) -> d: Gpr; emit { ; and W(d), W(a), W(b) } bytes 4; }

    /// The low half stays where it is: nobody looks at the rest of a 32-bit value.
    rule narrow {
        when Narrow(a: Gpr) -> d: Gpr;
        d = a;
        emit {}
        bytes 0;
    }
    /// Zeros above a 32-bit value.
    rule widen_unsigned { when WidenU(a: Gpr) -> d: Gpr; emit { ; mov W(d), W(a) } bytes 4; }
    /// The sign above a 32-bit value.
    rule widen_signed { when WidenS(a: Gpr) -> d: Gpr; emit { ; sxtw X(d), W(a) } bytes 4; }
    /// A zero-extending load.
    rule widen_load_unsigned {
        when WidenU(LoadI32(base: Gpr, offset: Offset4)) -> d: Gpr;
        emit { ; ldr W(d), [XSP(base), offset] }
        bytes 4;
    }
    /// A sign-extending load.
    rule widen_load_signed {
        when WidenS(LoadI32(base: Gpr, offset: Offset4)) -> d: Gpr;
        emit { ; ldrsw X(d), [XSP(base), offset] }
        bytes 4;
    }

    // ---- Order where both operands could be folded -----------------------------------------------------------------

    // Two constants: either may be the one that is kept.
    prefer with_imm12 over with_negative;
    prefer with_imm12 over with_negative_shifted;
    prefer with_imm12_shifted over with_negative;
    prefer with_imm12_shifted over with_negative_shifted;
    prefer with_negative over with_negative_shifted;
    prefer word_with_imm12 over word_with_negative;
    // A constant costs an instruction as soon as it has to be in a register, a shift or product only if it is kept.
    prefer with_imm12 over add_shifted;
    prefer with_imm12_shifted over add_shifted;
    prefer with_negative over add_shifted;
    prefer with_negative_shifted over add_shifted;
    prefer with_imm12 over multiply_add;
    prefer with_imm12_shifted over multiply_add;
    prefer with_negative over multiply_add;
    prefer with_negative_shifted over multiply_add;
    prefer with_imm12 over add_sign_extended;
    prefer with_imm12_shifted over add_sign_extended;
    prefer with_negative over add_sign_extended;
    prefer with_negative_shifted over add_sign_extended;
    prefer with_imm12 over add_zero_extended;
    prefer with_imm12_shifted over add_zero_extended;
    prefer with_negative over add_zero_extended;
    prefer with_negative_shifted over add_zero_extended;
    prefer multiply_add over add_shifted;
    prefer multiply_add over add_sign_extended;
    prefer multiply_add over add_zero_extended;
    prefer add_shifted over add_sign_extended;
    prefer add_shifted over add_zero_extended;
    prefer add_sign_extended over add_zero_extended;
    prefer add_shifted_shl over add_shifted_shr_u;
    prefer add_shifted_shl over add_shifted_shr_s;
    prefer add_shifted_shr_u over add_shifted_shr_s;

    prefer with_bits_and over and_shifted;
    prefer with_bits_and over and_not;
    prefer and_not over and_shifted;
    prefer and_shifted_shl over and_shifted_shr_u;
    prefer and_shifted_shl over and_shifted_shr_s;
    prefer and_shifted_shr_u over and_shifted_shr_s;
    prefer with_bits_or over or_shifted;
    prefer or_shifted_shl over or_shifted_shr_u;
    prefer or_shifted_shl over or_shifted_shr_s;
    prefer or_shifted_shr_u over or_shifted_shr_s;
    prefer with_bits_xor over xor_shifted;
    prefer xor_shifted_shl over xor_shifted_shr_u;
    prefer xor_shifted_shl over xor_shifted_shr_s;
    prefer xor_shifted_shr_u over xor_shifted_shr_s;
}
