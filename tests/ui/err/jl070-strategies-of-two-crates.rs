//! A strategy that has the name of one of the crate that is extended, one that falls back to nothing there, and two lists
//! of strategies that share a name.

mod taken {
    jit_macros::calls! {
        calls Taken extends ::jit_core::specs::calls on ::jit_core::specs::isa;

        /// Builds the address.
        strategy near_bl {
            site { ; use mov_imm64(x16, target) ; blr x16 }
            clobbers x16, lr;
            retarget never;
            size |sites, words| (4 * words + 4) * sites;
        }

        /// Branches.
        strategy near {
            site { ; bl =>target }
            links { site -> target: Branch26 }
            clobbers lr;
            retarget by rewrite(site);
            size |sites| 4 * sites;
            otherwise literal_bl;
        }
    }
}

fn main() {}
