//! The parts of the extension that need no interpreter, compiled once more so that they can be tested on any host.
//!
//! The extension itself cannot be linked into a test: its undefined symbols are the interpreter's.

#[expect(dead_code, unused_imports, reason = "here for its tests only")]
#[path = "../src/bytecode/mod.rs"]
mod bytecode;
#[path = "../src/runtime/list.rs"]
mod list;
