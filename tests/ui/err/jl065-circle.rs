//! Fallbacks that never arrive.

#[path = "../machine.rs"]
mod machine;

jit_macros::calls! {
    calls Wrong on crate::machine::isa;

    /// Branches to the target.
    strategy near_bl {
        site { ; bl =>target }
        links { site -> target: Branch26 }
        clobbers lr;
        size |sites| 4 * sites;
        otherwise far_bl;
    }

    /// The same.
    strategy far_bl {
        site { ; bl =>target }
        links { site -> target: Branch26 }
        clobbers lr;
        size |sites| 4 * sites;
        otherwise near_bl;
    }
}

fn main() {}
