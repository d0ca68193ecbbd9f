//! The log: a line per compiled function, in the file that `ARMJIT_LOG` names.

use std::fmt;
use std::fs::{File, OpenOptions};
use std::io::Write as _;
use std::sync::OnceLock;
use std::time::Duration;

static LOG: OnceLock<File> = OnceLock::new();

/// Opens the log, to be appended to. An error is the sentence for the user.
pub fn open(path: &str) -> Result<(), String> {
    let file = OpenOptions::new()
        .append(true)
        .create(true)
        .open(path)
        .map_err(|error| format!("ARMJIT_LOG={path}: {error}"))?;
    LOG.get_or_init(|| file);
    Ok(())
}

/// Notes that a function has been compiled.
pub fn compiled(name: &impl fmt::Display, took: Duration, bytes: usize) {
    write(format_args!(
        "Finished compiling {name} in {} µs, code size: {bytes} bytes",
        took.as_micros()
    ));
}

/// Notes that a function stays interpreted.
pub fn refused(name: &impl fmt::Display, why: &str) {
    write(format_args!("Not compiling {name}: {why}"));
}

fn write(line: fmt::Arguments<'_>) {
    if let Some(mut file) = LOG.get() {
        // One write, so that lines of several processes do not mix. A full disk must not end the program.
        let _ = file.write_all(format!("{line}\n").as_bytes());
    }
}
