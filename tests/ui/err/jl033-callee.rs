//! A rule that calls and does not say what the callee may change.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Call }

    /// A call.
    rule call {
        when Call(target, arguments) -> d: Gpr;
        d: in x0;
        arguments: in aapcs64;
        clobbers x16, x17, lr, flags;
        emit { ; call target }
        bytes 4..=20;
    }
}

fn main() {}
