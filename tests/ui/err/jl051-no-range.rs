//! The size of a call depends on the strategy.

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
        clobbers aapcs64;
        emit { ; call target }
    }
}

fn main() {}
