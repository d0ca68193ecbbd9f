//! A terminator that goes on, and a line that is never reached.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add, Return }

    /// Returns.
    rule leave {
        when Return(value: Gpr);
        temp t: Gpr;
        emit { ; mov X(t), X(value) }
    }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: Gpr) -> d: Gpr;
        emit {
            ; add X(d), X(a), X(b)
            ; b >out
            ; mov X(d), X(d)
            ; out:
        }
    }
}

fn main() {}
