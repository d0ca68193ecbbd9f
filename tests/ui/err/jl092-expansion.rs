//! Rules that lead to another dialect do what the operation does not do, and name what is not there.

#[path = "../machine.rs"]
mod machine;

/// A dialect above that of the machine.
mod above {
    jit_macros::ops! {
        /// For this case.
        dialect Above;

        /// A word.
        value Thing: i64;
        /// What there is no place for below.
        value Half: u32;

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
        /// Half of a thing.
        op Halve(a: Thing) -> Half { pure; means a as u32; }
        /// The end.
        op End(value: Thing) { terminator; means value; }
    }
}

jit_macros::rewriting! {
    rewriting Wrong for crate::above to crate::machine::ops;

    /// It.
    rule number { when Number(value: const Thing); becomes value; }

    /// What is given is called otherwise.
    rule size { when Size(a); becomes Load(a, sise_at); }

    /// There is nothing that a half could be.
    rule halve { when Halve(a); becomes a; }

    /// Memory is looked at, which a sum does not do; and the words are taken from a block that has none.
    rule sum { when Sum(a, b); becomes { let c = Load(base, size_at); Add(a, Add(b, c)) } }
}

fn main() {}
