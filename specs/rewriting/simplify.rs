//! Simplification of LIR before instructions are chosen.
//!
//! Constants are computed, identities removed, and expensive operations replaced by cheap ones. Rules for floats are exact
//! in every bit that Python can see: nothing is reordered, `x + 0.0` stays, for it makes 0.0 out of -0.0, and `x * 1.0`
//! stays, for it makes another number out of some that are none.

use jit_macros::rewriting;

rewriting! {
    rewriting Simplify for crate::specs::ops;

    fold {
        Add, Sub, Mul, And, Or, Xor, Shl, ShrU, ShrS, Neg, Select,
        Add32, Sub32, And32, Narrow, WidenU, WidenS,
        Eq, Ne, LtS, LeS, GtS, GeS, LtU, LeU, GtU, GeU, Eq32, Ne32, LtU32,
        FEq, FNe, FLt, FLe, FGt, FGe, FNeg, FAbs, BitsToFloat, FloatToBits, IntToFloat,
    }

    // ---- One constant, or one operand twice ------------------------------------------------------------------------

    for (Op, none) in [
        (Add, 0), (Sub, 0), (Or, 0), (Xor, 0), (Shl, 0), (ShrU, 0), (ShrS, 0), (Mul, 1), (And, -1),
        (Add32, 0), (Sub32, 0), (And32, -1)
    ] {
        /// A constant that changes nothing.
        rule without_effect { when Op(a, none); becomes a; }
    }

    for (Op, absorbing) in [(Mul, 0), (And, 0), (Or, -1), (And32, 0)] {
        /// A constant that leaves nothing of the other operand.
        rule absorbed { when Op(_, absorbing); becomes absorbing; }
    }

    for (Op) in [(And), (Or), (And32)] {
        /// Twice the same.
        rule twice { when Op(a, a); becomes a; }
    }

    for (Op, value) in [
        (Sub, 0), (Xor, 0), (Sub32, 0),
        (Eq, 1), (LeS, 1), (GeS, 1), (LeU, 1), (GeU, 1), (Eq32, 1),
        (Ne, 0), (LtS, 0), (GtS, 0), (LtU, 0), (GtU, 0), (Ne32, 0), (LtU32, 0)
    ] {
        /// A value against itself.
        rule against_itself { when Op(a, a); becomes value; }
    }

    // A constant beside itself has been folded: what accepts the same value twice meets nothing that accepts a constant
    // there.

    // ---- Sums and differences --------------------------------------------------------------------------------------

    /// Zero less a value.
    rule zero_less { when Sub(0, a); becomes Neg(a); }
    /// The negative of the negative.
    rule negative_twice { when Neg(Neg(a)); becomes a; }
    /// A difference the other way round.
    rule negative_difference { when Neg(Sub(a, b)); becomes Sub(b, a); }
    /// Adding the negative.
    rule add_negative { when Add(a, Neg(b)); becomes Sub(a, b); }
    /// Taking the negative away.
    rule subtract_negative { when Sub(a, Neg(b)); becomes Add(a, b); }
    /// Constants are added, never taken away, so that two of them come together in one way.
    rule subtract_constant { when Sub(a, b: const I64); if b != 0; becomes Add(a, -b); }

    prefer without_effect over add_negative;
    prefer against_itself over subtract_negative;
    prefer zero_less over subtract_negative;

    for (Op, both) in [(Add, b + c), (And, b & c), (Or, b | c), (Xor, b ^ c), (Mul, b * c)] {
        /// Two constants become one.
        rule constants { when Op(Op(a, b: const I64), c: const I64); becomes Op(a, both); }
    }

    prefer without_effect, absorbed over constants;

    // ---- Products and shifts ---------------------------------------------------------------------------------------

    /// The product with a power of two.
    rule multiply_power { when Mul(a, b: const I64); if power_of_two(b); becomes Shl(a, trailing_zeros(b)); }
    /// The product with minus one.
    rule multiply_minus_one { when Mul(a, -1); becomes Neg(a); }

    prefer constants over multiply_power;
    prefer constants over multiply_minus_one;

    for (Op) in [(Shl), (ShrU), (ShrS)] {
        /// Two shifts in one direction become one.
        rule shifts {
            when Op(Op(a, b: const I64), c: const I64);
            if 0 <= b && b <= 63 && 0 < c && c <= 63;
            if b + c <= 63;
            becomes Op(a, b + c);
        }
    }

    // ---- Widths and representations --------------------------------------------------------------------------------

    for (Widen) in [(WidenU), (WidenS)] {
        /// The lower half of what was half.
        rule narrowed_again { when Narrow(Widen(a)); becomes a; }
    }

    for (Op, inverse) in [(BitsToFloat, FloatToBits), (FloatToBits, BitsToFloat)] {
        /// There and back.
        rule bits_and_back { when Op(inverse(a)); becomes a; }
    }

    // ---- Comparisons -----------------------------------------------------------------------------------------------

    for (Op, swapped) in [
        (LtS, GtS), (LeS, GeS), (GtS, LtS), (GeS, LeS), (LtU, GtU), (LeU, GeU), (GtU, LtU), (GeU, LeU)
    ] {
        /// A constant is compared with on the right, where instructions hold it.
        rule constant_first { when Op(a: const I64, b); becomes swapped(b, a); }
    }

    for (Compare, inverse) in [
        (Eq, Ne), (Ne, Eq), (LtS, GeS), (LeS, GtS), (GtS, LeS), (GeS, LtS), (LtU, GeU), (LeU, GtU), (GtU, LeU),
        (GeU, LtU), (Eq32, Ne32), (Ne32, Eq32), (FEq, FNe), (FNe, FEq)
    ] {
        /// What does not hold.
        rule not { when Eq(Compare(a, b), 0); becomes inverse(a, b); }
    }

    for (Compare) in [
        (Eq), (Ne), (LtS), (LeS), (GtS), (GeS), (LtU), (LeU), (GtU), (GeU), (Eq32), (Ne32), (LtU32),
        (FEq), (FNe), (FLt), (FLe), (FGt), (FGe)
    ] {
        /// What holds already is zero or one.
        rule holds { when Ne(Compare(a, b), 0); becomes Compare(a, b); }
    }

    for (Op) in [(Eq), (Ne)] {
        /// A difference compared with zero.
        rule compare_difference { when Op(Sub(a, b), 0); becomes Op(a, b); }
        /// A sum with a constant compared with another one.
        rule compare_sum { when Op(Add(a, b: const I64), c: const I64); becomes Op(a, c - b); }
    }

    // What is compared with itself is no constant, and meets none of these.

    for (Op, than, value) in [(LtU, 0, 0), (GeU, 0, 1)] {
        /// Nothing is below zero.
        rule never_below_zero { when Op(_, than); becomes value; }
    }
    for (Op, than, compare) in [(LeU, 0, Eq), (GtU, 0, Ne), (LtU, 1, Eq), (GeU, 1, Ne)] {
        /// Only zero is as small.
        rule compare_with_zero { when Op(a, than); becomes compare(a, 0); }
    }

    // Nor does it meet one of these.

    // ---- Choices ---------------------------------------------------------------------------------------------------

    /// The condition holds.
    rule select_first { when Select(condition: const I64, a, _); if condition != 0; becomes a; }
    /// The condition does not hold.
    rule select_second { when Select(0, _, b); becomes b; }
    /// Either is the same.
    rule select_either { when Select(_, a, a); becomes a; }
    /// What is not zero holds.
    rule select_nonzero { when Select(Ne(a, 0), b, c); becomes Select(a, b, c); }
    /// The other one if it is zero.
    rule select_zero { when Select(Eq(a, 0), b, c); becomes Select(a, c, b); }

    prefer select_either over select_nonzero, select_zero;
    prefer select_first, select_second over select_either;

    /// The condition holds.
    rule branch_first { when Branch(condition: const I64, then, _); if condition != 0; becomes Jump(then); }
    /// The condition does not hold.
    rule branch_second { when Branch(0, _, otherwise); becomes Jump(otherwise); }
    /// What is not zero holds.
    rule branch_nonzero { when Branch(Ne(a, 0), then, otherwise); becomes Branch(a, then, otherwise); }
    /// The other way if it is zero.
    rule branch_zero { when Branch(Eq(a, 0), then, otherwise); becomes Branch(a, otherwise, then); }

    // ---- Guards ----------------------------------------------------------------------------------------------------

    /// A guard that always passes.
    rule guard_true { when GuardTrue(condition: const I64, _, _); if condition != 0; becomes nothing; }
    /// A guard that always passes.
    rule guard_false { when GuardFalse(0, _, _); becomes nothing; }

    for (Guard, inverse) in [(GuardTrue, GuardFalse), (GuardFalse, GuardTrue)] {
        /// What is not zero holds.
        rule guard_nonzero { when Guard(Ne(a, 0), exit, live); becomes Guard(a, exit, live); }
        /// What is zero does not.
        rule guard_zero { when Guard(Eq(a, 0), exit, live); becomes inverse(a, exit, live); }
    }

    for (Op, none) in [(AddOrExit, 0), (SubOrExit, 0), (MulOrExit, 1)] {
        /// A constant that changes nothing, and so always fits.
        rule fits { when Op(a, none, _, _); becomes a; }
    }
    for (Op, none) in [(AddOrExit, 0), (MulOrExit, 1)] {
        /// A constant that changes nothing, and so always fits.
        rule fits_first { when Op(none, a, _, _); becomes a; }
    }
    /// The sum of constants, which has the sign of one of them.
    rule sum_fits {
        when AddOrExit(b: const I64, c: const I64, _, _);
        if (b ^ (b + c)) & (c ^ (b + c)) >= 0;
        becomes b + c;
    }
    /// The difference of constants, which has the sign of the first unless that of the second is the same.
    rule difference_fits {
        when SubOrExit(b: const I64, c: const I64, _, _);
        if (b ^ c) & (b ^ (b - c)) >= 0;
        becomes b - c;
    }

    prefer fits over fits_first, sum_fits, difference_fits;
    prefer fits_first over sum_fits;

    // ---- Addresses -------------------------------------------------------------------------------------------------

    for (Load) in [(LoadI64), (LoadI32), (LoadU32), (LoadU16), (LoadU8), (LoadF64)] {
        /// A constant that is added to the address belongs to the offset, if instructions hold the sum.
        rule load_offset {
            when Load(Add(base, b: const I64), offset: const I64);
            if 0 <= offset + b && offset + b <= 4095;
            becomes Load(base, offset + b);
        }
    }
    for (Store) in [(StoreI64), (StoreI32), (StoreU16), (StoreU8), (StoreF64)] {
        /// A constant that is added to the address belongs to the offset, if instructions hold the sum.
        rule store_offset {
            when Store(value, Add(base, b: const I64), offset: const I64);
            if 0 <= offset + b && offset + b <= 4095;
            becomes Store(value, base, offset + b);
        }
    }

    // ---- Floats ----------------------------------------------------------------------------------------------------

    /// The sign inverted twice.
    rule float_negative_twice { when FNeg(FNeg(a)); becomes a; }
    for (Op) in [(FNeg), (FAbs)] {
        /// The sign does not matter where it is cleared.
        rule float_sign { when FAbs(Op(a)); becomes FAbs(a); }
    }
    /// Twice a number is the number and itself; no constant is needed.
    rule float_double { when FMul(a, 2.0); becomes FAdd(a, a); }
    /// A quotient by a power of two is the product with its inverse, which is a power of two as well and exact.
    rule float_divide_power {
        when FDiv(a, b: const F64);
        if b & 0xf_ffff_ffff_ffff == 0;
        if 0x0010_0000_0000_0000 <= b && b <= 0x7fd0_0000_0000_0000;
        becomes FMul(a, 0x7fe0_0000_0000_0000 - b);
    }
}
