//! Mistakes in two strategies and a sequence, all reported.

#[path = "../machine.rs"]
mod machine;

jit_macros::calls! {
    calls Wrong on crate::machine::isa;

    /// Builds the address.
    strategy mov_blr {
        site { ; use mov_imm64(x16, target) ; blr x16 }
        clobbers x16, x17, lr;
        size |sites| 20 * sites;
    }

    /// Loads the address.
    strategy literal_blr {
        site { ; ldr x8, =>entry ; blr x8 }
        pool entry: u64 = target, align 4, one per (function, target);
        links { site -> entry: Branch26 }
        clobbers x8, lr;
        retarget by store(entry);
        size |sites, targets| 8 * sites + 8 * targets;
    }

    /// Loads a register.
    sequence reload(to: Gpr, offset: Imm12) bytes 8 { ; ldr X(to), [sp, offset] }
        means { to = memory.u64(sp.wrapping_add(offset)); }
}

fn main() {}
