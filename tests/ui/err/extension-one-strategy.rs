//! Strategies of two crates that have one name: whoever offers both is told when the crate is built.

mod ours {
    jit_macros::calls! {
        calls Ours extends ::jit_core::specs::calls on ::jit_core::specs::isa;

        /// Takes the shorter one.
        choose shortest { least_bytes from [near_bl, mov_blr]; }
    }
}

mod theirs {
    jit_macros::calls! {
        calls Theirs extends ::jit_core::specs::calls on ::jit_core::specs::isa;

        /// Takes another one.
        choose shortest { least_bytes from [near_bl, literal_blr]; }
    }
}

const _: () = jit_core::calls::distinct(&[
    jit_core::Strategy::ALL,
    ours::STRATEGIES,
    theirs::STRATEGIES,
]);

fn main() {}
