//! Keeping apart what is never in the way of each other, and keeping it apart in the wrong words.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add, Sub }

    /// An instruction reads before it writes.
    rule add {
        when Add(a: Gpr, b: Gpr) -> d: Gpr;
        d: early;
        emit { ; add X(d), X(a), X(b) }
    }

    /// The name comes first.
    rule sub {
        when Sub(a: Gpr, b: Gpr) -> d: Gpr;
        early d;
        emit { ; mov X(d), X(a) ; sub X(d), X(d), X(b) }
    }
}

fn main() {}
