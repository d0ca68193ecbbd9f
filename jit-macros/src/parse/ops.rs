//! The grammar of `ops!`.
//!
//! ```text
//! dialect Lir;
//! value I64: i64 in { Gpr, const };          value Object;
//! attribute Comparison;
//! op Add(a: I64, b: I64) -> I64 { pure; commutative; means a.wrapping_add(b); }
//! op Exit(exit: const Exit, live: list) { terminator; means "Leaves the function through `exit`."; }
//! ```
