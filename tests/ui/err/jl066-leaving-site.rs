//! A site that goes away for good, and a strategy that falls back to a sequence.

#[path = "../machine.rs"]
mod machine;

jit_macros::calls! {
    calls Wrong on crate::machine::isa;

    /// Branches where it should call.
    strategy mov_br {
        site { ; use mov_imm64(x16, target) ; br x16 }
        clobbers x16, lr;
        size |sites, words| (4 * words + 4) * sites;
    }

    /// A copy.
    sequence copy(to: Gpr, from: Gpr) { ; mov X(to), X(from) } means { to = from; }

    /// One instruction.
    strategy near_bl {
        site { ; bl =>target }
        links { site -> target: Branch26 }
        clobbers lr;
        size |sites| 4 * sites;
        otherwise copy;
    }
}

fn main() {}
