//! The rules for them.

use jit_macros::lowering;

lowering! {
    lowering Bits for crate::ops on crate::isa;
    total { RotateRight, MulHighS, LeadingZeros, ReverseBits, AndNot }

    /// By a constant.
    rule rotate_right_imm {
        when RotateRight(a: Gpr, b: Imm6) -> d: Gpr;
        emit { ; ror X(d), X(a), b }
        bytes 4;
    }
    /// By anything.
    rule rotate_right {
        when RotateRight(a: Gpr, b: Gpr) -> d: Gpr;
        emit { ; ror X(d), X(a), X(b) }
        bytes 4;
    }

    /// The product of two numbers of 32 bits fits 64, so its upper half is its sign.
    rule mul_high_narrow {
        when MulHighS(WidenS(a: Gpr), WidenS(b: Gpr)) -> d: Gpr;
        emit {
            ; smull X(d), W(a), W(b)
            ; asr X(d), X(d), 63
        }
        bytes 8;
    }
    /// Any operands.
    rule mul_high {
        when MulHighS(a: Gpr, b: Gpr) -> d: Gpr;
        emit { ; smulh X(d), X(a), X(b) }
        bytes 4;
    }

    /// Any operand.
    rule leading_zeros {
        when LeadingZeros(a: Gpr) -> d: Gpr;
        emit { ; clz X(d), X(a) }
        bytes 4;
    }
    /// Any operand.
    rule reverse_bits {
        when ReverseBits(a: Gpr) -> d: Gpr;
        emit { ; rbit X(d), X(a) }
        bytes 4;
    }

    for (Shift, SHIFT) in [(Shl, LSL), (ShrU, LSR), (ShrS, ASR)] {
        /// The second operand is shifted by a constant, and nobody else uses it.
        rule and_not_shifted {
            when AndNot(a: Gpr, Shift(b: Gpr, n: Imm6)) -> d: Gpr;
            emit { ; bic X(d), X(a), X(b), SHIFT n }
            bytes 4;
        }
    }
    /// Any operands.
    rule and_not {
        when AndNot(a: Gpr, b: Gpr) -> d: Gpr;
        emit { ; bic X(d), X(a), X(b) }
        bytes 4;
    }
}
