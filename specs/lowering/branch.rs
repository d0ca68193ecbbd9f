//! Control flow: jumps, branches, guards and exits, and arithmetic that leaves on overflow.
//!
//! Comparisons are folded into whoever branches on them, so that flags never live from one instruction to the next.

use jit_macros::lowering;

lowering! {
    lowering Branch for crate::specs::ops on crate::specs::isa;

    total { Jump, Branch, GuardTrue, GuardFalse, Exit, AddOrExit, SubOrExit, MulOrExit }

    jump target { ; b =>target }

    /// To a block, unless it comes next.
    rule jump {
        when Jump(target);
        goto target;
        bytes 0..=4;
    }
    /// Out of the function.
    rule exit {
        when Exit(exit, live);
        emit { ; b =>exit }
        bytes 4;
    }

    // ---- A value ---------------------------------------------------------------------------------------------------

    /// By a value.
    rule branch_value {
        when Branch(c: Gpr, then, otherwise);
        branch then { ; cbnz X(c), =>then }
        inverse { ; cbz X(c), =>then }
        bytes 4..=12;
    }
    /// A value that must not be zero.
    rule guard_true_value {
        when GuardTrue(c: Gpr, exit, live);
        branch exit { ; cbz X(c), =>exit }
        inverse { ; cbnz X(c), =>exit }
        bytes 4..=8;
    }
    /// A value that must be zero.
    rule guard_false_value {
        when GuardFalse(c: Gpr, exit, live);
        branch exit { ; cbnz X(c), =>exit }
        inverse { ; cbz X(c), =>exit }
        bytes 4..=8;
    }

    // ---- Comparisons of 64 bits ------------------------------------------------------------------------------------

    for (Compare, cond, opposite) in [
        (Eq, eq, ne), (Ne, ne, eq), (LtS, lt, ge), (LeS, le, gt), (GtS, gt, le), (GeS, ge, lt), (LtU, lo, hs),
        (LeU, ls, hi), (GtU, hi, ls), (GeU, hs, lo),
    ] {
        /// By a comparison in registers.
        rule branch {
            when Branch(Compare(a: Gpr, b: Gpr), then, otherwise);
            clobbers flags;
            emit { ; cmp X(a), X(b) }
            branch then { ; b.cond =>then }
            inverse { ; b.opposite =>then }
            bytes 8..=16;
        }
        /// By a comparison with a constant that fits the 12-bit field.
        rule branch_imm12 {
            when Branch(Compare(a: Gpr, b: Imm12), then, otherwise);
            clobbers flags;
            emit { ; cmp XSP(a), b }
            branch then { ; b.cond =>then }
            inverse { ; b.opposite =>then }
            bytes 8..=16;
        }
        /// By a comparison with a constant whose negation fits the 12-bit field.
        rule branch_negative {
            when Branch(Compare(a: Gpr, b: const I64), then, otherwise);
            if -4095 <= b && b < 0;
            let n: Imm12 = -b;
            clobbers flags;
            emit { ; cmn XSP(a), n }
            branch then { ; b.cond =>then }
            inverse { ; b.opposite =>then }
            bytes 8..=16;
        }
        /// A comparison in registers that must hold.
        rule guard_true {
            when GuardTrue(Compare(a: Gpr, b: Gpr), exit, live);
            clobbers flags;
            emit { ; cmp X(a), X(b) }
            branch exit { ; b.opposite =>exit }
            inverse { ; b.cond =>exit }
            bytes 8..=12;
        }
        /// A comparison with a constant that fits the 12-bit field, which must hold.
        rule guard_true_imm12 {
            when GuardTrue(Compare(a: Gpr, b: Imm12), exit, live);
            clobbers flags;
            emit { ; cmp XSP(a), b }
            branch exit { ; b.opposite =>exit }
            inverse { ; b.cond =>exit }
            bytes 8..=12;
        }
        /// A comparison in registers that must not hold.
        rule guard_false {
            when GuardFalse(Compare(a: Gpr, b: Gpr), exit, live);
            clobbers flags;
            emit { ; cmp X(a), X(b) }
            branch exit { ; b.cond =>exit }
            inverse { ; b.opposite =>exit }
            bytes 8..=12;
        }
        /// A comparison with a constant that fits the 12-bit field, which must not hold.
        rule guard_false_imm12 {
            when GuardFalse(Compare(a: Gpr, b: Imm12), exit, live);
            clobbers flags;
            emit { ; cmp XSP(a), b }
            branch exit { ; b.cond =>exit }
            inverse { ; b.opposite =>exit }
            bytes 8..=12;
        }
    }

    prefer branch_imm12 over branch_negative;

    // ---- Zero, single bits and masks -------------------------------------------------------------------------------

    // A comparison, the instruction that branches if it holds, and the one that branches if not.
    for (Compare, zero, other, bit, other_bit, cond, opposite) in [
        (Eq, cbz, cbnz, tbz, tbnz, eq, ne),
        (Ne, cbnz, cbz, tbnz, tbz, ne, eq),
    ] {
        /// By a comparison with zero.
        rule branch_zero {
            when Branch(Compare(a: Gpr, 0), then, otherwise);
            branch then { ; zero X(a), =>then }
            inverse { ; other X(a), =>then }
            bytes 4..=12;
        }
        /// By one bit.
        rule branch_bit {
            when Branch(Compare(And(a: Gpr, mask: const I64), 0), then, otherwise);
            if power_of_two(mask);
            let n: Imm6 = trailing_zeros(mask);
            branch then { ; bit X(a), n, =>then }
            inverse { ; other_bit X(a), n, =>then }
            bytes 4..=12;
        }
        /// By bits of a constant mask.
        rule branch_mask {
            when Branch(Compare(And(a: Gpr, mask: Bits64), 0), then, otherwise);
            clobbers flags;
            emit { ; tst X(a), mask }
            branch then { ; b.cond =>then }
            inverse { ; b.opposite =>then }
            bytes 8..=16;
        }
        /// A comparison with zero that must hold.
        rule guard_true_zero {
            when GuardTrue(Compare(a: Gpr, 0), exit, live);
            branch exit { ; other X(a), =>exit }
            inverse { ; zero X(a), =>exit }
            bytes 4..=8;
        }
        /// A bit that must be as the comparison says.
        rule guard_true_bit {
            when GuardTrue(Compare(And(a: Gpr, mask: const I64), 0), exit, live);
            if power_of_two(mask);
            let n: Imm6 = trailing_zeros(mask);
            branch exit { ; other_bit X(a), n, =>exit }
            inverse { ; bit X(a), n, =>exit }
            bytes 4..=8;
        }
        /// Bits of a constant mask that must be as the comparison says.
        rule guard_true_mask {
            when GuardTrue(Compare(And(a: Gpr, mask: Bits64), 0), exit, live);
            clobbers flags;
            emit { ; tst X(a), mask }
            branch exit { ; b.opposite =>exit }
            inverse { ; b.cond =>exit }
            bytes 8..=12;
        }
        /// A comparison with zero that must not hold.
        rule guard_false_zero {
            when GuardFalse(Compare(a: Gpr, 0), exit, live);
            branch exit { ; zero X(a), =>exit }
            inverse { ; other X(a), =>exit }
            bytes 4..=8;
        }
        /// A bit that must not be as the comparison says.
        rule guard_false_bit {
            when GuardFalse(Compare(And(a: Gpr, mask: const I64), 0), exit, live);
            if power_of_two(mask);
            let n: Imm6 = trailing_zeros(mask);
            branch exit { ; bit X(a), n, =>exit }
            inverse { ; other_bit X(a), n, =>exit }
            bytes 4..=8;
        }
        /// Bits of a constant mask that must not be as the comparison says.
        rule guard_false_mask {
            when GuardFalse(Compare(And(a: Gpr, mask: Bits64), 0), exit, live);
            clobbers flags;
            emit { ; tst X(a), mask }
            branch exit { ; b.cond =>exit }
            inverse { ; b.opposite =>exit }
            bytes 8..=12;
        }
        prefer branch_zero over branch_negative;
        prefer branch_bit over branch_mask;
        prefer guard_true_bit over guard_true_mask;
        prefer guard_false_bit over guard_false_mask;
    }

    // The sign is the highest bit.
    for (Compare, bit, other_bit) in [(LtS, tbnz, tbz), (GeS, tbz, tbnz)] {
        /// By the sign.
        rule branch_sign {
            when Branch(Compare(a: Gpr, 0), then, otherwise);
            branch then { ; bit X(a), 63, =>then }
            inverse { ; other_bit X(a), 63, =>then }
            bytes 4..=12;
        }
        /// A sign that must be as the comparison says.
        rule guard_true_sign {
            when GuardTrue(Compare(a: Gpr, 0), exit, live);
            branch exit { ; other_bit X(a), 63, =>exit }
            inverse { ; bit X(a), 63, =>exit }
            bytes 4..=8;
        }
        /// A sign that must not be as the comparison says.
        rule guard_false_sign {
            when GuardFalse(Compare(a: Gpr, 0), exit, live);
            branch exit { ; bit X(a), 63, =>exit }
            inverse { ; other_bit X(a), 63, =>exit }
            bytes 4..=8;
        }
    }

    /// By one bit of a value.
    rule branch_value_bit {
        when Branch(And(a: Gpr, mask: const I64), then, otherwise);
        if power_of_two(mask);
        let n: Imm6 = trailing_zeros(mask);
        branch then { ; tbnz X(a), n, =>then }
        inverse { ; tbz X(a), n, =>then }
        bytes 4..=12;
    }
    /// A bit of a value that must be set.
    rule guard_true_value_bit {
        when GuardTrue(And(a: Gpr, mask: const I64), exit, live);
        if power_of_two(mask);
        let n: Imm6 = trailing_zeros(mask);
        branch exit { ; tbz X(a), n, =>exit }
        inverse { ; tbnz X(a), n, =>exit }
        bytes 4..=8;
    }
    /// A bit of a value that must be clear.
    rule guard_false_value_bit {
        when GuardFalse(And(a: Gpr, mask: const I64), exit, live);
        if power_of_two(mask);
        let n: Imm6 = trailing_zeros(mask);
        branch exit { ; tbnz X(a), n, =>exit }
        inverse { ; tbz X(a), n, =>exit }
        bytes 4..=8;
    }

    // ---- Comparisons of 32 bits ------------------------------------------------------------------------------------

    for (Compare, cond, opposite) in [(Eq32, eq, ne), (Ne32, ne, eq), (LtU32, lo, hs)] {
        /// By a comparison of words in registers.
        rule branch_word {
            when Branch(Compare(a: Gpr, b: Gpr), then, otherwise);
            clobbers flags;
            emit { ; cmp W(a), W(b) }
            branch then { ; b.cond =>then }
            inverse { ; b.opposite =>then }
            bytes 8..=16;
        }
        /// By a comparison of a word with a constant that fits the 12-bit field.
        rule branch_word_imm12 {
            when Branch(Compare(a: Gpr, b: Imm12), then, otherwise);
            clobbers flags;
            emit { ; cmp WSP(a), b }
            branch then { ; b.cond =>then }
            inverse { ; b.opposite =>then }
            bytes 8..=16;
        }
        /// A comparison of words in registers that must hold.
        rule guard_true_word {
            when GuardTrue(Compare(a: Gpr, b: Gpr), exit, live);
            clobbers flags;
            emit { ; cmp W(a), W(b) }
            branch exit { ; b.opposite =>exit }
            inverse { ; b.cond =>exit }
            bytes 8..=12;
        }
        /// A comparison of a word with a constant that fits the 12-bit field, which must hold.
        rule guard_true_word_imm12 {
            when GuardTrue(Compare(a: Gpr, b: Imm12), exit, live);
            clobbers flags;
            emit { ; cmp WSP(a), b }
            branch exit { ; b.opposite =>exit }
            inverse { ; b.cond =>exit }
            bytes 8..=12;
        }
        /// A comparison of words in registers that must not hold.
        rule guard_false_word {
            when GuardFalse(Compare(a: Gpr, b: Gpr), exit, live);
            clobbers flags;
            emit { ; cmp W(a), W(b) }
            branch exit { ; b.cond =>exit }
            inverse { ; b.opposite =>exit }
            bytes 8..=12;
        }
        /// A comparison of a word with a constant that fits the 12-bit field, which must not hold.
        rule guard_false_word_imm12 {
            when GuardFalse(Compare(a: Gpr, b: Imm12), exit, live);
            clobbers flags;
            emit { ; cmp WSP(a), b }
            branch exit { ; b.cond =>exit }
            inverse { ; b.opposite =>exit }
            bytes 8..=12;
        }
    }
    for (Compare, zero, other) in [(Eq32, cbz, cbnz), (Ne32, cbnz, cbz)] {
        /// By a comparison of a word with zero.
        rule branch_word_zero {
            when Branch(Compare(a: Gpr, 0), then, otherwise);
            branch then { ; zero W(a), =>then }
            inverse { ; other W(a), =>then }
            bytes 4..=12;
        }
        /// A comparison of a word with zero that must hold.
        rule guard_true_word_zero {
            when GuardTrue(Compare(a: Gpr, 0), exit, live);
            branch exit { ; other W(a), =>exit }
            inverse { ; zero W(a), =>exit }
            bytes 4..=8;
        }
        /// A comparison of a word with zero that must not hold.
        rule guard_false_word_zero {
            when GuardFalse(Compare(a: Gpr, 0), exit, live);
            branch exit { ; zero W(a), =>exit }
            inverse { ; other W(a), =>exit }
            bytes 4..=8;
        }
    }

    // ---- Comparisons of floats: the opposite conditions hold when the operands are unordered -----------------------

    for (Compare, cond, opposite) in [
        (FEq, eq, ne), (FNe, ne, eq), (FLt, mi, pl), (FLe, ls, hi), (FGt, gt, le), (FGe, ge, lt),
    ] {
        /// By a comparison.
        rule branch_float {
            when Branch(Compare(a: Fpr, b: Fpr), then, otherwise);
            clobbers flags;
            emit { ; fcmp D(a), D(b) }
            branch then { ; b.cond =>then }
            inverse { ; b.opposite =>then }
            bytes 8..=16;
        }
        /// A comparison that must hold.
        rule guard_true_float {
            when GuardTrue(Compare(a: Fpr, b: Fpr), exit, live);
            clobbers flags;
            emit { ; fcmp D(a), D(b) }
            branch exit { ; b.opposite =>exit }
            inverse { ; b.cond =>exit }
            bytes 8..=12;
        }
        /// A comparison that must not hold.
        rule guard_false_float {
            when GuardFalse(Compare(a: Fpr, b: Fpr), exit, live);
            clobbers flags;
            emit { ; fcmp D(a), D(b) }
            branch exit { ; b.cond =>exit }
            inverse { ; b.opposite =>exit }
            bytes 8..=12;
        }
    }

    // ---- Arithmetic that leaves on overflow ------------------------------------------------------------------------

    for (Operation, name, other) in [(AddOrExit, adds, subs), (SubOrExit, subs, adds)] {
        /// In registers.
        rule checked {
            when Operation(a: Gpr, b: Gpr, exit, live) -> d: Gpr;
            clobbers flags;
            emit { ; name X(d), X(a), X(b) }
            branch exit { ; b.vs =>exit }
            inverse { ; b.vc =>exit }
            bytes 8..=12;
        }
        /// The second operand fits the 12-bit field.
        rule checked_imm12 {
            when Operation(a: Gpr, b: Imm12, exit, live) -> d: Gpr;
            clobbers flags;
            emit { ; name X(d), XSP(a), b }
            branch exit { ; b.vs =>exit }
            inverse { ; b.vc =>exit }
            bytes 8..=12;
        }
        /// The negated second operand fits the 12-bit field.
        rule checked_negative {
            when Operation(a: Gpr, b: const I64, exit, live) -> d: Gpr;
            if -4095 <= b && b < 0;
            let n: Imm12 = -b;
            clobbers flags;
            emit { ; other X(d), XSP(a), n }
            branch exit { ; b.vs =>exit }
            inverse { ; b.vc =>exit }
            bytes 8..=12;
        }
    }
    /// A product overflows unless its upper half is nothing but the sign of the lower one.
    rule checked_multiply {
        when MulOrExit(a: Gpr, b: Gpr, exit, live) -> d: Gpr;
        temp upper: Gpr;
        clobbers flags;
        emit {
            ; smulh X(upper), X(a), X(b)
            ; mul X(d), X(a), X(b)
            ; cmp X(upper), X(d), ASR 63
        }
        branch exit { ; b.ne =>exit }
        inverse { ; b.eq =>exit }
        bytes 16..=20;
    }
}
