//! The Python tests, a process for each file and mode, so that a crash fails one file and no other.

use std::fs::{self, File};
use std::io::{Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::process::{Child, ExitStatus};
use std::thread;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::coverage::Kind;
use crate::extension::Strategies;
use crate::layout;
use crate::python::Python;
use crate::setup::Setup;

const FOLDER: &str = "tests/python";

/// How the tests are run: a name, and the value of `ARMJIT_DEOPT_EVERY`. With 1 every guard leaves compiled code; with 7 compiled
/// code is left in the middle of things.
const MODES: [(&str, Option<&str>); 3] = [
    ("plain", None),
    ("deopt every 1", Some("1")),
    ("deopt every 7", Some("7")),
];

/// A file that takes longer hangs.
const TIME_LIMIT: Duration = Duration::from_secs(1200);

/// Runs every file in every mode, as many at a time as there are processors.
pub fn run(setup: &Setup) -> Result<String> {
    let python = Python::assemble(setup, Strategies::Default)?;
    let files = test_files()?;
    for kind in [Kind::Python, Kind::Benchmarks] {
        kind.clear()?;
    }
    let mut waiting: Vec<(usize, &PathBuf)> = (0..MODES.len())
        .flat_map(|mode| files.iter().map(move |file| (mode, file)))
        .rev()
        .collect();
    let count = waiting.len();
    let limit = thread::available_parallelism().map_or(1, usize::from);
    let mut running: Vec<Run> = Vec::new();
    let mut failed = Vec::new();
    while !waiting.is_empty() || !running.is_empty() {
        while running.len() < limit
            && let Some((mode, file)) = waiting.pop()
        {
            running.push(Run::start(&python, file, mode)?);
        }
        let mut still = Vec::new();
        for mut run in running {
            match run.poll()? {
                None => still.push(run),
                Some(verdict) => failed.extend(run.report(verdict)?),
            }
        }
        running = still;
        thread::sleep(Duration::from_millis(50));
    }
    if !failed.is_empty() {
        bail!("{} of {count} failed: {}", failed.len(), failed.join("; "));
    }
    Ok(format!("{} files in {} modes", files.len(), MODES.len()))
}

fn test_files() -> Result<Vec<PathBuf>> {
    let folder = layout::root().join(FOLDER);
    let entries =
        fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut files = entries
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<Vec<_>>>()?;
    files.retain(|file| is_test(file));
    files.sort();
    if files.is_empty() {
        bail!("there is no test in {FOLDER}");
    }
    Ok(files)
}

fn is_test(file: &Path) -> bool {
    let name = file.file_name().unwrap_or_default().to_string_lossy();
    name.starts_with("test_") && name.ends_with(".py")
}

/// What the rules that a module fires count as.
fn kind(module: &str) -> Kind {
    if module == "test_benchmarks" {
        Kind::Benchmarks
    } else {
        Kind::Python
    }
}

/// How one process ended.
enum Verdict {
    Ended(ExitStatus),
    TimedOut,
}

/// One file in one mode.
struct Run {
    title: String,
    child: Child,
    output: File,
    started: Instant,
}

impl Run {
    fn start(python: &Python, file: &Path, mode: usize) -> Result<Self> {
        let (mode, deopt_every) = MODES[mode];
        let module = file
            .file_stem()
            .context("a test file needs a name")?
            .to_string_lossy()
            .into_owned();
        let logs = layout::assembly_folder()?.join("test-output");
        fs::create_dir_all(&logs).with_context(|| format!("cannot make {}", logs.display()))?;
        let log = logs.join(format!("{module}.{}.txt", mode.replace(' ', "-")));
        let output = File::options()
            .read(true)
            .write(true)
            .create(true)
            .truncate(true)
            .open(&log);
        let output = output.with_context(|| format!("cannot write {}", log.display()))?;
        let mut command = python.command();
        command
            .args(["-X", "faulthandler", "-m", "unittest", "-v", &module])
            .current_dir(layout::root().join(FOLDER));
        command
            .env_remove("ARMJIT")
            .env_remove("ARMJIT_DEOPT_EVERY");
        kind(&module).note(&mut command);
        if let Some(every) = deopt_every {
            command.env("ARMJIT_DEOPT_EVERY", every);
        }
        let share = || output.try_clone().context("cannot share the log");
        let child = command
            .stdin(std::process::Stdio::null())
            .stdout(share()?)
            .stderr(share()?)
            .spawn();
        let child = child.context("cannot start the target's Python")?;
        Ok(Self {
            title: format!("{module} ({mode})"),
            child,
            output,
            started: Instant::now(),
        })
    }

    /// What became of the process, if it is over; one that takes too long is ended.
    fn poll(&mut self) -> Result<Option<Verdict>> {
        if let Some(status) = self.child.try_wait().context("cannot wait for a test")? {
            return Ok(Some(Verdict::Ended(status)));
        }
        if self.started.elapsed() < TIME_LIMIT {
            return Ok(None);
        }
        self.child.kill().context("cannot end a test")?;
        self.child.wait().context("cannot wait for a test")?;
        Ok(Some(Verdict::TimedOut))
    }

    /// Prints a line, and everything that a failed test said. Returns what failed.
    fn report(mut self, verdict: Verdict) -> Result<Option<String>> {
        self.output
            .seek(SeekFrom::Start(0))
            .context("cannot read the log")?;
        let said = std::io::read_to_string(&self.output).context("cannot read the log")?;
        let ending = match verdict {
            Verdict::TimedOut => format!("took longer than {} s", TIME_LIMIT.as_secs()),
            Verdict::Ended(status) if !status.success() => status.to_string(),
            Verdict::Ended(_) => {
                let took = self.started.elapsed().as_secs_f64();
                eprintln!("  {}: {} in {took:.1} s", self.title, count(&said));
                return Ok(None);
            }
        };
        eprintln!("  {}: FAILED, {ending}\n{said}", self.title);
        Ok(Some(format!("{}: {ending}", self.title)))
    }
}

/// unittest's own count of what ran, with what it skipped.
fn count(said: &str) -> String {
    let ran = said
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("Ran ")?.split(" in ").next());
    let skipped = said
        .lines()
        .rev()
        .find_map(|line| line.strip_prefix("OK (")?.strip_suffix(')'));
    let ran = ran.unwrap_or("an unknown number of tests");
    skipped.map_or_else(|| ran.to_owned(), |skipped| format!("{ran}, {skipped}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_count_is_unittests() {
        assert_eq!(count("...\nRan 3 tests in 0.1s\n\nOK\n"), "3 tests");
        assert_eq!(
            count("Ran 3 tests in 0.1s\n\nOK (skipped=2)\n"),
            "3 tests, skipped=2"
        );
    }

    #[test]
    fn tests_are_known_by_their_names() {
        assert!(is_test(Path::new("x/test_api.py")));
        assert!(!is_test(Path::new("x/helpers.py")) && !is_test(Path::new("x/test_data.txt")));
    }
}
