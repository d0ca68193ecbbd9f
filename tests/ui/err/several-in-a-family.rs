//! A mistake in a family is reported once, with the row that shows it.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add, Sub }

    for (Operation, name) in [(Add, add), (Sub, sub)] {
        /// A sum or a difference.
        rule both {
            when Operation(a: Gpr, b: const I64) -> d: Gpr;
            emit { ; name XSP(d), XSP(a), b }
        }
    }
}

fn main() {}
