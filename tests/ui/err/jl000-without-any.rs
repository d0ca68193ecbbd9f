//! A list of nothing.

#[path = "../machine.rs"]
mod machine;

jit_macros::rewriting! {
    rewriting Wrong for crate::machine::ops;

    fold { }

    /// Nothing is added.
    rule add_zero { when Add(a, 0); becomes a; }
}

fn main() {}
