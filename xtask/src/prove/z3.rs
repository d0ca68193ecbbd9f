//! z3: fetched like the other tools, started for each question.
//!
//! Its wheel carries the executable; Python is needed to fetch it and not to run it. A question that takes it too long is
//! answered with `unknown`, never waited for.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use jit_language::prove::Answer;

use crate::cache::{Cache, Step};
use crate::debian::Debian;
use crate::{command, pip, progress};

const REQUIREMENTS: &str = "z3.txt";
const STEP: Step<'static> = Step {
    name: "z3",
    recipe: include_str!("../../z3.txt"),
    landmark: "bin/z3",
};

/// How long a question may take, in seconds.
pub const SECONDS: u32 = 60;

/// The path of the executable, fetched if it is not there.
pub fn ensure() -> Result<PathBuf> {
    const TITLE: &str = "z3";
    let cache = Cache::open()?;
    let program = cache.path(STEP.name).join(STEP.landmark);
    if cache.has(&STEP) {
        return Ok(program);
    }
    let started = Instant::now();
    progress::begin(TITLE);
    let debian = Debian::new(&cache);
    let verify = |folder: &Path| {
        command::output(Command::new(folder.join(STEP.landmark)).arg("--version")).map(|_| ())
    };
    cache.ensure(
        &STEP,
        |folder| pip::install(REQUIREMENTS, folder, &cache, &debian),
        verify,
    )?;
    debian.forget_downloads()?;
    progress::end(TITLE, started);
    Ok(program)
}

/// Whether the assertions of `script` can be true, and the values of `symbols` if so.
pub fn ask(program: &Path, script: &str, symbols: &[String]) -> Result<Answer> {
    let mut z3 = Command::new(program)
        .args(["-in", &format!("-t:{}", SECONDS * 1000)])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot start z3")?;
    let mut script = script.to_owned();
    if !symbols.is_empty() {
        script.push_str(&format!("(get-value ({}))\n", symbols.join(" ")));
    }
    let mut input = z3.stdin.take().context("z3 has no input")?;
    input.write_all(script.as_bytes())?;
    drop(input);
    let output = z3.wait_with_output()?;
    let said = String::from_utf8_lossy(&output.stdout);
    let (first, rest) = said.split_once('\n').unwrap_or((&said, ""));
    Ok(match first {
        "unsat" => Answer::Impossible,
        "sat" => Answer::Possible(values(rest)),
        "unknown" | "timeout" => {
            Answer::Unknown(format!("z3 found no answer within {SECONDS} seconds"))
        }
        other => bail!("z3 says: {other} {rest}"),
    })
}

/// `((a #x0000000000000001) (|b c| #x…))` as names with values.
fn values(said: &str) -> Vec<(String, u64)> {
    let pair = |text: &str| {
        let (name, value) = text.trim_matches(['(', ')', ' ']).rsplit_once(' ')?;
        let value = u64::from_str_radix(value.strip_prefix("#x")?, 16).ok()?;
        Some((name.to_owned(), value))
    };
    said.lines().filter_map(|line| pair(line.trim())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_of_a_model_are_read() {
        let said = "((a #x000000000000001f)\n (|b c| #xffffffffffffffff))\n";
        let expected = [("a".to_owned(), 31), ("|b c|".to_owned(), u64::MAX)];
        assert_eq!(values(said), expected);
    }
}
