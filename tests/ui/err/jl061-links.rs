//! The declared link is not that of the instruction.

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

    /// Loads the address from a literal.
    strategy literal_blr {
        site { ; ldr x16, =>entry ; blr x16 }
        pool entry: u64 = target, align 8, one per (function, target);
        links { site -> entry: Branch26 }
        clobbers x16, lr;
        retarget by store(entry);
        size |sites, targets| 8 * sites + 8 * targets;
        otherwise mov_blr;
    }
}

fn main() {}
