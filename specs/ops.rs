//! LIR: the operations that functions consist of when instructions are chosen for them.
//!
//! Nothing here knows Python. Integers are 64 bits and wrap, comparisons yield 0 or 1, floats are IEEE 754 doubles,
//! memory is little-endian, and an address is an `I64`. Each meaning is a Rust expression over the operands: the
//! evaluator carries it out, and rules are tested against it.

use jit_macros::ops;

ops! {
    /// Low-level operations: what rules turn into instructions.
    dialect Lir on crate::specs::isa;
    extensible by ::jit_core::machine::Extension;

    /// 64 bits: an integer or an address.
    value I64: i64 in { Gpr, const };
    /// 32 bits, in the lower half of a register; the upper half is undefined.
    value I32: i32 in { Gpr, const };
    /// A double.
    value F64: f64 in { Fpr };

    // ---- Constants -------------------------------------------------------------------------------------------------

    /// The constant `value`.
    op Iconst(value: const I64) -> I64 { pure; means value; }
    /// The constant `value`.
    op Iconst32(value: const I32) -> I32 { pure; means value; }
    /// The double `bits`; printed as a float where it is a number.
    op Fconst(bits: const F64) -> F64 { pure; means bits; }

    // ---- 64-bit integers -------------------------------------------------------------------------------------------

    /// Wrapping sum.
    op Add(a: I64, b: I64) -> I64 { pure; commutative; means a.wrapping_add(b); }
    /// Wrapping difference.
    op Sub(a: I64, b: I64) -> I64 { pure; means a.wrapping_sub(b); }
    /// Wrapping product.
    op Mul(a: I64, b: I64) -> I64 { pure; commutative; means a.wrapping_mul(b); }
    /// Bitwise and.
    op And(a: I64, b: I64) -> I64 { pure; commutative; means a & b; }
    /// Bitwise or.
    op Or(a: I64, b: I64) -> I64 { pure; commutative; means a | b; }
    /// Bitwise exclusive or.
    op Xor(a: I64, b: I64) -> I64 { pure; commutative; means a ^ b; }
    /// `a` shifted left by `b` modulo 64.
    op Shl(a: I64, b: I64) -> I64 { pure; means a.wrapping_shl(b as u32); }
    /// `a` shifted right by `b` modulo 64, zeros coming in.
    op ShrU(a: I64, b: I64) -> I64 { pure; means (a as u64).wrapping_shr(b as u32); }
    /// `a` shifted right by `b` modulo 64, copies of the sign coming in.
    op ShrS(a: I64, b: I64) -> I64 { pure; means a.wrapping_shr(b as u32); }
    /// Wrapping negation.
    op Neg(a: I64) -> I64 { pure; means a.wrapping_neg(); }
    /// `a` if the condition is not zero, `b` otherwise.
    op Select(condition: I64, a: I64, b: I64) -> I64 { pure; means if condition != 0 { a } else { b }; }

    // ---- 32-bit integers -------------------------------------------------------------------------------------------

    /// Wrapping sum of 32 bits.
    op Add32(a: I32, b: I32) -> I32 { pure; commutative; means a.wrapping_add(b); }
    /// Wrapping difference of 32 bits.
    op Sub32(a: I32, b: I32) -> I32 { pure; means a.wrapping_sub(b); }
    /// Bitwise and of 32 bits.
    op And32(a: I32, b: I32) -> I32 { pure; commutative; means a & b; }
    /// The lower half.
    op Narrow(a: I64) -> I32 { pure; means a as i32; }
    /// Zeros in the upper half.
    op WidenU(a: I32) -> I64 { pure; means i64::from(a as u32); }
    /// Copies of the sign in the upper half.
    op WidenS(a: I32) -> I64 { pure; means i64::from(a); }

    // ---- Comparisons -----------------------------------------------------------------------------------------------

    /// 1 if `a` equals `b`, otherwise 0.
    op Eq(a: I64, b: I64) -> I64 { pure; commutative; means a == b; }
    /// 1 if `a` differs from `b`, otherwise 0.
    op Ne(a: I64, b: I64) -> I64 { pure; commutative; means a != b; }
    /// 1 if `a` is less than `b`, both signed.
    op LtS(a: I64, b: I64) -> I64 { pure; means a < b; }
    /// 1 if `a` is at most `b`, both signed.
    op LeS(a: I64, b: I64) -> I64 { pure; means a <= b; }
    /// 1 if `a` is greater than `b`, both signed.
    op GtS(a: I64, b: I64) -> I64 { pure; means a > b; }
    /// 1 if `a` is at least `b`, both signed.
    op GeS(a: I64, b: I64) -> I64 { pure; means a >= b; }
    /// 1 if `a` is less than `b`, both unsigned.
    op LtU(a: I64, b: I64) -> I64 { pure; means (a as u64) < b as u64; }
    /// 1 if `a` is at most `b`, both unsigned.
    op LeU(a: I64, b: I64) -> I64 { pure; means a as u64 <= b as u64; }
    /// 1 if `a` is greater than `b`, both unsigned.
    op GtU(a: I64, b: I64) -> I64 { pure; means a as u64 > b as u64; }
    /// 1 if `a` is at least `b`, both unsigned.
    op GeU(a: I64, b: I64) -> I64 { pure; means a as u64 >= b as u64; }
    /// 1 if `a` equals `b`, otherwise 0.
    op Eq32(a: I32, b: I32) -> I64 { pure; commutative; means a == b; }
    /// 1 if `a` differs from `b`, otherwise 0.
    op Ne32(a: I32, b: I32) -> I64 { pure; commutative; means a != b; }
    /// 1 if `a` is less than `b`, both unsigned.
    op LtU32(a: I32, b: I32) -> I64 { pure; means (a as u32) < b as u32; }
    /// 1 if `a` equals `b`; 0 if either is not a number.
    op FEq(a: F64, b: F64) -> I64 { pure; commutative; means a == b; }
    /// 1 if `a` differs from `b`, or either is not a number.
    op FNe(a: F64, b: F64) -> I64 { pure; commutative; means a != b; }
    /// 1 if `a` is less than `b`; 0 if either is not a number.
    op FLt(a: F64, b: F64) -> I64 { pure; means a < b; }
    /// 1 if `a` is at most `b`; 0 if either is not a number.
    op FLe(a: F64, b: F64) -> I64 { pure; means a <= b; }
    /// 1 if `a` is greater than `b`; 0 if either is not a number.
    op FGt(a: F64, b: F64) -> I64 { pure; means a > b; }
    /// 1 if `a` is at least `b`; 0 if either is not a number.
    op FGe(a: F64, b: F64) -> I64 { pure; means a >= b; }

    // ---- Checked arithmetic ----------------------------------------------------------------------------------------

    /// The sum, unless it does not fit 64 signed bits: then the exit is taken.
    op AddOrExit(a: I64, b: I64, exit: const Exit, live: list) -> I64 { guard; means a.checked_add(b); }
    /// The difference, unless it does not fit 64 signed bits: then the exit is taken.
    op SubOrExit(a: I64, b: I64, exit: const Exit, live: list) -> I64 { guard; means a.checked_sub(b); }
    /// The product, unless it does not fit 64 signed bits: then the exit is taken.
    op MulOrExit(a: I64, b: I64, exit: const Exit, live: list) -> I64 { guard; means a.checked_mul(b); }

    // ---- Floats ----------------------------------------------------------------------------------------------------

    /// Sum.
    op FAdd(a: F64, b: F64) -> F64 { pure; means a + b; }
    /// Difference.
    op FSub(a: F64, b: F64) -> F64 { pure; means a - b; }
    /// Product.
    op FMul(a: F64, b: F64) -> F64 { pure; means a * b; }
    /// Quotient; a zero divisor gives an infinity or no number.
    op FDiv(a: F64, b: F64) -> F64 { pure; means a / b; }
    /// The sign bit inverted.
    op FNeg(a: F64) -> F64 { pure; means -a; }
    /// The sign bit cleared.
    op FAbs(a: F64) -> F64 { pure; means a.abs(); }
    /// Square root.
    op FSqrt(a: F64) -> F64 { pure; means a.sqrt(); }
    /// The nearest double, ties to even.
    op IntToFloat(a: I64) -> F64 { pure; means a as f64; }
    /// Rounded toward zero; the nearest integer there is if out of range, 0 if not a number.
    op FloatToInt(a: F64) -> I64 { pure; means a as i64; }
    /// The double that has these bits.
    op BitsToFloat(a: I64) -> F64 { pure; means f64::from_bits(a as u64); }
    /// The bits of a double.
    op FloatToBits(a: F64) -> I64 { pure; means a.to_bits(); }

    // ---- Memory ----------------------------------------------------------------------------------------------------

    /// Loads 8 bytes.
    op LoadI64(base: I64, offset: const I64) -> I64 { reads memory; means memory.i64(base, offset); }
    /// Loads 4 bytes.
    op LoadI32(base: I64, offset: const I64) -> I32 { reads memory; means memory.i32(base, offset); }
    /// Loads 4 bytes, zeros above.
    op LoadU32(base: I64, offset: const I64) -> I64 { reads memory; means memory.u32(base, offset); }
    /// Loads 2 bytes, zeros above.
    op LoadU16(base: I64, offset: const I64) -> I64 { reads memory; means i64::from(memory.u16(base, offset)); }
    /// Loads a byte, zeros above.
    op LoadU8(base: I64, offset: const I64) -> I64 { reads memory; means i64::from(memory.u8(base, offset)); }
    /// Loads a double.
    op LoadF64(base: I64, offset: const I64) -> F64 { reads memory; means memory.f64(base, offset); }
    /// Stores 8 bytes.
    op StoreI64(value: I64, base: I64, offset: const I64) { writes memory; means memory.store_i64(base, offset, value); }
    /// Stores 4 bytes.
    op StoreI32(value: I32, base: I64, offset: const I64) { writes memory; means memory.store_i32(base, offset, value); }
    /// Stores the low 2 bytes.
    op StoreU16(value: I64, base: I64, offset: const I64) {
        writes memory;
        means memory.store_u16(base, offset, value as u16);
    }
    /// Stores the low byte.
    op StoreU8(value: I64, base: I64, offset: const I64) { writes memory; means memory.store_u8(base, offset, value as u8); }
    /// Stores a double.
    op StoreF64(value: F64, base: I64, offset: const I64) { writes memory; means memory.store_f64(base, offset, value); }

    // ---- Calls and objects -----------------------------------------------------------------------------------------

    /// Calls the function at `target` by AAPCS64; at most 8 arguments of each register class.
    op Call(target: const Address, arguments: list) -> I64 { call; means memory.call(target, arguments); }
    /// Calls the function whose address is a value.
    op CallIndirect(target: I64, arguments: list) -> I64 { call; means memory.call(target, arguments); }
    /// Calls a function that returns a double.
    op CallFloat(target: const Address, arguments: list) -> F64 { call; means memory.call(target, arguments); }
    /// Adds one to the 32-bit count at the beginning of an object, unless the count has its top bit set.
    op Retain(object: I64) {
        reads memory;
        writes memory;
        means {
            let count = memory.i32(object, 0);
            if count >= 0 {
                memory.store_i32(object, 0, count.wrapping_add(1));
            }
        };
    }
    /// Takes one from the 32-bit count at the beginning of an object, unless the count has its top bit set; at zero the
    /// runtime's `deallocate` is called with the object.
    op Release(object: I64) {
        call;
        means {
            let count = memory.i32(object, 0);
            if count >= 0 {
                memory.store_i32(object, 0, count.wrapping_sub(1));
            }
            if count == 1 {
                memory.perform("deallocate", &[object as u64], &[]);
            }
        };
    }

    // ---- Control ---------------------------------------------------------------------------------------------------

    /// Goes on if the condition is not zero; otherwise the exit is taken.
    op GuardTrue(condition: I64, exit: const Exit, live: list) { guard; means condition != 0; }
    /// Goes on if the condition is zero; otherwise the exit is taken.
    op GuardFalse(condition: I64, exit: const Exit, live: list) { guard; means condition == 0; }
    /// Goes to `target`.
    op Jump(target: block) { terminator; means target; }
    /// Goes to `then` if the condition is not zero, to `otherwise` if it is.
    op Branch(condition: I64, then: block, otherwise: block) {
        terminator;
        means if condition != 0 { then } else { otherwise };
    }
    /// Returns from the function.
    op Return(value: I64) { terminator; means value; }
    /// Leaves through the exit.
    op Exit(exit: const Exit, live: list) { terminator; means None::<()>; }
}
