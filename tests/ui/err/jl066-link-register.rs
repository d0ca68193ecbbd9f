//! A stub that changes the address to which its target returns, and a site that moves the stack pointer.

#[path = "../machine.rs"]
mod machine;

jit_macros::calls! {
    calls Wrong on crate::machine::isa;

    /// Builds the address.
    strategy mov_blr {
        site { ; use mov_imm64(x16, target) ; blr x16 }
        clobbers x16, lr;
        size |sites, words| (4 * words + 4) * sites;
    }

    /// Branches to a stub.
    strategy stubs {
        site { ; add sp, sp, 16 ; bl =>stub }
        stub { ; ldr x16, =>entry ; mov x30, x16 ; br x16 } align 8, one per (function, target);
        pool entry: u64 = target, align 8, one per (function, target);
        links { site -> stub: Branch26, stub -> entry: Literal19 }
        clobbers x16, lr;
        size |sites, targets| 8 * sites + 24 * targets;
        otherwise mov_blr;
    }
}

fn main() {}
