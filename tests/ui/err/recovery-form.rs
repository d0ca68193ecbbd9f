//! One form is wrong; classes, conventions, and strategies with the other instructions are there all the same.

mod isa {
    jit_macros::isa! {
        target aarch64;

        /// Where integers live.
        reg Gpr: X { codes 0..=15; }
        scratch x16, x17 "a veneer may change it between a call and its target";
        reserved x30 "the link register, which every call writes";
        convention aapcs64 { arguments x0..=x7; results x0; preserved x19..=x28; }

        form add (w X, r X, imm Imm12);
        form mov (w X, r X);
        form blr (r X) calls, writes x30;

        means mov (d, a) { d = a; }
        means blr (target) { x30 = next; goto(target); }
    }
}

mod calls {
    jit_macros::calls! {
        calls Right on crate::isa;

        /// Builds the address.
        strategy mov_blr {
            site { ; use mov_imm64(x16, target) ; blr x16 }
            clobbers x16, lr;
            size |sites, words| (4 * words + 4) * sites;
        }
    }
}

fn main() {
    assert_eq!(isa::GPR.len(), 16);
    let _ = calls::MOV_BLR.name;
}
