//! Parent and child of a fork do not see each other's code.

use std::io::{PipeReader, PipeWriter, Read, Write};

use super::{arena, executable_bytes, put};

/// Tells the other process that it may go on.
fn signal(mut to: PipeWriter) {
    to.write_all(&[1]).unwrap();
}

fn wait(mut from: PipeReader) -> bool {
    from.read_exact(&mut [0]).is_ok()
}

#[test]
fn parent_and_child_reuse_the_same_place_for_different_code() {
    let space = arena(1 << 20);
    let kept = put(&space, &[1; 64]);
    let reused = put(&space, &[2; 64]);
    let address = reused.address();
    let (child_done, tell_parent) = std::io::pipe().unwrap();
    let (parent_done, tell_child) = std::io::pipe().unwrap();

    // SAFETY: the child uses nothing that another thread could hold locked, but for the allocator, which the C library
    // puts in order, and leaves by `_exit`.
    match unsafe { libc::fork() } {
        0 => {
            drop((tell_child, child_done));
            let mut good = executable_bytes(&kept) == [1; 64];
            drop(reused);
            let mine = put(&space, &[3; 64]);
            good &= mine.address() == address && executable_bytes(&mine) == [3; 64];
            signal(tell_parent);
            good &= wait(parent_done);
            good &= executable_bytes(&mine) == [3; 64] && executable_bytes(&kept) == [1; 64];
            // SAFETY: ends the child without the parent's clean-up.
            unsafe { libc::_exit(if good { 0 } else { 1 }) };
        }
        child => {
            assert!(child > 0, "no child");
            drop((tell_parent, parent_done));
            assert!(wait(child_done), "the child died early");
            assert_eq!(executable_bytes(&reused), [2; 64]);
            drop((reused, kept));
            let mine = put(&space, &[4; 128]);
            assert_eq!(executable_bytes(&mine), [4; 128]);
            signal(tell_child);
            let mut status = 0;
            // SAFETY: waits for a child of this process and writes to a local variable.
            let waited = unsafe { libc::waitpid(child, &mut status, 0) };
            assert_eq!((waited, status), (child, 0), "what the child saw is wrong");
            assert_eq!(executable_bytes(&mine), [4; 128]);
        }
    }
}
