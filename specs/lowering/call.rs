//! Calls and returns. How a call with a known target is emitted is for the call strategies to decide.

use jit_macros::lowering;

lowering! {
    lowering Call for crate::specs::ops on crate::specs::isa;

    total { Call, CallIndirect, CallFloat, Return }

    jump target { ; b =>target }

    /// A call with a known target.
    rule call {
        when Call(target, arguments) -> d: Gpr;
        arguments: in aapcs64;
        d: in x0;
        clobbers aapcs64;
        emit { ; call target }
        bytes 4..=20;
    }
    /// A call with a known target that yields a float.
    rule call_float {
        when CallFloat(target, arguments) -> d: Fpr;
        arguments: in aapcs64;
        d: in d0;
        clobbers aapcs64;
        emit { ; call target }
        bytes 4..=20;
    }
    /// A call through a register.
    rule call_indirect {
        when CallIndirect(target: Gpr, arguments) -> d: Gpr;
        arguments: in aapcs64;
        d: in x0;
        clobbers aapcs64;
        emit { ; blr X(target) }
        bytes 4;
    }
    /// Back to the caller, by way of the code that undoes the frame.
    rule return_value {
        when Return(value: Gpr);
        value: in x0;
        goto epilogue;
        bytes 0..=4;
    }
}
