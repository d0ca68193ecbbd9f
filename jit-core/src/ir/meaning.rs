//! How a declared meaning, which is a Rust expression, touches the world: words in, an outcome out, memory in between.
//!
//! `ops!` binds each operand to the Rust type of its declared value type, evaluates the `means` expression, and hands the
//! result to [`Meaning::outcome`]; so `a.wrapping_add(b)`, `a < b`, `memory.i64(base, offset)`, `a.checked_add(b)` (for
//! a guard: `None` is the exit) and `memory.store_i64(…)` can all be written as they are. Meanings never fail: a memory
//! that is asked for something it does not have records a fault, which the evaluator picks up afterwards.

use thiserror::Error;

/// A value as it lies in a 64-bit register. Narrower integers are zero-extended, floats are their bits.
pub trait Word: Copy {
    /// Reads the value out of a register; what lies above its width is ignored.
    fn from_word(word: u64) -> Self;
    /// Puts the value into a register.
    fn to_word(self) -> u64;
}

macro_rules! words {
    ($($ty:ty, $word:ident => $read:expr, $value:ident => $write:expr;)*) => {
        $(impl Word for $ty {
            #[inline]
            fn from_word($word: u64) -> Self { $read }
            #[inline]
            fn to_word(self) -> u64 { let $value = self; $write }
        })*
    };
}

words! {
    u64, w => w, v => v;
    i64, w => w as i64, v => v as u64;
    u32, w => w as u32, v => u64::from(v);
    i32, w => w as i32, v => u64::from(v as u32);
    f64, w => f64::from_bits(w), v => v.to_bits();
}

/// What came of one operation.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Outcome {
    /// It went through and yields nothing.
    Nothing,
    /// It went through and yields this word; for a terminator, the index of the target taken or the value returned; for
    /// a guard without a result, zero means that the exit is taken.
    Value(u64),
    /// A guard failed: the exit is taken.
    Exit,
}

/// Rust types that a `means` expression may have.
pub trait Meaning {
    /// Turns the value of the expression into what the evaluator understands.
    fn outcome(self) -> Outcome;
}

impl Meaning for () {
    fn outcome(self) -> Outcome {
        Outcome::Nothing
    }
}

impl Meaning for bool {
    fn outcome(self) -> Outcome {
        Outcome::Value(u64::from(self))
    }
}

impl<T: Word> Meaning for T {
    fn outcome(self) -> Outcome {
        Outcome::Value(self.to_word())
    }
}

impl<T: Meaning> Meaning for Option<T> {
    fn outcome(self) -> Outcome {
        self.map_or(Outcome::Exit, T::outcome)
    }
}

/// Something that a memory was asked for and does not have.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
pub enum Fault {
    /// A load from, or a store to, an address outside of it.
    #[error("{bytes} bytes at {address:#x} are not in memory")]
    OutOfBounds {
        /// The first address.
        address: u64,
        /// How many bytes were wanted.
        bytes: u32,
    },
    /// A call of something unknown.
    #[error("nothing to call at {target:#x}")]
    NoSuchTarget {
        /// The address called.
        target: u64,
    },
}

/// The world outside of a function, as its meaning sees it: bytes, and functions to call.
pub trait Memory {
    /// Reads `bytes` (1, 2, 4 or 8) bytes, zero-extended, little-endian. Out of bounds: records a fault, answers zero.
    fn read(&mut self, address: u64, bytes: u32) -> u64;

    /// Writes the low `bytes` bytes of `value`. Out of bounds: records a fault.
    fn write(&mut self, address: u64, bytes: u32, value: u64);

    /// Calls the function at `target`. Unknown: records a fault, answers zero.
    fn call(&mut self, target: i64, arguments: &[u64]) -> u64;

    /// The first fault recorded since this was last asked.
    fn take_fault(&mut self) -> Option<Fault>;

    /// What is given by this name to all operations. `None`: nothing of that name is known here.
    fn given(&mut self, name: &'static str) -> Option<u64> {
        let _ = name;
        None
    }

    /// Carries out an operation whose meaning is prose. `None`: not known here either.
    fn perform(
        &mut self,
        op: &'static str,
        operands: &[u64],
        attributes: &[i64],
    ) -> Option<Outcome> {
        let _ = (op, operands, attributes);
        None
    }
}

macro_rules! accesses {
    ($($load:ident, $store:ident, $ty:ty, $bytes:literal, $what:literal;)*) => {
        impl dyn Memory + '_ {
            $(
                #[doc = concat!("Loads ", $what, " at `base + offset`.")]
                pub fn $load(&mut self, base: i64, offset: i64) -> $ty {
                    self.read(base.wrapping_add(offset) as u64, $bytes) as $ty
                }

                #[doc = concat!("Stores ", $what, " at `base + offset`.")]
                pub fn $store(&mut self, base: i64, offset: i64, value: $ty) {
                    self.write(base.wrapping_add(offset) as u64, $bytes, value as u64);
                }
            )*

            /// Calls the function at `target` with `arguments`, and the first `count` of `more` behind them.
            pub fn call_with(&mut self, target: i64, arguments: &[u64], more: &[u64], count: i64) -> u64 {
                let count = usize::try_from(count).unwrap_or(0);
                let more = more.iter().copied().take(count);
                let arguments: Vec<u64> = arguments.iter().copied().chain(more).collect();
                self.call(target, &arguments)
            }

            /// Loads a float at `base + offset`.
            pub fn f64(&mut self, base: i64, offset: i64) -> f64 {
                f64::from_bits(self.u64(base, offset))
            }

            /// Stores a float at `base + offset`.
            pub fn store_f64(&mut self, base: i64, offset: i64, value: f64) {
                self.store_u64(base, offset, value.to_bits());
            }
        }
    };
}

accesses! {
    u8, store_u8, u8, 1, "an unsigned byte";
    i8, store_i8, i8, 1, "a signed byte";
    u16, store_u16, u16, 2, "16 unsigned bits";
    i16, store_i16, i16, 2, "16 signed bits";
    u32, store_u32, u32, 4, "32 unsigned bits";
    i32, store_i32, i32, 4, "32 signed bits";
    u64, store_u64, u64, 8, "64 unsigned bits";
    i64, store_i64, i64, 8, "64 signed bits";
}

/// A memory with nothing in it, for operations that need none.
#[derive(Default, Debug)]
pub struct NoMemory {
    fault: Option<Fault>,
}

impl Memory for NoMemory {
    fn read(&mut self, address: u64, bytes: u32) -> u64 {
        self.fault
            .get_or_insert(Fault::OutOfBounds { address, bytes });
        0
    }

    fn write(&mut self, address: u64, bytes: u32, _value: u64) {
        self.fault
            .get_or_insert(Fault::OutOfBounds { address, bytes });
    }

    fn call(&mut self, target: i64, _arguments: &[u64]) -> u64 {
        self.fault.get_or_insert(Fault::NoSuchTarget {
            target: target as u64,
        });
        0
    }

    fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take()
    }
}
