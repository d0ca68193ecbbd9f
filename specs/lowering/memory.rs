//! Loads and stores.

use jit_macros::lowering;

lowering! {
    lowering Memory for crate::specs::ops on crate::specs::isa;

    total {
        LoadI64, LoadI32, LoadU32, LoadU16, LoadU8, LoadF64, StoreI64, StoreI32, StoreU16, StoreU8, StoreF64
    }

    // ---- Loads -----------------------------------------------------------------------------------------------------

    for (Load, name, unscaled, View, Class, Scaled) in [
        (LoadI64, ldr, ldur, X, Gpr, Offset8),
        (LoadI32, ldr, ldur, W, Gpr, Offset4),
        (LoadU32, ldr, ldur, W, Gpr, Offset4),
        (LoadU16, ldrh, ldurh, W, Gpr, Offset2),
        (LoadU8, ldrb, ldurb, W, Gpr, Offset1),
        (LoadF64, ldr, ldur, D, Fpr, Offset8),
    ] {
        /// The offset fits the scaled field.
        rule load {
            when Load(base: Gpr, offset: Scaled) -> d: Class;
            emit { ; name View(d), [XSP(base), offset] }
            bytes 4;
        }
        /// The offset is small, whatever its alignment and sign.
        rule load_unscaled {
            when Load(base: Gpr, offset: Offset9) -> d: Class;
            emit { ; unscaled View(d), [XSP(base), offset] }
            bytes 4;
        }
        /// Any other offset.
        rule load_far {
            when Load(base: Gpr, offset: const I64) -> d: Class;
            let low: Imm16 = offset & 65535;
            let middle: Imm16 = (offset >> 16) & 65535;
            let high: Imm16 = (offset >> 32) & 65535;
            let top: Imm16 = (offset >> 48) & 65535;
            clobbers x16;
            emit {
                ; movz x16, low
                ; movk x16, middle, LSL 16
                ; movk x16, high, LSL 32
                ; movk x16, top, LSL 48
                ; name View(d), [XSP(base), x16]
            }
            bytes 20;
        }
        /// The address is a sum.
        rule load_indexed {
            when Load(Add(base: Gpr, index: Gpr), 0) -> d: Class;
            emit { ; name View(d), [XSP(base), X(index)] }
            bytes 4;
        }
        prefer load over load_unscaled;
    }

    for (Load, name, View, Class, scale) in [
        (LoadI64, ldr, X, Gpr, 3),
        (LoadI32, ldr, W, Gpr, 2),
        (LoadU32, ldr, W, Gpr, 2),
        (LoadU16, ldrh, W, Gpr, 1),
        (LoadF64, ldr, D, Fpr, 3),
    ] {
        /// An element of an array.
        rule load_element {
            when Load(Add(base: Gpr, Shl(index: Gpr, scale)), 0) -> d: Class;
            emit { ; name View(d), [XSP(base), X(index), LSL scale] }
            bytes 4;
        }
    }

    // ---- Stores ----------------------------------------------------------------------------------------------------

    for (Store, name, unscaled, View, Class, Scaled) in [
        (StoreI64, str, stur, X, GprZr, Offset8),
        (StoreI32, str, stur, W, GprZr, Offset4),
        (StoreU16, strh, sturh, W, GprZr, Offset2),
        (StoreU8, strb, sturb, W, GprZr, Offset1),
        (StoreF64, str, stur, D, Fpr, Offset8),
    ] {
        /// The offset fits the scaled field.
        rule store {
            when Store(value: Class, base: Gpr, offset: Scaled);
            narrow value;
            emit { ; name View(value), [XSP(base), offset] }
            bytes 4;
        }
        /// The offset is small, whatever its alignment and sign.
        rule store_unscaled {
            when Store(value: Class, base: Gpr, offset: Offset9);
            narrow value;
            emit { ; unscaled View(value), [XSP(base), offset] }
            bytes 4;
        }
        /// Any other offset.
        rule store_far {
            when Store(value: Class, base: Gpr, offset: const I64);
            narrow value;
            let low: Imm16 = offset & 65535;
            let middle: Imm16 = (offset >> 16) & 65535;
            let high: Imm16 = (offset >> 32) & 65535;
            let top: Imm16 = (offset >> 48) & 65535;
            clobbers x16;
            emit {
                ; movz x16, low
                ; movk x16, middle, LSL 16
                ; movk x16, high, LSL 32
                ; movk x16, top, LSL 48
                ; name View(value), [XSP(base), x16]
            }
            bytes 20;
        }
        /// The address is a sum.
        rule store_indexed {
            when Store(value: Class, Add(base: Gpr, index: Gpr), 0);
            narrow value;
            emit { ; name View(value), [XSP(base), X(index)] }
            bytes 4;
        }
        prefer store over store_unscaled;
    }

    for (Store, name, View, Class, scale) in [
        (StoreI64, str, X, GprZr, 3),
        (StoreI32, str, W, GprZr, 2),
        (StoreU16, strh, W, GprZr, 1),
        (StoreF64, str, D, Fpr, 3),
    ] {
        /// An element of an array.
        rule store_element {
            when Store(value: Class, Add(base: Gpr, Shl(index: Gpr, scale)), 0);
            narrow value;
            emit { ; name View(value), [XSP(base), X(index), LSL scale] }
            bytes 4;
        }
    }
}
