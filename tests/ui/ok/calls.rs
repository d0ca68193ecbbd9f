//! Strategies outside of the crate that they are for: nothing is said about them.

#[path = "../machine.rs"]
mod machine;

mod calls {
    jit_macros::calls! {
        calls Right on crate::machine::isa;

        /// Builds the address.
        strategy mov_blr {
            site { ; use mov_imm64(x16, target) ; blr x16 }
            clobbers x16, lr;
            retarget never;
            size |sites, words| (4 * words + 4) * sites;
        }

        /// Branches to a stub.
        strategy stubs {
            site { ; bl =>stub }
            stub { ; ldr x16, =>entry ; br x16 } align 8, one per (function, target);
            pool entry: u64 = target, align 8, one per (function, target);
            links { site -> stub: Branch26, stub -> entry: Literal19 }
            clobbers x16, lr;
            retarget by store(entry);
            threshold sites >= 3, env "STUB_MIN_SITES";
            size |sites, targets| 4 * sites + 16 * targets;
            otherwise mov_blr;
        }
    }
}

fn main() {}
