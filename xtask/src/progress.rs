//! What the set-up shows while it works: one line per step, and the megabytes of a download as they come.

use std::fs;
use std::io::{IsTerminal, Write, stderr};
use std::path::Path;
use std::time::{Duration, Instant};

/// How often a growing download is reported where there is no terminal whose line could be rewritten.
const INTERVAL: Duration = Duration::from_secs(10);

/// Says on standard error that `what` begins.
pub fn begin(what: &str) {
    eprintln!("armjit: {what} …");
}

/// Says on standard error that `what` is done, and how long it took.
pub fn end(what: &str, started: Instant) {
    eprintln!(
        "armjit: {what}: done in {:.1} s",
        started.elapsed().as_secs_f64()
    );
}

/// Reports the growth of a folder that something else downloads into.
pub struct Download<'a> {
    folder: &'a Path,
    total: u64,
    reported: Instant,
}

impl<'a> Download<'a> {
    /// `total` is in bytes.
    pub fn new(folder: &'a Path, total: u64) -> Self {
        Self {
            folder,
            total,
            reported: Instant::now(),
        }
    }

    /// To be called a few times a second while the download runs.
    pub fn tick(&mut self) {
        let terminal = stderr().is_terminal();
        if !terminal && self.reported.elapsed() < INTERVAL {
            return;
        }
        self.reported = Instant::now();
        let line = format!(
            "armjit:   {} of {} MB",
            megabytes(folder_size(self.folder)),
            megabytes(self.total)
        );
        if terminal {
            eprint!("\r{line}");
            // A progress line that cannot be written is no reason to stop the download.
            let _ = stderr().flush();
        } else {
            eprintln!("{line}");
        }
    }

    /// Takes the rewritten line off the terminal.
    pub fn finish(&self) {
        if stderr().is_terminal() {
            eprint!("\r\x1b[K");
        }
    }
}

fn megabytes(bytes: u64) -> u64 {
    bytes.div_ceil(1_000_000)
}

/// Bytes of the files in `folder` and below; files that vanish meanwhile count nothing.
fn folder_size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    entries
        .map(|entry| match entry.metadata() {
            Ok(metadata) if metadata.is_dir() => folder_size(&entry.path()),
            Ok(metadata) => metadata.len(),
            Err(_) => 0,
        })
        .sum()
}
