//! What stands in `branch` has to be one instruction.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { GuardTrue }   jump target { ; b =>target }

    /// A guard.
    rule guard {
        when GuardTrue(condition: Gpr, exit, live);
        branch exit { ; cbz X(condition), =>exit ; cbz X(condition), =>exit } inverse { ; cbnz X(condition), =>exit }
    }
}

fn main() {}
