//! Reference counts: 32 bits at the beginning of an object, the highest of them set if the count never changes.

use jit_macros::lowering;

lowering! {
    lowering Object for crate::specs::ops on crate::specs::isa with crate::specs::calls;

    total { Retain, Release }

    /// One more reference, unless nobody counts.
    rule retain {
        when Retain(object: Gpr);
        clobbers x16;
        emit {
            ; ldr w16, [XSP(object)]
            ; tbnz w16, 31, >immortal
            ; add w16, w16, 1
            ; str w16, [XSP(object)]
            ; immortal:
        }
        bytes 16;
    }
    /// One reference less, by way of a routine of the arena for this register, which keeps all the others.
    rule release {
        when Release(object: Gpr);
        clobbers x16, x17, lr, flags;
        emit { ; routine release(object) }
        bytes 4;
    }
}
