//! Makes processors see instructions that have just been written.
//!
//! On aarch64 the caches for data and for instructions do not agree by themselves: what was written has to be cleaned
//! to where both meet, what is stale in the instruction cache has to go, and every processor has to drop what it fetched
//! before (Arm Architecture Reference Manual, B2.7.4 "Implications of caching of application level instructions"). Other hosts
//! cannot execute the code, so nothing is to be done there.

use std::ops::Range;

/// Lets every thread of the process that is told about it later execute the code at `addresses`, which has been written
/// through another range of addresses.
pub(super) fn publish(addresses: Range<usize>) {
    #[cfg(target_arch = "aarch64")]
    aarch64::publish(addresses);
    #[cfg(not(target_arch = "aarch64"))]
    let _ = addresses;
}

#[cfg(target_arch = "aarch64")]
mod aarch64 {
    use std::arch::asm;
    use std::ops::Range;
    use std::sync::OnceLock;

    use rustix::thread::{MembarrierCommand, membarrier, membarrier_query};

    /// `CTR_EL0.IDC`: data need not be cleaned.
    const COHERENT_DATA: u64 = 1 << 28;
    /// `CTR_EL0.DIC`: instructions need not be invalidated.
    const COHERENT_INSTRUCTIONS: u64 = 1 << 29;

    pub(super) fn publish(addresses: Range<usize>) {
        let ctr: u64;
        // SAFETY: reads a register that Linux lets every process read.
        unsafe { asm!("mrs {}, ctr_el0", out(reg) ctr, options(nomem, nostack, preserves_flags)) };

        if ctr & COHERENT_DATA == 0 {
            // Log2 of the words in the smallest data cache line.
            for line in lines(&addresses, 4 << (ctr >> 16 & 0xf)) {
                // SAFETY: cleans a line of mapped memory; no byte changes.
                unsafe { asm!("dc cvau, {}", in(reg) line, options(nostack, preserves_flags)) };
            }
        }
        // SAFETY: waits for the cleaning to be done.
        unsafe { asm!("dsb ish", options(nostack, preserves_flags)) };
        if ctr & COHERENT_INSTRUCTIONS == 0 {
            // Log2 of the words in the smallest instruction cache line.
            for line in lines(&addresses, 4 << (ctr & 0xf)) {
                // SAFETY: invalidates a line of mapped memory; no byte changes.
                unsafe { asm!("ic ivau, {}", in(reg) line, options(nostack, preserves_flags)) };
            }
            // SAFETY: waits for the invalidation to be done.
            unsafe { asm!("dsb ish", options(nostack, preserves_flags)) };
        }
        // SAFETY: drops what this processor has fetched.
        unsafe { asm!("isb", options(nostack, preserves_flags)) };
        synchronise_other_threads();
    }

    fn lines(addresses: &Range<usize>, size: usize) -> impl Iterator<Item = usize> {
        (addresses.start & !(size - 1)..addresses.end).step_by(size)
    }

    /// Makes every running thread drop what its processor fetched before it executes its next instruction: the address
    /// may have held other code a moment ago. A kernel without that (before 4.16) leaves it to the next switch of threads.
    fn synchronise_other_threads() {
        static AVAILABLE: OnceLock<bool> = OnceLock::new();
        let available = *AVAILABLE.get_or_init(|| {
            membarrier_query().contains_command(MembarrierCommand::RegisterPrivateExpeditedSyncCore)
                && membarrier(MembarrierCommand::RegisterPrivateExpeditedSyncCore).is_ok()
        });
        if available {
            // It can fail only in a forked child that did not inherit the registration, where one thread runs.
            let _ = membarrier(MembarrierCommand::PrivateExpeditedSyncCore);
        }
    }
}
