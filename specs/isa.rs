//! The machine: aarch64 as armjit uses it.
//!
//! Registers, the numbers that instruction fields hold, how far references reach, and every instruction that a template
//! may use, with what it reads and writes. Sources: the Arm Architecture Reference Manual for A-profile (instructions and
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
    /// The shift of the above.
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
    /// The hint space: landing pads among others.
    imm Hint7: u32 { range 0..=127; }
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
    form ubfx | sbfx (w X, r X, imm Imm6, imm Width6);
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
    form hint (imm Hint7);
}
