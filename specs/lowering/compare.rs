//! Comparisons whose outcome is a value, and choices between two values.

use jit_macros::lowering;

lowering! {
    lowering Compare for crate::specs::ops on crate::specs::isa;

    total {
        Eq, Ne, LtS, LeS, GtS, GeS, LtU, LeU, GtU, GeU, Eq32, Ne32, LtU32, FEq, FNe, FLt, FLe, FGt, FGe, Select
    }

    // ---- 64 bits ---------------------------------------------------------------------------------------------------

    for (Compare, cond) in [
        (Eq, eq), (Ne, ne), (LtS, lt), (LeS, le), (GtS, gt), (GeS, ge), (LtU, lo), (LeU, ls), (GtU, hi), (GeU, hs),
    ] {
        /// With a constant that fits the 12-bit field.
        rule compare_imm12 {
            when Compare(a: Gpr, b: Imm12) -> d: Gpr;
            clobbers flags;
            emit { ; cmp XSP(a), b ; cset X(d), cond }
            bytes 8;
        }
        /// With a constant whose negation fits the 12-bit field.
        rule compare_negative {
            when Compare(a: Gpr, b: const I64) -> d: Gpr;
            if -4095 <= b && b < 0;
            let n: Imm12 = -b;
            clobbers flags;
            emit { ; cmn XSP(a), n ; cset X(d), cond }
            bytes 8;
        }
        /// In registers.
        rule compare {
            when Compare(a: Gpr, b: Gpr) -> d: Gpr;
            clobbers flags;
            emit { ; cmp X(a), X(b) ; cset X(d), cond }
            bytes 8;
        }
        /// A choice by a comparison with a constant that fits the 12-bit field.
        rule select_imm12 {
            when Select(Compare(a: Gpr, b: Imm12), x: GprZr, y: GprZr) -> d: Gpr;
            clobbers flags;
            emit { ; cmp XSP(a), b ; csel X(d), X(x), X(y), cond }
            bytes 8;
        }
        /// A choice by a comparison in registers.
        rule select_compare {
            when Select(Compare(a: Gpr, b: Gpr), x: GprZr, y: GprZr) -> d: Gpr;
            clobbers flags;
            emit { ; cmp X(a), X(b) ; csel X(d), X(x), X(y), cond }
            bytes 8;
        }
    }

    prefer compare_imm12 over compare_negative;

    for (Compare, cond) in [(Eq, eq), (Ne, ne)] {
        /// Whether bits of a constant mask are set.
        rule test_bits {
            when Compare(And(a: Gpr, mask: Bits64), 0) -> d: Gpr;
            clobbers flags;
            emit { ; tst X(a), mask ; cset X(d), cond }
            bytes 8;
        }
        /// A choice by bits of a constant mask.
        rule select_bits {
            when Select(Compare(And(a: Gpr, mask: Bits64), 0), x: GprZr, y: GprZr) -> d: Gpr;
            clobbers flags;
            emit { ; tst X(a), mask ; csel X(d), X(x), X(y), cond }
            bytes 8;
        }
    }

    /// A choice by a value.
    rule select {
        when Select(c: Gpr, x: GprZr, y: GprZr) -> d: Gpr;
        clobbers flags;
        emit { ; cmp XSP(c), 0 ; csel X(d), X(x), X(y), ne }
        bytes 8;
    }

    // ---- 32 bits ---------------------------------------------------------------------------------------------------

    for (Compare, cond) in [(Eq32, eq), (Ne32, ne), (LtU32, lo)] {
        /// With a constant that fits the 12-bit field.
        rule word_imm12 {
            when Compare(a: Gpr, b: Imm12) -> d: Gpr;
            clobbers flags;
            emit { ; cmp WSP(a), b ; cset X(d), cond }
            bytes 8;
        }
        /// In registers.
        rule word {
            when Compare(a: Gpr, b: Gpr) -> d: Gpr;
            clobbers flags;
            emit { ; cmp W(a), W(b) ; cset X(d), cond }
            bytes 8;
        }
    }

    // ---- Floats: conditions that are false when the operands are unordered, but for `ne` ---------------------------

    for (Compare, cond) in [(FEq, eq), (FNe, ne), (FLt, mi), (FLe, ls), (FGt, gt), (FGe, ge)] {
        /// In registers.
        rule float_compare {
            when Compare(a: Fpr, b: Fpr) -> d: Gpr;
            clobbers flags;
            emit { ; fcmp D(a), D(b) ; cset X(d), cond }
            bytes 8;
        }
        /// A choice by a comparison.
        rule float_select {
            when Select(Compare(a: Fpr, b: Fpr), x: GprZr, y: GprZr) -> d: Gpr;
            clobbers flags;
            emit { ; fcmp D(a), D(b) ; csel X(d), X(x), X(y), cond }
            bytes 8;
        }
    }
}
