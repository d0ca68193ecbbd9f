//! pyperformance's benchmarks, which the demo and the tests run, and pyperf, which they import.

use std::path::{Path, PathBuf};
use std::time::Instant;

use anyhow::{Result, bail};

use crate::cache::{Cache, Step};
use crate::debian::Debian;
use crate::{pip, progress};

/// What this step is called.
pub const TITLE: &str = "pyperformance's benchmarks";
/// What to do where they cannot be fetched.
pub const REMEDY: &str =
    "connect to the network, or configure pip for an index that carries pyperformance";

/// The variable by which Python tests find [`Pyperformance::benchmarks`].
pub const VARIABLE: &str = "ARMJIT_PYPERFORMANCE";

const REQUIREMENTS: &str = "pyperformance.txt";
const BENCHMARKS: &str = "pyperformance/data-files/benchmarks";
const USED: [&str; 6] = [
    "richards",
    "deltablue",
    "nbody",
    "fannkuch",
    "spectral_norm",
    "float",
];
const STEP: Step<'static> = Step {
    name: "benchmarks",
    recipe: include_str!("../pyperformance.txt"),
    landmark: BENCHMARKS,
};

/// The unpacked packages.
pub struct Pyperformance {
    folder: PathBuf,
}

impl Pyperformance {
    /// What was fetched before, if it was.
    pub fn find(cache: &Cache) -> Option<Self> {
        cache.has(&STEP).then(|| Self {
            folder: cache.path(STEP.name),
        })
    }

    /// Makes sure that the benchmarks are there.
    pub fn ensure(cache: &Cache, debian: &Debian<'_>) -> Result<Self> {
        if let Some(found) = Self::find(cache) {
            return Ok(found);
        }
        let started = Instant::now();
        progress::begin(TITLE);
        let folder = cache.ensure(
            &STEP,
            |folder| pip::install(REQUIREMENTS, folder, cache, debian),
            verify,
        )?;
        progress::end(TITLE, started);
        Ok(Self { folder })
    }

    /// The folder with `bm_richards/run_benchmark.py` and the others.
    pub fn benchmarks(&self) -> PathBuf {
        self.folder.join(BENCHMARKS)
    }

    /// The Python package that every benchmark imports.
    pub fn pyperf(&self) -> PathBuf {
        self.folder.join("pyperf")
    }
}

fn verify(folder: &Path) -> Result<()> {
    for benchmark in USED {
        let file = folder
            .join(BENCHMARKS)
            .join(format!("bm_{benchmark}/run_benchmark.py"));
        if !file.exists() {
            bail!("pyperformance came without {}", file.display());
        }
    }
    if !folder.join("pyperf/__init__.py").exists() {
        bail!("pyperf came without its package");
    }
    Ok(())
}
