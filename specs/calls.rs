//! How calls are emitted, and every other run of instructions that emission needs.

use jit_macros::calls;

calls! {
    calls Calls on crate::specs::isa;

    // ---- Ways to get from a call site to its target -------------------------------------------------------------

    /// Each site builds the address in a register. Reaches everything, shares nothing.
    strategy mov_blr {
        feature "call-mov-blr";
        site { ; use mov_imm64(x16, target) ; blr x16 }
        clobbers x16, lr;
        retarget never;
        size |sites, words| (4 * words + 4) * sites;
    }

    /// Each site loads the address from a literal that all sites of the function with that target share.
    strategy literal_blr {
        feature "call-literal-blr";
        site { ; ldr x16, =>entry ; blr x16 }
        pool entry: u64 = target, align 8, one per (function, target);
        links { site -> entry: Literal19 }
        clobbers x16, lr;
        retarget by store(entry);
        size |sites, targets| 8 * sites + 8 * targets;
        otherwise mov_blr;
    }

    /// Each site branches to a stub behind the function, one for each target that is called often enough: a stub pays
    /// from the third site on, and for a single call building the address is never longer.
    strategy function_stub {
        feature "call-function-stub";
        site { ; bl =>stub }
        stub { ; ldr x16, =>entry ; br x16 } align 8, one per (function, target);
        pool entry: u64 = target, align 8, one per (function, target);
        links { site -> stub: Branch26, stub -> entry: Literal19 }
        clobbers x16, lr;
        retarget by store(entry);
        threshold sites >= 3, env "ARMJIT_FUNCTION_STUB_MIN_SITES";
        singleton mov_blr;
        size |sites, targets| 4 * sites + 16 * targets;
        otherwise literal_blr;
    }

    /// Each site branches to a stub that everything in the arena shares.
    strategy arena_stub {
        feature "call-arena-stub";
        site { ; bl =>stub }
        stub { ; ldr x16, =>entry ; br x16 } align 8, one per (arena, target);
        pool entry: u64 = target, align 8, one per (arena, target);
        links { site -> stub: Branch26, stub -> entry: Literal19 }
        clobbers x16, lr;
        retarget by store(entry);
        size |sites, targets| 4 * sites + 16 * targets;
        otherwise function_stub;
    }

    /// Each site branches to the target itself, where the arena lies near enough.
    strategy near_bl {
        feature "call-near-bl";
        site { ; bl =>target }
        links { site -> target: Branch26 }
        clobbers lr;
        retarget by rewrite(site);
        size |sites| 4 * sites;
        otherwise arena_stub;
    }

    /// For each target of a function, what takes the fewest bytes; among equals, what executes the fewest instructions.
    choose adaptive {
        feature "call-adaptive";
        least_bytes from [near_bl, arena_stub, function_stub, literal_blr, mov_blr];
    }

    // ---- Frames -------------------------------------------------------------------------------------------------

    /// Saves the caller's frame record and starts a new one.
    sequence enter() {
        ; stp x29, x30, [sp, -16]!
        ; mov x29, sp
    } means {
        sp = sp.wrapping_sub(16);
        memory.store(sp.wrapping_sub(16), x29..=x30);
        x29 = sp.wrapping_sub(16);
    }

    /// Gives the caller its frame record back and returns.
    sequence leave() {
        ; ldp x29, x30, [sp], 16
        ; ret
    } means {
        x29 = memory.u64(sp);
        x30 = memory.u64(sp.wrapping_add(8));
        sp = sp.wrapping_add(16);
        goto(memory.u64(sp.wrapping_add(8)));
    } undoes enter();

    /// Saves two general registers.
    sequence save_general_pair(a: Gpr, b: Gpr) { ; stp X(a), X(b), [sp, -16]! } means {
        sp = sp.wrapping_sub(16);
        memory.store(sp.wrapping_sub(16), a);
        memory.store(sp.wrapping_sub(8), b);
    }
    /// Restores what `save_general_pair` saved.
    sequence restore_general_pair(a: Gpr, b: Gpr) { ; ldp X(a), X(b), [sp], 16 } undoes save_general_pair(a, b);
    /// Saves one general register.
    sequence save_general(a: Gpr) { ; str X(a), [sp, -16]! } means {
        sp = sp.wrapping_sub(16);
        memory.store(sp.wrapping_sub(16), a);
    }
    /// Restores what `save_general` saved.
    sequence restore_general(a: Gpr) { ; ldr X(a), [sp], 16 } undoes save_general(a);
    /// Saves two floating-point registers.
    sequence save_float_pair(a: Fpr, b: Fpr) { ; stp D(a), D(b), [sp, -16]! } means {
        sp = sp.wrapping_sub(16);
        memory.store(sp.wrapping_sub(16), a);
        memory.store(sp.wrapping_sub(8), b);
    }
    /// Restores what `save_float_pair` saved.
    sequence restore_float_pair(a: Fpr, b: Fpr) { ; ldp D(a), D(b), [sp], 16 } undoes save_float_pair(a, b);
    /// Saves one floating-point register.
    sequence save_float(a: Fpr) { ; str D(a), [sp, -16]! } means {
        sp = sp.wrapping_sub(16);
        memory.store(sp.wrapping_sub(16), a);
    }
    /// Restores what `save_float` saved.
    sequence restore_float(a: Fpr) { ; ldr D(a), [sp], 16 } undoes save_float(a);

    /// Makes room on the stack.
    sequence reserve(bytes: Room16) { ; sub sp, sp, bytes } means { sp = sp.wrapping_sub(bytes); }
    /// Makes room on the stack, in pages of 4096 bytes.
    sequence reserve_pages(pages: Imm12) { ; sub sp, sp, pages, LSL 12 } means {
        sp = sp.wrapping_sub(pages << 12);
    }
    /// Undoes `reserve`.
    sequence give_back(bytes: Room16) { ; add sp, sp, bytes } means { sp = sp.wrapping_add(bytes); }
        undoes reserve(bytes);
    /// Undoes `reserve_pages`.
    sequence give_back_pages(pages: Imm12) { ; add sp, sp, pages, LSL 12 } means {
        sp = sp.wrapping_add(pages << 12);
    } undoes reserve_pages(pages);

    // ---- Moves --------------------------------------------------------------------------------------------------

    /// Copies a general register.
    sequence move_general(to: Gpr, from: Gpr) { ; mov X(to), X(from) } means { to = from; }
    /// Copies a floating-point register.
    sequence move_float(to: Fpr, from: Fpr) { ; fmov D(to), D(from) } means { to = from; }
    /// Stores a general register to its slot.
    sequence spill_general(from: Gpr, offset: Offset8) { ; str X(from), [sp, offset] } means {
        memory.store(sp.wrapping_add(offset), from);
    }
    /// Loads a general register from its slot.
    sequence reload_general(to: Gpr, offset: Offset8) { ; ldr X(to), [sp, offset] } means {
        to = memory.u64(sp.wrapping_add(offset));
    } undoes spill_general(to, offset);
    /// Stores a floating-point register to its slot.
    sequence spill_float(from: Fpr, offset: Offset8) { ; str D(from), [sp, offset] } means {
        memory.store(sp.wrapping_add(offset), from);
    }
    /// Loads a floating-point register from its slot.
    sequence reload_float(to: Fpr, offset: Offset8) { ; ldr D(to), [sp, offset] } means {
        to = memory.u64(sp.wrapping_add(offset));
    } undoes spill_float(to, offset);
    /// As `spill_general`, with the offset in x16.
    sequence spill_general_far(from: Gpr) { ; str X(from), [sp, x16] } means {
        memory.store(sp.wrapping_add(x16), from);
    }
    /// As `reload_general`, with the offset in x16.
    sequence reload_general_far(to: Gpr) { ; ldr X(to), [sp, x16] } means {
        to = memory.u64(sp.wrapping_add(x16));
    } undoes spill_general_far(to);
    /// As `spill_float`, with the offset in x16.
    sequence spill_float_far(from: Fpr) { ; str D(from), [sp, x16] } means {
        memory.store(sp.wrapping_add(x16), from);
    }
    /// As `reload_float`, with the offset in x16.
    sequence reload_float_far(to: Fpr) { ; ldr D(to), [sp, x16] } means {
        to = memory.u64(sp.wrapping_add(x16));
    } undoes spill_float_far(to);

    /// 16 bits of a constant, zeros elsewhere.
    sequence move_wide(to: Gpr, chunk: Imm16, shift: Shift16) { ; movz X(to), chunk, LSL shift } means {
        to = chunk << shift;
    }
    /// 16 bits of a constant, inverted, ones elsewhere.
    sequence move_wide_inverted(to: Gpr, chunk: Imm16, shift: Shift16) { ; movn X(to), chunk, LSL shift } means {
        to = !(chunk << shift);
    }
    /// 16 bits of a constant, the others as they were.
    sequence move_wide_keeping(to: Gpr, chunk: Imm16, shift: Shift16) { ; movk X(to), chunk, LSL shift } means {
        to = to & !(0xffff_u64 << shift) | chunk << shift;
    }

    // ---- Leaving a function in the middle -----------------------------------------------------------------------

    /// Goes to a routine of the arena, or the function's own, and comes back.
    sequence branch_and_link(to: label) { ; bl =>to } means { x30 = next; goto(to); }
    /// Where every exit of a function arrives: on to the arena's routine, with which exit it was on the stack, because a
    /// call may go through any scratch register; then out of the function with the routine's result.
    sequence leave_by_exit(epilogue: label) {
        ; str x30, [sp, -16]!
        ; call exit
        ; b =>epilogue
    } means {
        let frame = sp.wrapping_sub(528);
        memory.store(frame.wrapping_add(512), x30);
        memory.store(frame, x0..=x15);
        memory.store(frame.wrapping_add(144), x18..=x29);
        memory.store(frame.wrapping_add(248), sp);
        memory.store(frame.wrapping_add(256), d0..=d31);
        x0 = memory.call(handler, &[frame]);
        goto(epilogue);
    } clobbers aapcs64;

    /// Stores registers below the word on the stack, which completes an `ExitFrame`, calls the handler with that, and takes
    /// the word off the stack. What is in x16, x17 and x30 belongs to the call, and is not stored.
    routine exit(handler: label) {
        ; sub sp, sp, 512
        ; stp x0, x1, [sp]
        ; stp x2, x3, [sp, 16]
        ; stp x4, x5, [sp, 32]
        ; stp x6, x7, [sp, 48]
        ; stp x8, x9, [sp, 64]
        ; stp x10, x11, [sp, 80]
        ; stp x12, x13, [sp, 96]
        ; stp x14, x15, [sp, 112]
        ; stp x18, x19, [sp, 144]
        ; stp x20, x21, [sp, 160]
        ; stp x22, x23, [sp, 176]
        ; stp x24, x25, [sp, 192]
        ; stp x26, x27, [sp, 208]
        ; stp x28, x29, [sp, 224]
        ; add x16, sp, 528
        ; str x16, [sp, 248]
        ; stp d0, d1, [sp, 256]
        ; stp d2, d3, [sp, 272]
        ; stp d4, d5, [sp, 288]
        ; stp d6, d7, [sp, 304]
        ; stp d8, d9, [sp, 320]
        ; stp d10, d11, [sp, 336]
        ; stp d12, d13, [sp, 352]
        ; stp d14, d15, [sp, 368]
        ; stp d16, d17, [sp, 384]
        ; stp d18, d19, [sp, 400]
        ; stp d20, d21, [sp, 416]
        ; stp d22, d23, [sp, 432]
        ; stp d24, d25, [sp, 448]
        ; stp d26, d27, [sp, 464]
        ; stp d28, d29, [sp, 480]
        ; stp d30, d31, [sp, 496]
        ; mov x0, sp
        ; str x30, [sp, -16]!
        ; ldr x16, =>handler
        ; blr x16
        ; ldr x30, [sp]
        ; add sp, sp, 544
        ; ret
    } means {
        let frame = sp.wrapping_sub(512);
        memory.store(frame, x0..=x15);
        memory.store(frame.wrapping_add(144), x18..=x29);
        memory.store(frame.wrapping_add(248), sp.wrapping_add(16));
        memory.store(frame.wrapping_add(256), d0..=d31);
        x0 = memory.call(handler, &[frame]);
        sp = sp.wrapping_add(16);
        goto(x30);
    } clobbers aapcs64;

    // ---- Dropping references ------------------------------------------------------------------------------------

    /// Takes one from the 32-bit count of an object, unless it is immortal (bit 31), and deallocates it at zero. Changes
    /// x16, x17, the link register and the flags.
    routine release(object: Gpr, deallocate: label) {
        ; ldr w16, [X(object)]
        ; tbnz w16, 31, >done
        ; subs w16, w16, 1
        ; str w16, [X(object)]
        ; b.eq >dead
        ; done:
        ; ret
        ; dead:
        ; mov x17, X(object)
        ; b =>deallocate
    } means {
        let count = memory.i32(object);
        if count >= 0 {
            memory.store(object, count.wrapping_sub(1));
        }
        if count == 1 {
            x17 = object;
            goto(deallocate);
        } else {
            goto(x30);
        }
    } clobbers x16, flags;

    /// Calls the runtime's deallocator for the object in x17, preserving every register that a callee may change.
    routine deallocate(deallocator: label) {
        ; stp x29, x30, [sp, -336]!
        ; mov x29, sp
        ; stp x0, x1, [sp, 16]
        ; stp x2, x3, [sp, 32]
        ; stp x4, x5, [sp, 48]
        ; stp x6, x7, [sp, 64]
        ; stp x8, x9, [sp, 80]
        ; stp x10, x11, [sp, 96]
        ; stp x12, x13, [sp, 112]
        ; stp x14, x15, [sp, 128]
        ; stp d0, d1, [sp, 144]
        ; stp d2, d3, [sp, 160]
        ; stp d4, d5, [sp, 176]
        ; stp d6, d7, [sp, 192]
        ; stp d16, d17, [sp, 208]
        ; stp d18, d19, [sp, 224]
        ; stp d20, d21, [sp, 240]
        ; stp d22, d23, [sp, 256]
        ; stp d24, d25, [sp, 272]
        ; stp d26, d27, [sp, 288]
        ; stp d28, d29, [sp, 304]
        ; stp d30, d31, [sp, 320]
        ; mov x0, x17
        ; ldr x16, =>deallocator
        ; blr x16
        ; ldp x0, x1, [sp, 16]
        ; ldp x2, x3, [sp, 32]
        ; ldp x4, x5, [sp, 48]
        ; ldp x6, x7, [sp, 64]
        ; ldp x8, x9, [sp, 80]
        ; ldp x10, x11, [sp, 96]
        ; ldp x12, x13, [sp, 112]
        ; ldp x14, x15, [sp, 128]
        ; ldp d0, d1, [sp, 144]
        ; ldp d2, d3, [sp, 160]
        ; ldp d4, d5, [sp, 176]
        ; ldp d6, d7, [sp, 192]
        ; ldp d16, d17, [sp, 208]
        ; ldp d18, d19, [sp, 224]
        ; ldp d20, d21, [sp, 240]
        ; ldp d22, d23, [sp, 256]
        ; ldp d24, d25, [sp, 272]
        ; ldp d26, d27, [sp, 288]
        ; ldp d28, d29, [sp, 304]
        ; ldp d30, d31, [sp, 320]
        ; ldp x29, x30, [sp], 336
        ; ret
    } means {
        memory.call(deallocator, &[x17]);
        goto(x30);
    } clobbers x16, x17, flags;
}
