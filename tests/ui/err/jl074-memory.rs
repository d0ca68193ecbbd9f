//! Operations that say of memory what their meanings do not.

mod ops {
    jit_macros::ops! {
        /// Memory, and none.
        dialect Memory;

        /// A word.
        value I64: i64;

        /// Sum.
        op Add(a: I64, b: I64) -> I64 { reads memory; means a.wrapping_add(b); }
        /// A word from memory.
        op Load(base: I64, offset: const I64) -> I64 { reads memory; writes memory; means memory.i64(base, offset); }
        /// A word in memory.
        op Store(value: I64, base: I64) { reads memory; means memory.store_i64(base, 0, value); }
        /// A word from memory.
        op Free(base: I64) -> I64 { pure; means memory.i64(base, 0); }
    }
}

fn main() {}
