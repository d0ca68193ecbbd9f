//! Constants that may be larger than the field.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add, Sub }

    /// Any constant.
    rule add { when Add(a: Gpr, b: const I64) -> d: Gpr; emit { ; add XSP(d), XSP(a), b } }

    /// One too many.
    rule sub {
        when Sub(a: Gpr, b: const I64) -> d: Gpr;
        if 0 <= b && b <= 4096;
        emit { ; sub XSP(d), XSP(a), b }
    }
}

fn main() {}
