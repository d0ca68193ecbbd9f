//! Meanings that are no meanings: names, types, statements.

mod machine {
    jit_macros::isa! {
        target aarch64;

        form add | sub | and | orr | eor | bic (w X, r X, r X);
        form mov (w W, r W);

        means add (d, a, b) { d = a.wrapping_add(c); }
        means sub (d, a, b) { d = a.wrapping_sub(b as u32); }
        means and (d, a, b) { d = d & a & b; }
        means orr (d, a, b) { while a != 0 { d = a | b; } }
        means eor (d, a, b) { if a != b { d = a ^ b; } }
        means bic (d, a, b) { nand(d, a, b); }
        means mov (d, a) { d = u64::from(a); }
    }
}

fn main() {}
