//! `br` enters a landing pad from x16 and x17 only.

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
        stub { ; ldr x9, =>entry ; br x9 } align 8, one per (function, target);
        pool entry: u64 = target, align 8, one per (function, target);
        links { site -> stub: Branch26, stub -> entry: Literal19 }
        clobbers x9, lr;
        size |sites, targets| 4 * sites + 16 * targets;
        otherwise mov_blr;
    }
}

fn main() {}
