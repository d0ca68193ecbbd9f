//! Floats. Products and sums stay apart: a fused operation rounds once where the program rounds twice.

use jit_macros::lowering;

lowering! {
    lowering Float for crate::specs::ops on crate::specs::isa;

    total { Fconst, FAdd, FSub, FMul, FDiv, FNeg, FAbs, FSqrt, IntToFloat, FloatToInt, BitsToFloat, FloatToBits }

    /// Positive zero.
    rule fconst_zero {
        when Fconst(0) -> d: Fpr;
        emit { ; fmov D(d), xzr }
        bytes 4;
    }
    /// Any other constant: from the literal pool, or piece by piece where that is too far away.
    rule fconst_literal {
        when Fconst(bits: const F64) -> d: Fpr;
        pool literal: u64 = bits;
        let low: Imm16 = bits & 65535;
        let middle: Imm16 = (bits >> 16) & 65535;
        let high: Imm16 = (bits >> 32) & 65535;
        let top: Imm16 = (bits >> 48) & 65535;
        clobbers x16;
        emit { ; ldr D(d), =>literal }
        otherwise {
            ; movz x16, low
            ; movk x16, middle, LSL 16
            ; movk x16, high, LSL 32
            ; movk x16, top, LSL 48
            ; fmov D(d), x16
        }
        bytes 4..=20;
    }

    for (Operation, name) in [(FAdd, fadd), (FSub, fsub), (FMul, fmul), (FDiv, fdiv)] {
        /// One rounded operation.
        rule float_binary {
            when Operation(a: Fpr, b: Fpr) -> d: Fpr;
            emit { ; name D(d), D(a), D(b) }
            bytes 4;
        }
    }
    for (Operation, name) in [(FNeg, fneg), (FAbs, fabs), (FSqrt, fsqrt)] {
        /// One operation.
        rule float_unary {
            when Operation(a: Fpr) -> d: Fpr;
            emit { ; name D(d), D(a) }
            bytes 4;
        }
    }

    /// The nearest float, ties to even.
    rule int_to_float { when IntToFloat(a: GprZr) -> d: Fpr; emit { ; scvtf D(d), X(a) } bytes 4; }
    /// Towards zero; out of range the nearest integer, not a number zero.
    rule float_to_int { when FloatToInt(a: Fpr) -> d: Gpr; emit { ; fcvtzs X(d), D(a) } bytes 4; }
    /// The bits as they are.
    rule bits_to_float { when BitsToFloat(a: GprZr) -> d: Fpr; emit { ; fmov D(d), X(a) } bytes 4; }
    /// The bits as they are.
    rule float_to_bits { when FloatToBits(a: Fpr) -> d: Gpr; emit { ; fmov X(d), D(a) } bytes 4; }
}
