//! Names that a machine declares twice.

mod twice {
    jit_macros::isa! {
        target aarch64;
        /// Once.
        imm Imm12: u32 { range 0..=4095; }
        /// Twice.
        imm Imm12: u32 { range 0..=255; }
    }
}

fn main() {}
