//! Ways to emit calls: stubs without a literal, for targets within four gigabytes, and stubs that use the scratch register
//! that none of jit-core's own strategies use.

use jit_macros::calls;

calls! {
    calls Paged extends ::jit_core::specs::calls on crate::isa;

    /// Each site branches to a stub that everything in the arena shares, and that builds the address from that of its
    /// own page: no load, and four bytes less than a literal takes.
    strategy adrp_stub {
        site { ; bl =>stub }
        stub { ; adrp x16, =>page ; add x16, x16, offset ; br x16 } align 4, one per (arena, target);
        links { site -> stub: Branch26, stub -> page: Page33 }
        clobbers x16, lr;
        retarget never;
        threshold sites >= 2, env "ARMJIT_EXTENSION_STUB_MIN_SITES";
        size |sites, targets| 4 * sites + 12 * targets;
        otherwise literal_blr;
    }

    /// Each site branches to a stub of the function that goes on through x17, as linkers' veneers may.
    strategy veneer {
        site { ; bl =>stub }
        stub { ; ldr x17, =>entry ; br x17 } align 8, one per (function, target);
        pool entry: u64 = target, align 8, one per (function, target);
        links { site -> stub: Branch26, stub -> entry: Literal19 }
        clobbers x17, lr;
        retarget by store(entry);
        size |sites, targets| 4 * sites + 16 * targets;
        otherwise mov_blr;
    }

    /// For each target what takes the fewest bytes, stubs without literals included.
    choose paged_adaptive { least_bytes from [near_bl, adrp_stub, literal_blr, mov_blr]; }
}
