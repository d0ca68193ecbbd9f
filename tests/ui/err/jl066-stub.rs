//! A stub that runs on into its literal.

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
        site { ; bl =>stub }
        stub { ; ldr x16, =>entry ; mov x17, x16 } align 8, one per (function, target);
        pool entry: u64 = target, align 8, one per (function, target);
        links { site -> stub: Branch26, stub -> entry: Literal19 }
        clobbers x16, x17, lr;
        size |sites, targets| 4 * sites + 16 * targets;
        otherwise mov_blr;
    }
}

fn main() {}
