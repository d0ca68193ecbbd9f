//! What compiled code needs from the interpreter, and the interpreter from compiled code.

pub mod offsets;
