//! One piece of memory at two ranges of addresses: one to write, one to execute, none for both.
//!
//! The memory is an anonymous file (`memfd_create`). This module and [`cache`](super::cache) are the only ones of code
//! memory with unsafe code; they hand out copies and addresses, never references into the memory.

use std::fs::File;
use std::io;
use std::ptr;

use memmap2::MmapRaw;
use rustix::fs::MemfdFlags;
use rustix::mm::{MapFlags, ProtFlags};

use super::error::CodeError;

/// Memory mapped twice. Both ranges have the same length and go when this is dropped.
#[derive(Debug)]
pub(super) struct Mapping {
    writable: MmapRaw,
    executable: Executable,
}

impl Mapping {
    /// Gives executable memory its writable range.
    pub(super) fn new(memory: &Memory, executable: Executable) -> Result<Self, CodeError> {
        Ok(Self {
            writable: memory.map_writable()?,
            executable,
        })
    }

    /// Where the executable range begins.
    pub(super) fn address(&self) -> usize {
        self.executable.address
    }

    /// The bytes of either range.
    pub(super) fn len(&self) -> usize {
        self.executable.length
    }

    /// Copies `code` to `offset`. It shows at the executable range, where stale instructions may still be cached.
    ///
    /// # Panics
    /// If it does not fit in.
    pub(super) fn write(&self, offset: usize, code: &[u8]) {
        self.check(offset, code.len());
        // SAFETY: `check` keeps the destination inside the writable range, which lives as long as `self`. Nobody holds a
        // reference into the memory, and `code` cannot overlap it, since no slice of it is ever made.
        unsafe {
            let to = self.writable.as_mut_ptr().add(offset);
            ptr::copy_nonoverlapping(code.as_ptr(), to, code.len());
        }
    }

    /// A copy of `length` bytes at `offset`.
    ///
    /// # Panics
    /// If there are not so many.
    pub(super) fn read(&self, offset: usize, length: usize) -> Vec<u8> {
        self.check(offset, length);
        let mut copy = vec![0; length];
        // SAFETY: `check` keeps the source inside the writable range, which lives as long as `self`; `copy` has `length`
        // bytes and is its own allocation.
        unsafe {
            let from = self.writable.as_ptr().add(offset);
            ptr::copy_nonoverlapping(from, copy.as_mut_ptr(), length);
        }
        copy
    }

    /// Moves both ranges to memory that nobody else has, with the same first `used` bytes. The executable range stays
    /// where it is, and code that is being executed goes on.
    pub(super) fn detach(&mut self, used: usize) -> Result<(), CodeError> {
        let memory = Memory::new(self.len())?;
        let writable = memory.map_writable()?;
        let contents = self.read(0, used);
        // SAFETY: the new writable range has as many bytes as the old one, of which `read` just gave `used`.
        unsafe {
            ptr::copy_nonoverlapping(contents.as_ptr(), writable.as_mut_ptr(), contents.len());
        }
        self.executable.replace(&memory)?;
        self.writable = writable;
        Ok(())
    }

    fn check(&self, offset: usize, length: usize) {
        let end = offset.checked_add(length);
        assert!(
            end.is_some_and(|end| end <= self.len()),
            "{length} bytes at {offset} are outside of the arena"
        );
    }
}

/// Memory without an address yet.
pub(super) struct Memory {
    file: File,
    length: usize,
}

impl Memory {
    /// `length` zero bytes, a multiple of the page size.
    pub(super) fn new(length: usize) -> Result<Self, CodeError> {
        let file = rustix::fs::memfd_create("jit-code", MemfdFlags::CLOEXEC)
            .map_err(|errno| refused("create memory for code", errno))?;
        let file = File::from(file);
        file.set_len(length as u64)
            .map_err(|source| CodeError::System {
                what: "size memory for code",
                source,
            })?;
        Ok(Self { file, length })
    }

    fn map_writable(&self) -> Result<MmapRaw, CodeError> {
        MmapRaw::map_raw(&self.file).map_err(|source| CodeError::System {
            what: "map memory to write code",
            source,
        })
    }

    /// The executable range, at `hint` if everything is free there, and elsewhere if not.
    pub(super) fn map_executable(&self, hint: usize) -> Result<Executable, CodeError> {
        // SAFETY: without `MapFlags::FIXED` nothing that is mapped is replaced. The result is never written through,
        // and read only as instructions.
        let start = unsafe {
            rustix::mm::mmap(
                ptr::without_provenance_mut(hint),
                self.length,
                EXECUTABLE,
                MapFlags::SHARED,
                &self.file,
                0,
            )
        };
        let start = start.map_err(|errno| refused("map memory to execute code", errno))?;
        Ok(Executable {
            address: start.addr(),
            length: self.length,
        })
    }
}

const EXECUTABLE: ProtFlags = ProtFlags::READ.union(ProtFlags::EXEC);

/// A range of addresses that can be executed and not written.
#[derive(Debug)]
pub(super) struct Executable {
    address: usize,
    length: usize,
}

impl Executable {
    /// Where it begins.
    pub(super) fn address(&self) -> usize {
        self.address
    }

    /// Shows other memory of the same length at the same addresses.
    fn replace(&mut self, memory: &Memory) -> Result<(), CodeError> {
        assert_eq!(memory.length, self.length);
        // SAFETY: what is replaced is exactly the range that `self` owns; the kernel does it in one step, so threads
        // that execute there see the old memory or the new.
        let start = unsafe {
            rustix::mm::mmap(
                ptr::without_provenance_mut(self.address),
                self.length,
                EXECUTABLE,
                MapFlags::SHARED | MapFlags::FIXED,
                &memory.file,
                0,
            )
        };
        start.map_err(|errno| refused("replace memory to execute code", errno))?;
        Ok(())
    }
}

impl Drop for Executable {
    fn drop(&mut self) {
        // SAFETY: the range was mapped by `map_executable`, is owned by `self` alone, and nobody executes it any more,
        // which is the contract of dropping code (see the parent module). Failure could only leak it.
        let _ =
            unsafe { rustix::mm::munmap(ptr::without_provenance_mut(self.address), self.length) };
    }
}

fn refused(what: &'static str, errno: rustix::io::Errno) -> CodeError {
    CodeError::System {
        what,
        source: io::Error::from(errno),
    }
}
