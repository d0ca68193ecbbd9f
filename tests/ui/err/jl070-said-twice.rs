//! A number, a place and a variable that are named twice.

#[path = "../machine.rs"]
mod machine;

mod isa {
    jit_macros::isa! {
        target aarch64;
        imm Shift: u32 { values 0, 12, 0; }
        imm Wide: u32 { range 0..=8, 4..=16; }
        form mov (w X, r X);
        means mov (d, a) { d = 0; d = a; }
    }
}

jit_macros::calls! {
    calls Wrong on crate::machine::isa;

    /// Builds the address.
    strategy mov_blr {
        site { ; use mov_imm64(x16, target) ; blr x16 }
        clobbers x16, lr;
        size |sites, words| (4 * words + 4) * sites;
    }

    /// Near.
    strategy near {
        site { ; bl =>target }
        links { site -> target: Branch26 }
        clobbers lr;
        threshold sites >= 2, env "LEAST_SITES";
        size |sites| 4 * sites;
        otherwise mov_blr;
    }

    /// From a literal.
    strategy literal {
        site { ; ldr x16, =>entry ; blr x16 }
        pool entry: u64 = target, align 8, one per (function, target);
        links { site -> entry: Literal19 }
        clobbers x16, lr;
        retarget by store(entry);
        threshold sites >= 3, env "LEAST_SITES";
        size |sites, targets| 8 * sites + 8 * targets;
        otherwise mov_blr;
    }
}

fn main() {}
