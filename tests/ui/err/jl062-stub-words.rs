//! The formula forgets that the stub builds the address in one to four words.

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

    /// Branches to a stub that builds the address.
    strategy stubs {
        site { ; bl =>stub }
        stub { ; use mov_imm64(x16, target) ; br x16 } align 4, one per (function, target);
        links { site -> stub: Branch26 }
        clobbers x16, lr;
        size |sites, targets| 4 * sites + 20 * targets;
        otherwise mov_blr;
    }
}

fn main() {}
