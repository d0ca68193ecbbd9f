//! Too many operands, too few, and a result too many or missing.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add, Sub, GuardTrue, FAdd }

    /// A sum.
    rule add { when Add(a: Gpr, b: Gpr, c: Gpr) -> d: Gpr; emit { ; add X(d), X(a), X(b) } }

    /// A difference.
    rule sub { when Sub(a: Gpr) -> d: Gpr; emit { ; mov X(d), X(a) } }

    /// A guard.
    rule guard {
        when GuardTrue(condition: Gpr, exit, live) -> d: Gpr;
        branch exit { ; cbz X(condition), =>exit } inverse { ; cbnz X(condition), =>exit }
    }

    /// A sum of floats.
    rule fadd { when FAdd(a: Fpr, b: Fpr); emit { ; fadd D(a), D(a), D(b) } }
}

fn main() {}
