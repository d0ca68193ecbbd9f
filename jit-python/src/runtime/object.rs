//! Objects and references as the interpreter's own C code sees them: fields at offsets, counts, tagged words.

use pyo3::ffi;

use super::offsets::*;

/// An object, whoever owns the reference.
pub type Object = *mut ffi::PyObject;

/// The field of type `T` at `offset` bytes from `base`.
///
/// # Safety
/// A readable, aligned `T` lies there.
pub unsafe fn read<T: Copy, B>(base: *const B, offset: usize) -> T {
    // SAFETY: the caller's promise.
    unsafe { base.cast::<u8>().add(offset).cast::<T>().read() }
}

/// Sets the field of type `T` at `offset` bytes from `base`.
///
/// # Safety
/// A writable, aligned `T` lies there and nothing is owed to its old value.
pub unsafe fn write<T: Copy, B>(base: *mut B, offset: usize, value: T) {
    // SAFETY: the caller's promise.
    unsafe { base.cast::<u8>().add(offset).cast::<T>().write(value) }
}

/// One word of an interpreter's frame: an object with or without a reference of its own, a small integer, or nothing.
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct StackRef(pub u64);

const BORROWED: u64 = STACKREF_BORROWED as u64;

impl StackRef {
    /// Nothing: an unbound local, the NULL below a callable.
    pub const NULL: Self = Self(STACKREF_NULL as u64);

    /// A word that does not own its reference.
    pub fn borrowed(object: Object) -> Self {
        Self(object as u64 | BORROWED)
    }

    /// A word that takes over the caller's reference.
    ///
    /// # Safety
    /// `object` is a live object, and the caller owns a reference to it.
    pub unsafe fn owned(object: Object) -> Self {
        // SAFETY: live, so that its header can be read.
        let flags: u16 = unsafe { read(object, OBJECT_FLAGS) };
        Self(object as u64 | (u64::from(flags) & BORROWED))
    }

    /// A word with a new reference.
    ///
    /// # Safety
    /// `object` is a live object.
    pub unsafe fn new(object: Object) -> Self {
        // SAFETY: live; the new reference is the one handed over.
        unsafe {
            ffi::Py_INCREF(object);
            Self::owned(object)
        }
    }

    /// An integer, which only the index below a re-raised exception is.
    pub fn integer(value: u32) -> Self {
        Self(u64::from(value) << STACKREF_INT_SHIFT | STACKREF_INT_TAG as u64)
    }

    /// The object, null for nothing.
    pub fn object(self) -> Object {
        (self.0 & !BORROWED) as Object
    }

    /// Gives up the reference, if the word owns one.
    ///
    /// # Safety
    /// The word is not used again.
    pub unsafe fn close(self) {
        if self.0 & BORROWED == 0 {
            // SAFETY: an untagged word owns a reference to a live object.
            unsafe { ffi::Py_DECREF(self.object()) }
        }
    }
}
