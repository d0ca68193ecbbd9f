//! A computed constant that may leave its kind.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: const I64) -> d: Gpr;
        if -4096 <= b && b < 0;
        let n: Imm12 = -b;
        emit { ; sub XSP(d), XSP(a), n }
    }
}

fn main() {}
