//! Code memory: where machine code lives, from the moment its address is fixed until nobody needs it any more.
//!
//! A [`CodeSpace`] is one range of addresses that can be executed and never written; the same memory is written through
//! a second range that can never be executed. Code gets its address before it is emitted ([`CodeSpace::allocate`]), is
//! written once ([`Reservation::commit`]), and gives its place back when the [`CodeRange`] is dropped. On top of that,
//! [`SharedCode`] is code that exists once for the whole arena (stubs, the exit routine), and [`SideTables`] find what
//! is known about code from an address inside of it.
//!
//! ```
//! use jit_core::code::{ArenaOptions, CodeSpace};
//!
//! let space = CodeSpace::new(&ArenaOptions::default())?;
//! let place = space.allocate(8, 4)?;
//! let entry = place.address();
//! // Whatever refers to its own address can be emitted now: mov x0, #42; ret.
//! let code = place.commit(&[0x40, 0x05, 0x80, 0xd2, 0xc0, 0x03, 0x5f, 0xd6])?;
//! assert_eq!((code.address(), code.len()), (entry, 8));
//! drop(code);
//! assert_eq!(space.usage().used, 0);
//! # Ok::<(), jit_core::code::CodeError>(())
//! ```
//!
//! Everything works on any 64-bit Linux, so that it can be tested there; what was committed can be executed on aarch64.
//! Nothing here knows what the bytes mean.
//!
//! What the types cannot see to, and the owner has to: that nobody executes code, or will return into it, when its
//! `CodeRange` is dropped.

mod cache;
mod error;
mod fork;
mod free_list;
mod mapping;
mod options;
mod placement;
mod reach;
mod shared;
mod side_tables;
mod space;

#[cfg(test)]
mod tests;

pub use error::CodeError;
pub use options::ArenaOptions;
pub use reach::branch_reaches;
pub use shared::{SharedCode, SharedKey};
pub use side_tables::{InstalledCode, SideTables};
pub use space::{CodeRange, CodeSpace, Reservation, Usage};
