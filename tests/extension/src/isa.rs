//! Instructions that jit-core's rules have no use for.

use jit_macros::isa;

isa! {
    extends ::jit_core::specs::isa;

    form ror (w X, r X, imm Imm6);
    form ror (w X, r X, r X);
    form smull (w X, r W, r W);

    means ror (d, a, by) { d = a.rotate_right(by as u32); }
    means smull (d, a, b) { d = i64::from(a.cast_signed()) * i64::from(b.cast_signed()); }
}
