//! A routine that is not declared.

#[path = "../machine.rs"]
mod machine;

mod calls {
    jit_macros::calls! {
        calls Routines on crate::machine::isa;

        /// Back to where it was called.
        routine leave(object: Gpr) { ; mov x16, X(object) ; ret } means { x16 = object; goto(x30); }
        /// Every target.
        strategy mov_blr {
            site { ; use mov_imm64(x16, target) ; blr x16 }
            clobbers x16, lr;
            size |sites, words| (4 * words + 4) * sites;
        }
    }
}

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa with crate::calls;

    partial { Return }

    /// By a routine.
    rule leave {
        when Return(value: Gpr);
        clobbers x16, x17, lr, flags;
        emit { ; routine laeve(value) ; ret }
    }
}

fn main() {}
