//! Names that a machine declares twice.

mod twice {
    jit_macros::isa! {
        target aarch64;
        /// Once.
        imm Imm12: u32 { range 0..=4095; }
        /// Twice.
        imm Imm12: u32 { range 0..=255; }
        /// Once.
        link Branch26 { bytes -134217728..=134217724; multiple_of 4; }
        /// Twice.
        link Branch26 { bytes -1048576..=1048572; multiple_of 4; }
    }
}

fn main() {}
