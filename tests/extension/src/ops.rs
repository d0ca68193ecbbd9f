//! Operations on bits, for functions of LIR.

use jit_macros::ops;

ops! {
    /// Operations on bits.
    dialect Bits extends ::jit_core::specs::ops;

    /// `a` rotated right by `b` modulo 64.
    op RotateRight(a: I64, b: I64) -> I64 { pure; means a.rotate_right(b as u32); }
    /// The upper half of the signed product of 128 bits.
    op MulHighS(a: I64, b: I64) -> I64 {
        pure;
        commutative;
        means ((i128::from(a) * i128::from(b)) >> 64) as i64;
    }
    /// How many zeros stand above the highest one.
    op LeadingZeros(a: I64) -> I64 { pure; means i64::from(a.leading_zeros()); }
    /// The bits in the opposite order.
    op ReverseBits(a: I64) -> I64 { pure; means a.reverse_bits(); }
    /// The bits of `a` that are not in `b`.
    op AndNot(a: I64, b: I64) -> I64 { pure; means a & !b; }
}
