//! The parts of the extension that need no interpreter, compiled once more so that they can be tested on any host.

#[path = "../src/bytecode/mod.rs"]
mod bytecode;
#[path = "../src/runtime/list.rs"]
mod list;
