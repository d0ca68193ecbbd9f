//! What takes the place of a value is of another type, or nothing does.

#[path = "../machine.rs"]
mod machine;

jit_macros::rewriting! {
    rewriting Wrong for crate::machine::ops;

    /// A sum of words becomes a sum of halves.
    rule half { when Sub(a, 0); becomes Add32(a, 1); }

    /// A float for a word.
    rule float { when Shl(_, 0); becomes FAdd(a, 1.0); }

    /// A number that does not fit.
    rule large { when Add32(_, 0); becomes 0x1_0000_0000; }

    /// Nothing for a word.
    rule gone { when Add(_, 0); becomes nothing; }
}

fn main() {}
