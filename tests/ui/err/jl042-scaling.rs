//! An offset that need not be a multiple of eight.

#[path = "../machine.rs"]
mod machine;

jit_macros::lowering! {
    lowering Wrong for crate::machine::ops on crate::machine::isa;

    partial { Load }

    /// A load.
    rule load { when Load(base: Gpr, offset: Imm12) -> d: Gpr; emit { ; ldr X(d), [XSP(base), offset] } }
}

fn main() {}
