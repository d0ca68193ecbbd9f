//! Semicolons stand in front of lines, not behind them, and nothing but operands behind commas.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add, Sub, Shl }

    /// None in front.
    rule add { when Add(a: Gpr, b: Gpr) -> d: Gpr; emit { add X(d), X(a), X(b) } }

    /// One behind.
    rule sub { when Sub(a: Gpr, b: Gpr) -> d: Gpr; emit { ; sub X(d), X(a), X(b); } }

    /// A comma too many.
    rule shl { when Shl(a: Gpr, b: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b), } }
}

fn main() {}
