//! From models to the Rust code that declarations become.

pub mod calls;
