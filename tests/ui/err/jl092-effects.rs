//! What others see of memory would change.

#[path = "../machine.rs"]
mod machine;

jit_macros::rewriting! {
    rewriting Wrong for crate::machine::ops;

    /// A call is left out.
    rule call { when Call(_, _); becomes 0; }

    /// Memory is read at a place where it may have changed.
    rule read { when Add(a, 8); becomes Load(a, 8); }

    /// A block without an end.
    rule leave { when Return(_); becomes nothing; }

    /// A read in front of another user, where memory may have changed meanwhile.
    rule folded { when Sub(Load(a, offset: const I64), 0); becomes Load(a, offset); }
}

fn main() {}
