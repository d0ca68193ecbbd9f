//! The names of things inside one function: values, instructions, blocks, and where an instruction came from.
//!
//! Everything in a function lives in a vector of that function and is referred to by a 32-bit index, so that functions
//! are cheap to copy, side tables are plain vectors, and no pass fights the borrow checker. An index says nothing about
//! which function it belongs to; the verifier finds indices that lead nowhere.

use std::fmt;

macro_rules! entity {
    ($(#[$doc:meta])* $name:ident, $prefix:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub u32);

        impl $name {
            /// The position in the vector that holds these, and in side tables.
            #[inline]
            pub const fn index(self) -> usize {
                self.0 as usize
            }

            /// The name of the entry at `index`. More than `u32::MAX` entries are beyond any function that fits in memory.
            #[inline]
            pub const fn from_index(index: usize) -> Self {
                Self(index as u32)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($prefix, "{}"), self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(self, f)
            }
        }
    };
}

entity! {
    /// What an instruction computes or a block receives. Assigned exactly once.
    Value, "v"
}
entity! {
    /// One instruction of a function.
    Inst, "inst"
}
entity! {
    /// One basic block of a function. `Block(0)` is where the function is entered.
    Block, "block"
}

impl Block {
    /// Where every function is entered.
    pub const ENTRY: Block = Block(0);
}

/// Where an instruction came from, in the producer's own numbering (a bytecode index, for one). jit-core carries it to
/// the side tables of the machine code and never looks inside.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(pub u32);

impl Origin {
    /// From nowhere in particular: glue that the compiler made up.
    pub const NONE: Origin = Origin(u32::MAX);

    /// Whether there is a place that this came from.
    pub const fn is_some(self) -> bool {
        self.0 != u32::MAX
    }
}

impl Default for Origin {
    fn default() -> Self {
        Self::NONE
    }
}

impl fmt::Debug for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_some() {
            write!(f, "@{}", self.0)
        } else {
            f.write_str("@none")
        }
    }
}
