//! Rules that lead to another dialect leave something behind: an operation, and numbers from a hundred on.

#[path = "../machine.rs"]
mod machine;

/// A dialect above that of the machine.
mod above {
    jit_macros::ops! {
        /// For this case.
        dialect Above;

        /// A word.
        value Thing: i64;

        /// Where things are.
        given base: Thing;
        /// Where in a thing its size is.
        given size_at: const Thing;

        /// A constant.
        op Number(value: const Thing) -> Thing { pure; means value; }
        /// Sum.
        op Sum(a: Thing, b: Thing) -> Thing { pure; commutative; means a.wrapping_add(b); }
        /// The size of a thing.
        op Size(a: Thing) -> Thing { reads memory; means memory.i64(a, size_at); }
        /// The end.
        op End(value: Thing) { terminator; means value; }
    }
}

jit_macros::rewriting! {
    rewriting Wrong for crate::above to crate::machine::ops;

    /// Only small numbers.
    rule number { when Number(value: const Thing); if value < 100; becomes value; }

    /// A word of it.
    rule size { when Size(a); becomes Load(a, size_at); }

    /// The sum of words.
    rule sum { when Sum(a, b); becomes Add(a, Add(b, base)); }
}

fn main() {}
