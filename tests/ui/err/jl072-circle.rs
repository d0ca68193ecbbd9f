//! Two sequences of which each undoes the other one, and nothing else is said of them.

#[path = "../machine.rs"]
mod machine;

jit_macros::calls! {
    calls Wrong on crate::machine::isa;

    /// Puts it there.
    sequence there(a: Gpr) { ; mov x16, X(a) } undoes back(a);

    /// Takes it back.
    sequence back(a: Gpr) { ; mov X(a), x16 } undoes there(a);
}

fn main() {}
