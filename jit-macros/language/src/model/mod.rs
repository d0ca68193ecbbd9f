//! Declarations with their names resolved: what checks reason about and expansion prints.
//!
//! Everything keeps the identifiers it was declared with, so that messages can point at them; references between items
//! are indices into the vectors of the declaration that owns them.

pub mod calls;
pub mod isa;
pub mod lowering;
pub mod ops;
pub mod rewriting;
pub mod template;
