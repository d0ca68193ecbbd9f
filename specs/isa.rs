//! The machine: aarch64 as armjit uses it.
//!
//! Registers, the numbers that instruction fields hold, how far references reach, and every instruction that a template
//! may use, with what it reads, writes and means. Sources: the Arm Architecture Reference Manual for A-profile (instructions and
//! fields) and the Procedure Call Standard for the Arm 64-bit Architecture (registers).

use jit_macros::isa;

isa! {
    target aarch64;

    // ---- Registers -------------------------------------------------------------------------------------------------

    /// Where integers and addresses live.
    reg Gpr: X { codes 0..=15, 19..=28; }
    /// A general register, or the zero register.
    reg GprZr: X { Gpr, 31 as xzr; }
    /// A general register, or the stack pointer.
    reg GprSp: XSP { Gpr, 31 as sp; }
    /// Where floats live.
    reg Fpr: D { codes 0..=30; }

    scratch x16, x17 "a veneer or a call sequence may change it between a call and its target";
    scratch d31 "moves between stack slots go through it";
    reserved x18 "the platform register, which belongs to the operating system";
    reserved x29 "the frame pointer, which unwinders follow";
    reserved x30 "the link register, which every call writes";
    reserved sp "the stack pointer";

    convention aapcs64 {
        arguments x0..=x7, d0..=d7;
        results x0, d0;
        preserved x19..=x29, d8..=d15;
    }

    // ---- Immediate kinds -------------------------------------------------------------------------------------------

    /// What `add`, `sub` and `cmp` hold.
    imm Imm12: u32 { range 0..=4095; }
    /// What `add`, `sub` and `cmp` hold shifted left by 12.
    imm Imm12Shifted: u32 { range 0..=16773120; multiple_of 4096; }
    /// What may be added to the stack pointer, which stays a multiple of 16.
    imm Room16: u32 { range 0..=4080; multiple_of 16; }
    /// The shift of `Imm12Shifted`.
    imm Shift12: u32 { values 0, 12; }
    /// What `movz`, `movn`, `movk` and `brk` hold.
    imm Imm16: u32 { range 0..=65535; }
    /// The shift of a 16-bit piece in 64 bits.
    imm Shift16: u32 { values 0, 16, 32, 48; }
    /// The shift of a 16-bit piece in 32 bits.
    imm Shift16Word: u32 { values 0, 16; }
    /// A shift amount or bit number in 64 bits.
    imm Imm6: u32 { range 0..=63; }
    /// A shift amount or bit number in 32 bits.
    imm Imm5: u32 { range 0..=31; }
    /// A number of bits.
    imm Width6: u32 { range 1..=64; }
    /// The flags that a conditional comparison sets when its condition is false.
    imm Flags4: u32 { range 0..=15; }
    /// Offset of a byte.
    imm Offset1: u32 { range 0..=4095; }
    /// Offset of 2 bytes.
    imm Offset2: u32 { range 0..=8190; multiple_of 2; }
    /// Offset of 4 bytes.
    imm Offset4: u32 { range 0..=16380; multiple_of 4; }
    /// Offset of 8 bytes.
    imm Offset8: u32 { range 0..=32760; multiple_of 8; }
    /// Any small offset, for the unscaled loads and stores and those that move their base.
    imm Offset9: i32 { range -256..=255; }
    /// Offset of a pair of 8 bytes.
    imm Pair8: i32 { range -512..=504; multiple_of 8; }
    /// The shift of an index by the size of 8 bytes.
    imm Scale8: u32 { values 0, 3; }
    /// The shift of an index by the size of 4 bytes.
    imm Scale4: u32 { values 0, 2; }
    /// The shift of an index by the size of 2 bytes.
    imm Scale2: u32 { values 0, 1; }
    /// A repeated and rotated run of ones in 64 bits, as `and`, `orr`, `eor` and `tst` hold them.
    imm Bits64: u64 { encodable ::dynasmrt::aarch64::encode_logical_immediate_64bit; }
    /// A repeated and rotated run of ones in 32 bits.
    imm Bits32: u32 { encodable ::dynasmrt::aarch64::encode_logical_immediate_32bit; }

    // ---- Links -----------------------------------------------------------------------------------------------------

    /// `b`, `bl`
    link Branch26 { bytes -134217728..=134217724; multiple_of 4; }
    /// `b.cond`, `cbz`, `cbnz`
    link Branch19 { bytes -1048576..=1048572; multiple_of 4; }
    /// `tbz`, `tbnz`
    link Branch14 { bytes -32768..=32764; multiple_of 4; }
    /// `ldr` of a literal
    link Literal19 { bytes -1048576..=1048572; multiple_of 4; }
    /// `adr`
    link Address21 { bytes -1048576..=1048575; }

    // ---- Integers --------------------------------------------------------------------------------------------------

    form mov (w X, r X);
    form mov (w W, r W);
    form mov (w XSP, r XSP);
    form movz | movn (w X, imm Imm16);
    form movz | movn (w X, imm Imm16, LSL imm Shift16);
    form movz | movn (w W, imm Imm16);
    form movz | movn (w W, imm Imm16, LSL imm Shift16Word);
    form movk (rw X, imm Imm16);
    form movk (rw X, imm Imm16, LSL imm Shift16);
    form movk (rw W, imm Imm16);
    form movk (rw W, imm Imm16, LSL imm Shift16Word);

    form add | sub (w X, r X, r X);
    form add | sub (w X, r X, r X, LSL imm Imm6);
    form add | sub (w X, r X, r X, LSR imm Imm6);
    form add | sub (w X, r X, r X, ASR imm Imm6);
    form add | sub (w XSP, r XSP, imm Imm12);
    form add | sub (w XSP, r XSP, imm Imm12, LSL imm Shift12);
    form add | sub (w XSP, r XSP, r W, SXTW);
    form add | sub (w XSP, r XSP, r W, UXTW);
    form add | sub (w W, r W, r W);
    form add | sub (w W, r W, r W, LSL imm Imm5);
    form add | sub (w WSP, r WSP, imm Imm12);
    form add | sub (w WSP, r WSP, imm Imm12, LSL imm Shift12);
    form adds | subs (w X, r X, r X) writes flags;
    form adds | subs (w X, r X, r X, LSL imm Imm6) writes flags;
    form adds | subs (w X, r XSP, imm Imm12) writes flags;
    form adds | subs (w X, r XSP, imm Imm12, LSL imm Shift12) writes flags;
    form adds | subs (w W, r W, r W) writes flags;
    form adds | subs (w W, r WSP, imm Imm12) writes flags;
    form cmp | cmn (r X, r X) writes flags;
    form cmp | cmn (r X, r X, LSL imm Imm6) writes flags;
    form cmp | cmn (r X, r X, ASR imm Imm6) writes flags;
    form cmp | cmn (r XSP, imm Imm12) writes flags;
    form cmp | cmn (r XSP, imm Imm12, LSL imm Shift12) writes flags;
    form cmp | cmn (r W, r W) writes flags;
    form cmp | cmn (r WSP, imm Imm12) writes flags;
    form cmp | cmn (r WSP, imm Imm12, LSL imm Shift12) writes flags;
    form ccmp (r X, r X, imm Flags4, cond) reads flags, writes flags;
    form ccmp (r X, imm Imm5, imm Flags4, cond) reads flags, writes flags;
    form neg (w X, r X);
    form neg (w W, r W);
    form negs (w X, r X) writes flags;

    form mul (w X, r X, r X);
    form mul (w W, r W, r W);
    form smulh | umulh (w X, r X, r X);
    form madd | msub (w X, r X, r X, r X);
    form sdiv | udiv (w X, r X, r X);

    form and | orr | eor | bic (w X, r X, r X);
    form and | orr | eor | bic (w X, r X, r X, LSL imm Imm6);
    form and | orr | eor | bic (w X, r X, r X, LSR imm Imm6);
    form and | orr | eor | bic (w X, r X, r X, ASR imm Imm6);
    form and | orr | eor (w XSP, r X, imm Bits64);
    form and | orr | eor | bic (w W, r W, r W);
    form and | orr | eor (w WSP, r W, imm Bits32);
    form ands (w X, r X, r X) writes flags;
    form ands (w X, r X, imm Bits64) writes flags;
    form tst (r X, r X) writes flags;
    form tst (r X, imm Bits64) writes flags;
    form tst (r W, r W) writes flags;
    form tst (r W, imm Bits32) writes flags;
    form mvn (w X, r X);

    form lsl | lsr | asr (w X, r X, r X);
    form lsl | lsr | asr (w X, r X, imm Imm6);
    form lsl | lsr | asr (w W, r W, r W);
    form lsl | lsr | asr (w W, r W, imm Imm5);
    form ubfx | sbfx (w X, r X, imm Imm6, imm Width6) within 64;
    form sxtw | sxth | sxtb (w X, r W);
    form uxth | uxtb (w W, r W);
    form clz | rbit (w X, r X);

    form csel | csinc | csinv | csneg (w X, r X, r X, cond) reads flags;
    form csel | csinc (w W, r W, r W, cond) reads flags;
    form cset | csetm (w X, cond) reads flags;
    form cset (w W, cond) reads flags;
    form cinc | cneg (w X, r X, cond) reads flags;

    // ---- Memory ----------------------------------------------------------------------------------------------------

    form ldr (w X, [r XSP]) reads memory;
    form ldr (w X, [r XSP, imm Offset8]) reads memory;
    form ldr (w X, [r XSP, r X]) reads memory;
    form ldr (w X, [r XSP, r X, LSL imm Scale8]) reads memory;
    form ldr (w X, [rw XSP], imm Offset9) reads memory;
    form ldr (w X, [rw XSP, imm Offset9]!) reads memory;
    form ldr (w X, link Literal19) reads memory;
    form ldr (w W, [r XSP]) reads memory;
    form ldr (w W, [r XSP, imm Offset4]) reads memory;
    form ldr (w W, [r XSP, r X]) reads memory;
    form ldr (w W, [r XSP, r X, LSL imm Scale4]) reads memory;
    form ldr (w W, link Literal19) reads memory;
    form ldr (w D, [r XSP]) reads memory;
    form ldr (w D, [r XSP, imm Offset8]) reads memory;
    form ldr (w D, [r XSP, r X]) reads memory;
    form ldr (w D, [r XSP, r X, LSL imm Scale8]) reads memory;
    form ldr (w D, [rw XSP], imm Offset9) reads memory;
    form ldr (w D, [rw XSP, imm Offset9]!) reads memory;
    form ldr (w D, link Literal19) reads memory;
    form ldrb (w W, [r XSP]) reads memory;
    form ldrb (w W, [r XSP, imm Offset1]) reads memory;
    form ldrb (w W, [r XSP, r X]) reads memory;
    form ldrh (w W, [r XSP]) reads memory;
    form ldrh (w W, [r XSP, imm Offset2]) reads memory;
    form ldrh (w W, [r XSP, r X]) reads memory;
    form ldrh (w W, [r XSP, r X, LSL imm Scale2]) reads memory;
    form ldrsw (w X, [r XSP]) reads memory;
    form ldrsw (w X, [r XSP, imm Offset4]) reads memory;
    form ldrsw (w X, [r XSP, r X]) reads memory;
    form ldrsw (w X, [r XSP, r X, LSL imm Scale4]) reads memory;
    form ldur (w X, [r XSP, imm Offset9]) reads memory;
    form ldur (w W, [r XSP, imm Offset9]) reads memory;
    form ldur (w D, [r XSP, imm Offset9]) reads memory;
    form ldurb | ldurh (w W, [r XSP, imm Offset9]) reads memory;
    form ldursw (w X, [r XSP, imm Offset9]) reads memory;
    form ldp (w X, w X, [r XSP]) reads memory;
    form ldp (w X, w X, [r XSP, imm Pair8]) reads memory;
    form ldp (w X, w X, [rw XSP], imm Pair8) reads memory;
    form ldp (w X, w X, [rw XSP, imm Pair8]!) reads memory;
    form ldp (w D, w D, [r XSP]) reads memory;
    form ldp (w D, w D, [r XSP, imm Pair8]) reads memory;
    form ldp (w D, w D, [rw XSP], imm Pair8) reads memory;
    form ldp (w D, w D, [rw XSP, imm Pair8]!) reads memory;

    form str (r X, [r XSP]) writes memory;
    form str (r X, [r XSP, imm Offset8]) writes memory;
    form str (r X, [r XSP, r X]) writes memory;
    form str (r X, [r XSP, r X, LSL imm Scale8]) writes memory;
    form str (r X, [rw XSP], imm Offset9) writes memory;
    form str (r X, [rw XSP, imm Offset9]!) writes memory;
    form str (r W, [r XSP]) writes memory;
    form str (r W, [r XSP, imm Offset4]) writes memory;
    form str (r W, [r XSP, r X]) writes memory;
    form str (r W, [r XSP, r X, LSL imm Scale4]) writes memory;
    form str (r D, [r XSP]) writes memory;
    form str (r D, [r XSP, imm Offset8]) writes memory;
    form str (r D, [r XSP, r X]) writes memory;
    form str (r D, [r XSP, r X, LSL imm Scale8]) writes memory;
    form str (r D, [rw XSP], imm Offset9) writes memory;
    form str (r D, [rw XSP, imm Offset9]!) writes memory;
    form strb (r W, [r XSP]) writes memory;
    form strb (r W, [r XSP, imm Offset1]) writes memory;
    form strb (r W, [r XSP, r X]) writes memory;
    form strh (r W, [r XSP]) writes memory;
    form strh (r W, [r XSP, imm Offset2]) writes memory;
    form strh (r W, [r XSP, r X]) writes memory;
    form strh (r W, [r XSP, r X, LSL imm Scale2]) writes memory;
    form stur (r X, [r XSP, imm Offset9]) writes memory;
    form stur (r W, [r XSP, imm Offset9]) writes memory;
    form stur (r D, [r XSP, imm Offset9]) writes memory;
    form sturb | sturh (r W, [r XSP, imm Offset9]) writes memory;
    form stp (r X, r X, [r XSP]) writes memory;
    form stp (r X, r X, [r XSP, imm Pair8]) writes memory;
    form stp (r X, r X, [rw XSP], imm Pair8) writes memory;
    form stp (r X, r X, [rw XSP, imm Pair8]!) writes memory;
    form stp (r D, r D, [r XSP]) writes memory;
    form stp (r D, r D, [r XSP, imm Pair8]) writes memory;
    form stp (r D, r D, [rw XSP], imm Pair8) writes memory;
    form stp (r D, r D, [rw XSP, imm Pair8]!) writes memory;

    // ---- Floats ----------------------------------------------------------------------------------------------------

    form fmov (w D, r D);
    form fmov (w D, r X);
    form fmov (w X, r D);
    form fadd | fsub | fmul | fdiv (w D, r D, r D);
    form fmadd | fmsub (w D, r D, r D, r D);
    form fneg | fabs | fsqrt (w D, r D);
    form fcmp (r D, r D) writes flags;
    form fcmp (r D, 0.0) writes flags;
    form fcsel (w D, r D, r D, cond) reads flags;
    form scvtf (w D, r X);
    form scvtf (w D, r W);
    form fcvtzs | fcvtms | fcvtps (w X, r D);

    // ---- Control ---------------------------------------------------------------------------------------------------

    form b (link Branch26) ends;
    form b.cond (link Branch19) reads flags, branches;
    form cbz | cbnz (r X, link Branch19) branches;
    form cbz | cbnz (r W, link Branch19) branches;
    form tbz | tbnz (r X, imm Imm6, link Branch14) branches;
    form tbz | tbnz (r W, imm Imm5, link Branch14) branches;
    form bl (link Branch26) calls, writes x30;
    form blr (r X) calls, writes x30;
    form br (r X) ends;
    form ret () ends, reads x30;
    form ret (r X) ends;
    form adr (w X, link Address21);
    form brk (imm Imm16) ends;
    form nop ();

    // ---- What instructions mean ------------------------------------------------------------------------------------

    conditions {
        eq = flags.z;
        ne = !flags.z;
        cs | hs = flags.c;
        cc | lo = !flags.c;
        mi = flags.n;
        pl = !flags.n;
        vs = flags.v;
        vc = !flags.v;
        hi = flags.c && !flags.z;
        ls = !flags.c || flags.z;
        ge = flags.n == flags.v;
        lt = flags.n != flags.v;
        gt = !flags.z && flags.n == flags.v;
        le = flags.z || flags.n != flags.v;
    }

    means mov (d, a) { d = a; }
    means movz (d, piece) { d = piece; }
    means movn (d, piece) { d = !piece; }
    means movk (d, piece << shift) {
        // All 16 bits set, as wide as the piece.
        let ones = piece | 0xffff;
        d = d & !(ones << shift) | piece << shift;
    }

    means add (d, a, b) { d = a.wrapping_add(b); }
    means sub (d, a, b) { d = a.wrapping_sub(b); }
    means cmn (a, b) {
        let sum = a.wrapping_add(b);
        flags.n = sum.cast_signed() < 0;
        flags.z = sum == 0;
        flags.c = sum < a;
        flags.v = a.cast_signed().checked_add(b.cast_signed()).is_none();
    }
    means cmp (a, b) {
        let difference = a.wrapping_sub(b);
        flags.n = difference.cast_signed() < 0;
        flags.z = difference == 0;
        flags.c = a >= b;
        flags.v = a.cast_signed().checked_sub(b.cast_signed()).is_none();
    }
    means adds (d, a, b) { cmn(a, b); d = a.wrapping_add(b); }
    means subs (d, a, b) { cmp(a, b); d = a.wrapping_sub(b); }
    means ccmp (a, b, otherwise, cond) {
        if cond {
            cmp(a, b);
        } else {
            flags.n = otherwise & 8 != 0;
            flags.z = otherwise & 4 != 0;
            flags.c = otherwise & 2 != 0;
            flags.v = otherwise & 1 != 0;
        }
    }
    means neg (d, a) { d = a.wrapping_neg(); }
    means negs (d, a) { subs(d, 0, a); }

    means mul (d, a, b) { d = a.wrapping_mul(b); }
    means smulh (d, a, b) { d = (i128::from(a.cast_signed()) * i128::from(b.cast_signed()) >> 64) as u64; }
    means umulh (d, a, b) { d = (u128::from(a) * u128::from(b) >> 64) as u64; }
    means madd (d, a, b, addend) { d = addend.wrapping_add(a.wrapping_mul(b)); }
    means msub (d, a, b, minuend) { d = minuend.wrapping_sub(a.wrapping_mul(b)); }
    means sdiv (d, a, b) { d = if b == 0 { 0 } else { a.cast_signed().wrapping_div(b.cast_signed()) }; }
    means udiv (d, a, b) { d = if b == 0 { 0 } else { a / b }; }

    means and (d, a, b) { d = a & b; }
    means orr (d, a, b) { d = a | b; }
    means eor (d, a, b) { d = a ^ b; }
    means bic (d, a, b) { d = a & !b; }
    means tst (a, b) {
        flags.n = (a & b).cast_signed() < 0;
        flags.z = a & b == 0;
        flags.c = false;
        flags.v = false;
    }
    means ands (d, a, b) { tst(a, b); d = a & b; }
    means mvn (d, a) { d = !a; }

    means lsl (d, a, by) { d = a.wrapping_shl(by as u32); }
    means lsr (d, a, by) { d = a.wrapping_shr(by as u32); }
    means asr (d, a, by) { d = a.cast_signed().wrapping_shr(by as u32); }
    means ubfx (d, a, low, width) { d = a << (64 - width - low) >> (64 - width); }
    means sbfx (d, a, low, width) { d = (a << (64 - width - low)).cast_signed() >> (64 - width); }
    means sxtw (d, a) { d = a as i32 as i64; }
    means sxth (d, a) { d = a as i16 as i64; }
    means sxtb (d, a) { d = a as i8 as i64; }
    means uxth (d, a) { d = a & 0xffff; }
    means uxtb (d, a) { d = a & 0xff; }
    means clz (d, a) { d = u64::from(a.leading_zeros()); }
    means rbit (d, a) { d = a.reverse_bits(); }

    means csel (d, a, b, cond) { d = if cond { a } else { b }; }
    means csinc (d, a, b, cond) { d = if cond { a } else { b.wrapping_add(1) }; }
    means csinv (d, a, b, cond) { d = if cond { a } else { !b }; }
    means csneg (d, a, b, cond) { d = if cond { a } else { b.wrapping_neg() }; }
    means cset (d, cond) { d = if cond { 1 } else { 0 }; }
    means csetm (d, cond) { d = if cond { u64::MAX } else { 0 }; }
    means cinc (d, a, cond) { d = if cond { a.wrapping_add(1) } else { a }; }
    means cneg (d, a, cond) { d = if cond { a.wrapping_neg() } else { a }; }

    means ldr | ldur (d, address) { d = memory.load(address); }
    means ldrb | ldurb (d, address) { d = u32::from(memory.u8(address)); }
    means ldrh | ldurh (d, address) { d = u32::from(memory.u16(address)); }
    means ldrsw | ldursw (d, address) { d = i64::from(memory.i32(address)); }
    means ldp (d, e, address) {
        d = memory.load(address);
        e = memory.load(address.wrapping_add(8));
    }
    means str | stur (a, address) { memory.store(address, a); }
    means strb | sturb (a, address) { memory.store(address, a as u8); }
    means strh | sturh (a, address) { memory.store(address, a as u16); }
    means stp (a, b, address) {
        memory.store(address, a);
        memory.store(address.wrapping_add(8), b);
    }

    means fmov (d, a) { d = a; }
    means fadd (d, a, b) { d = a + b; }
    means fsub (d, a, b) { d = a - b; }
    means fmul (d, a, b) { d = a * b; }
    means fdiv (d, a, b) { d = a / b; }
    means fmadd (d, a, b, addend) { d = a.mul_add(b, addend); }
    means fmsub (d, a, b, minuend) { d = (-a).mul_add(b, minuend); }
    means fneg (d, a) { d = -a; }
    means fabs (d, a) { d = a.abs(); }
    means fsqrt (d, a) { d = a.sqrt(); }
    means fcmp (a, b) {
        flags.n = a < b;
        flags.z = a == b;
        flags.c = !(a < b);
        flags.v = a.is_nan() || b.is_nan();
    }
    means fcsel (d, a, b, cond) { d = if cond { a } else { b }; }
    means scvtf (d, a) { d = a.cast_signed() as f64; }
    means fcvtzs (d, a) { d = a as i64; }
    means fcvtms (d, a) { d = a.floor() as i64; }
    means fcvtps (d, a) { d = a.ceil() as i64; }

    means b (target) { goto(target); }
    means b.cond (cond, target) { if cond { goto(target); } }
    means cbz (a, target) { if a == 0 { goto(target); } }
    means cbnz (a, target) { if a != 0 { goto(target); } }
    means tbz (a, bit, target) { if a >> bit & 1 == 0 { goto(target); } }
    means tbnz (a, bit, target) { if a >> bit & 1 != 0 { goto(target); } }
    means bl | blr (target) { x30 = next; goto(target); }
    means br (target) { goto(target); }
    means ret (target = x30) { goto(target); }
    means adr (d, target) { d = target; }
    means brk (reason) { trap(); }
    means nop () {}
}
