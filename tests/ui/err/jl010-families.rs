//! One missing `prefer` between two families is reported once, whatever the number of their rows.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add, Sub }

    for (Operation, name) in [(Add, add), (Sub, sub)] {
        /// A small constant.
        rule small {
            when Operation(a: Gpr, b: Imm12) -> d: Gpr;
            if b <= 1000;
            emit { ; name XSP(d), XSP(a), b }
        }
        /// An even constant.
        rule even {
            when Operation(a: Gpr, b: Imm12) -> d: Gpr;
            if b % 2 == 0;
            emit { ; name XSP(d), XSP(a), b }
        }
    }
}

fn main() {}
