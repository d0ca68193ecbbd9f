//! A conditional branch without an inverse, and a literal without an alternative.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add, GuardTrue }

    /// A guard.
    rule guard {
        when GuardTrue(condition: Gpr, exit, live);
        branch exit { ; cbz X(condition), =>exit }
    }

    /// A sum with a literal.
    rule add {
        when Add(a: Gpr, b: const I64) -> d: Gpr;
        pool literal: u64 = b;
        d: early;
        emit { ; ldr X(d), =>literal ; add X(d), X(a), X(d) }
    }
}

fn main() {}
