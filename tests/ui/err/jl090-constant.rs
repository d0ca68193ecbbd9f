//! A constant that becomes itself, and is made anew each time.

#[path = "../machine.rs"]
mod machine;

jit_macros::rewriting! {
    rewriting Wrong for crate::machine::ops;

    /// The same.
    rule same { when Iconst(a: const I64); becomes a; }
}

fn main() {}
