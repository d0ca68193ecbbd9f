//! A fallback that does not exist, and a link of another machine.

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

    /// Branches to the target.
    strategy near_bl {
        site { ; bl =>target }
        links { site -> target: Branch27 }
        clobbers lr;
        size |sites| 4 * sites;
        otherwise mov_bl;
    }
}

fn main() {}
