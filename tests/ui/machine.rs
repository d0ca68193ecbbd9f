//! A small machine and a small dialect, for the cases to declare rules and strategies on.

/// What the machine has.
pub mod isa {
    jit_macros::isa! {
        target aarch64;

        /// Where integers live.
        reg Gpr: X { codes 0..=15; }
        /// A general register, or the zero register.
        reg GprZr: X { Gpr, 31 as xzr; }
        /// Where floats live.
        reg Fpr: D { codes 0..=30; }
        scratch x16, x17 "a veneer may change it between a call and its target";
        reserved x18 "the platform register";
        reserved x30 "the link register, which every call writes";
        convention aapcs64 { arguments x0..=x7, d0..=d7; results x0, d0; preserved x19..=x28, d8..=d15; }

        /// What `add` holds.
        imm Imm12: u32 { range 0..=4095; }
        /// What `add` holds shifted left.
        imm Imm12Shifted: u32 { range 0..=0xfff000; multiple_of 4096; }
        /// The shift of the above.
        imm Shift12: u32 { values 12; }
        /// A shift amount.
        imm Imm6: u32 { range 0..=63; }
        /// Offset of 8 bytes.
        imm Offset8: u32 { range 0..=32760; multiple_of 8; }
        /// A repeated run of ones.
        imm Bits64: u64 { encodable ::dynasmrt::aarch64::encode_logical_immediate_64bit; }

        /// `b`, `bl`
        link Branch26 { bytes -134217728..=134217724; multiple_of 4; }
        /// `b.cond`, `cbz`
        link Branch19 { bytes -1048576..=1048572; multiple_of 4; }
        /// `ldr` of a literal
        link Literal19 { bytes -1048576..=1048572; multiple_of 4; }

        form add | sub (w XSP, r XSP, imm Imm12);
        form add (w XSP, r XSP, imm Imm12, LSL imm Shift12);
        form add | sub (w X, r X, r X);
        form add | sub (w X, r X, r X, LSL imm Imm6);
        form add | sub (w W, r W, r W);
        form adds (w X, r X, r X) writes flags;
        form and (w X, r X, imm Bits64);
        form mov (w X, r X);
        form mov (w W, r W);
        form ldr (w X, [r XSP, imm Offset8]) reads memory;
        form ldr (w X, link Literal19) reads memory;
        form fadd (w D, r D, r D);
        form b (link Branch26) ends;
        form b.cond (link Branch19) reads flags, branches;
        form cbz | cbnz (r X, link Branch19) branches;
        form bl (link Branch26) calls, writes x30;
        form blr (r X) calls, writes x30;
        form br (r X) ends;
        form ret () reads x30, ends;

        conditions {
            eq = flags.z;
            ne = !flags.z;
            cs | hs = flags.c;
            cc | lo = !flags.c;
            vs = flags.v;
            vc = !flags.v;
            ge = flags.n == flags.v;
            lt = flags.n != flags.v;
        }
        means add (d, a, b) { d = a.wrapping_add(b); }
        means sub (d, a, b) { d = a.wrapping_sub(b); }
        means adds (d, a, b) {
            let sum = a.wrapping_add(b);
            flags.n = sum.cast_signed() < 0;
            flags.z = sum == 0;
            flags.c = sum < a;
            flags.v = a.cast_signed().checked_add(b.cast_signed()).is_none();
            d = sum;
        }
        means and (d, a, b) { d = a & b; }
        means mov (d, a) { d = a; }
        means ldr (d, address) { d = memory.load(address); }
        means fadd (d, a, b) { d = a + b; }
        means b | br (target) { goto(target); }
        means b.cond (cond, target) { if cond { goto(target); } }
        means cbz (a, target) { if a == 0 { goto(target); } }
        means cbnz (a, target) { if a != 0 { goto(target); } }
        means bl | blr (target) { x30 = next; goto(target); }
        means ret (target = x30) { goto(target); }
    }
}

/// What the machine computes.
pub mod ops {
    jit_macros::ops! {
        /// For these cases.
        dialect Little;

        /// A word.
        value I64: i64 in { Gpr, const };
        /// Half a word.
        value I32: i32 in { Gpr, const };
        /// A float.
        value F64: f64 in { Fpr };

        /// A constant.
        op Iconst(value: const I64) -> I64 { pure; means value; }
        /// Sum.
        op Add(a: I64, b: I64) -> I64 { pure; commutative; means a.wrapping_add(b); }
        /// Difference.
        op Sub(a: I64, b: I64) -> I64 { pure; means a.wrapping_sub(b); }
        /// Shift to the left.
        op Shl(a: I64, b: I64) -> I64 { pure; means a.wrapping_shl(b as u32); }
        /// Sum of halves.
        op Add32(a: I32, b: I32) -> I32 { pure; means a.wrapping_add(b); }
        /// Sum of floats.
        op FAdd(a: F64, b: F64) -> F64 { pure; means a + b; }
        /// A word from memory.
        op Load(base: I64, offset: const I64) -> I64 { reads memory; means memory.i64(base, offset); }
        /// A call.
        op Call(target: const Address, arguments: list) -> I64 { call; means memory.call(target, arguments); }
        /// Leaves unless the condition holds.
        op GuardTrue(condition: I64, exit: const Exit, live: list) { guard; means condition != 0; }
        /// Goes on elsewhere.
        op Jump(target: block) { terminator; means 0; }
        /// Returns.
        op Return(value: I64) { terminator; means value; }
    }
}
