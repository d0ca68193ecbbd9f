//! One strategy is wrong; the others, sequences and the enum of all are there.

#[path = "../machine.rs"]
mod machine;

mod calls {
    jit_macros::calls! {
        calls Wrong on crate::machine::isa;

        /// Builds the address.
        strategy mov_blr {
            site { ; use mov_imm64(x16, target) ; blr x16 }
            clobbers x16, lr;
            size |sites, words| (4 * words + 4) * sites;
        }

        /// Loads the address.
        strategy literal_blr {
            site { ; ldr x16, =>entry ; blr x16 }
            pool entry: u64 = target, align 8, one per (function, target);
            links { site -> entry: Literal19 }
            clobbers x16, lr;
            size |sites, targets| 8 * sites + 4 * targets;
            otherwise mov_blr;
        }

        /// Copies a register.
        sequence copy(to: Gpr, from: Gpr) { ; mov X(to), X(from) } means { to = from; }
    }
}

fn main() {
    let _ = (calls::MOV_BLR.name, calls::LITERAL_BLR.name);
    assert_eq!(calls::sequence::bytes::COPY, 4);
}
