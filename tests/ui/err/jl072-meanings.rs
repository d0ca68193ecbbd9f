//! Instructions that nothing says the meaning of, and meanings that belong to no instruction.

mod machine {
    jit_macros::isa! {
        target aarch64;

        form mov (w X, r X);
        form add | sub (w X, r X, r X);

        means add (d, a, b) { d = a.wrapping_add(b); }
        means mvn (d, a) { d = !a; }
    }
}

fn main() {}
