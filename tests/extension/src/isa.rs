//! Instructions that jit-core's rules have no use for.

use jit_macros::isa;

isa! {
    extends ::jit_core::specs::isa;

    /// From the page of the instruction to another one.
    link Page33 { bytes -4294967296..=4294963200; multiple_of 4096; }

    form adrp (w X, link Page33);
    form ror (w X, r X, imm Imm6);
    form ror (w X, r X, r X);
    form smull (w X, r W, r W);

    means adrp (d, page) { d = page; }
    means ror (d, a, by) { d = a.rotate_right(by as u32); }
    means smull (d, a, b) { d = i64::from(a.cast_signed()) * i64::from(b.cast_signed()); }
}
