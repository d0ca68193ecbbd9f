//! What compiled code needs from the interpreter, and the interpreter from compiled code.

pub mod compilation;
pub mod compiled;
pub mod engine;
pub mod exit;
pub mod forced;
pub mod frame;
pub mod function;
pub mod hooks;
pub mod host;
pub mod interpreter;
pub mod list;
pub mod log;
pub mod monitor;
pub mod object;
pub mod offsets;
pub mod registry;
pub mod state;
pub mod thread;
pub mod watch;
