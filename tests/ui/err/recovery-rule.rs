//! One rule is wrong; whoever refers to the set has nothing else to hear.

#[path = "../machine.rs"]
mod machine;

mod rules {
    jit_macros::lowering! {
        lowering Wrong for crate::machine::ops on crate::machine::isa;

        partial { Add, Sub }

        /// A difference.
        rule sub { when Sub(a: Gpr, b: Gpr) -> d: Gpr; emit { ; sub X(d), X(a), X(b) } }
        /// A sum, longer than it says.
        rule add { when Add(a: Gpr, Shl(b: Gpr, n: Imm6)) -> d: Gpr; emit { ; add X(d), X(a), X(b), LSL n } bytes 8; }
    }
}

fn main() {
    let _ = rules::RULE_SET.name;
    let _ = machine::ops::Op::Add;
}
