//! Exits taken although nothing is wrong, so that tests leave compiled code everywhere.
//!
//! With `ARMJIT_DEOPT_EVERY=n` every guard counts down one counter and leaves when it reaches zero, whatever it found. The
//! variable is read once, before anything is compiled: code compiled without the counting is not affected by it.

use std::sync::OnceLock;
use std::sync::atomic::{AtomicI64, Ordering};

/// What is left until the next forced exit. Compiled code decrements it.
static LEFT: AtomicI64 = AtomicI64::new(0);
static PERIOD: OnceLock<Option<i64>> = OnceLock::new();

/// Every how many guards an exit is forced, if at all.
pub fn period() -> Option<i64> {
    PERIOD.get().copied().flatten()
}

/// Takes the value of the variable; later calls change nothing. An error is the sentence for the user.
pub fn configure(value: Option<&str>) -> Result<(), String> {
    let period = match value.map(str::trim) {
        None | Some("") => None,
        Some(text) => match text.parse() {
            Ok(number) if number > 0 => Some(number),
            _ => {
                return Err(format!(
                    "ARMJIT_DEOPT_EVERY={text}: not a whole number above 0"
                ));
            }
        },
    };
    PERIOD.get_or_init(|| period);
    rearm();
    Ok(())
}

/// The address of the counter, for code that is to count.
pub fn counter() -> Option<u64> {
    period().map(|_| LEFT.as_ptr() as u64)
}

/// Starts the countdown anew, if it has run out or has never been started.
pub fn rearm() {
    if LEFT.load(Ordering::Relaxed) <= 0 {
        LEFT.store(period().unwrap_or(0), Ordering::Relaxed);
    }
}
