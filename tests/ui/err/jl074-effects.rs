//! Meanings that do something else than their forms say.

mod machine {
    jit_macros::isa! {
        target aarch64;

        link Branch19 { bytes -1048576..=1048572; multiple_of 4; }

        form add (w X, r X, r X);
        form adds (w X, r X, r X);
        form ldr (w X, [r XSP]);
        form str (r X, [r XSP]) reads memory;
        form mov (w X, r X);
        form cbz (r X, link Branch19) ends;
        form bl (link Branch19) calls;

        means add (d, a, b) { d = a; }
        means adds (d, a, b) { d = a.wrapping_add(b); flags.z = a == b; }
        means ldr (d, address) { d = memory.load(address); }
        means str (a, address) { memory.store(address, a); }
        means mov (d, a) { }
        means cbz (a, target) { if a == 0 { goto(target); } }
        means bl (target) { x30 = next; goto(target); }
    }
}

fn main() {}
