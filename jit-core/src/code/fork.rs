//! Notices that the process has forked.
//!
//! The memory of an arena is shared between parent and child after a fork, and each would reuse what the other still
//! executes. So whoever of them writes next moves to memory of its own first, which works because nobody has written
//! since the fork; all that is needed is to know that there was one. A child of `vfork` runs on its parent's memory and
//! must not write anything anyway.

use std::sync::Once;
use std::sync::atomic::{AtomicU64, Ordering};

static FORKS: AtomicU64 = AtomicU64::new(0);

/// How often this process has forked, or is the child of one that did, since this was first called.
pub(super) fn count() -> u64 {
    static REGISTERED: Once = Once::new();
    REGISTERED.call_once(|| {
        // SAFETY: registers a function that lives as long as the code that could call it (the C library drops the
        // registration when it unloads the library) and that is safe at any time: it does nothing but add. It can only
        // fail for want of memory for the registration, and then forks go unnoticed, as they do without it.
        let _ = unsafe { libc::pthread_atfork(Some(before_fork), None, None) };
    });
    FORKS.load(Ordering::Acquire)
}

/// Runs in the parent before the fork, so that both see the new count.
unsafe extern "C" fn before_fork() {
    FORKS.fetch_add(1, Ordering::AcqRel);
}
