//! What has no fixed size, no known effect, or is no name.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Add }

    /// A sum.
    rule add {
        when Add(a: Gpr, b: Imm12) -> d: Gpr;
        emit {
            ; .align 8
            ; .bytes [1, 2, 3, 4]
            ;; println!("hello")
            ; add XSP(d), XSP(a), b + 1
            ; bl extern 4096
        }
    }
}

fn main() {}
