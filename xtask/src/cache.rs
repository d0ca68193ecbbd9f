//! The folder of fetched things, which all clones of one user share.
//!
//! A step's result gets its name only when it is complete: it is built under another name, verified, renamed, and then
//! stamped with the recipe that made it. So an interrupted step is never taken for a finished one, and a changed recipe
//! makes the step again. One process at a time writes; the others wait.

use std::env;
use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

use crate::progress;

/// The opened cache. While it lives no other process changes the cache.
pub struct Cache {
    root: PathBuf,
    _lock: File,
}

/// Something that can be fetched and kept.
pub struct Step<'a> {
    /// The folder's name in the cache.
    pub name: &'a str,
    /// How the result is made. Whatever was made by another recipe is made again.
    pub recipe: &'a str,
    /// A file of the result without which it is useless.
    pub landmark: &'a str,
}

impl Cache {
    /// Opens, and makes if need be, the folder that [`folder`] names.
    pub fn open() -> Result<Self> {
        Self::open_in(folder()?)
    }

    fn open_in(root: PathBuf) -> Result<Self> {
        fs::create_dir_all(&root)
            .with_context(|| format!("cannot make the cache {}", root.display()))?;
        let file = root.join("lock");
        let lock =
            File::create(&file).with_context(|| format!("cannot write {}", file.display()))?;
        match lock.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                progress::begin("waiting for another set-up");
                lock.lock().context("cannot lock the cache")?;
            }
            Err(TryLockError::Error(error)) => return Err(error).context("cannot lock the cache"),
        }
        Ok(Self { root, _lock: lock })
    }

    /// Where `name` lies, or would lie.
    pub fn path(&self, name: &str) -> PathBuf {
        self.root.join(name)
    }

    /// Whether the result of `step` is there, complete, and made by this recipe.
    pub fn has(&self, step: &Step<'_>) -> bool {
        let stamp = fs::read_to_string(self.stamp(step));
        stamp.is_ok_and(|stamp| stamp == step.recipe)
            && self.path(step.name).join(step.landmark).exists()
    }

    /// The folder of `step`, which `make` fills and `verify` tries out if it is not there yet.
    pub fn ensure(
        &self,
        step: &Step<'_>,
        make: impl FnOnce(&Path) -> Result<()>,
        verify: impl FnOnce(&Path) -> Result<()>,
    ) -> Result<PathBuf> {
        let folder = self.path(step.name);
        if self.has(step) {
            return Ok(folder);
        }
        let partial = self.path(&format!("{}.partial", step.name));
        remove(&self.stamp(step))?;
        remove(&partial)?;
        fs::create_dir_all(&partial)
            .with_context(|| format!("cannot make {}", partial.display()))?;
        make(&partial)?;
        if !partial.join(step.landmark).exists() {
            bail!("{} was made without {}", step.name, step.landmark);
        }
        verify(&partial)?;
        remove(&folder)?;
        fs::rename(&partial, &folder)
            .with_context(|| format!("cannot name {}", folder.display()))?;
        let stamp = self.stamp(step);
        let unfinished = stamp.with_extension("partial-stamp");
        fs::write(&unfinished, step.recipe)
            .with_context(|| format!("cannot write {}", unfinished.display()))?;
        fs::rename(&unfinished, &stamp)
            .with_context(|| format!("cannot name {}", stamp.display()))?;
        Ok(folder)
    }

    fn stamp(&self, step: &Step<'_>) -> PathBuf {
        self.path(&format!("{}.stamp", step.name))
    }
}

/// `ARMJIT_CACHE`, or the user's cache folder's `armjit`.
pub fn folder() -> Result<PathBuf> {
    let variable = |name| {
        env::var_os(name)
            .filter(|value| !value.is_empty())
            .map(PathBuf::from)
    };
    if let Some(folder) = variable("ARMJIT_CACHE") {
        // Steps change folders; a relative name would wander with them.
        return std::path::absolute(folder).context("ARMJIT_CACHE is not a folder");
    }
    let user =
        variable("XDG_CACHE_HOME").or_else(|| variable("HOME").map(|home| home.join(".cache")));
    Ok(user
        .context("set ARMJIT_CACHE: neither it nor XDG_CACHE_HOME nor HOME is set")?
        .join("armjit"))
}

/// Removes a file or a folder, which need not be there.
pub fn remove(path: &Path) -> Result<()> {
    let removed = match path.symlink_metadata() {
        Ok(metadata) if metadata.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        Err(error) => Err(error),
    };
    removed.with_context(|| format!("cannot remove {}", path.display()))
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::sync::atomic::{AtomicU32, Ordering};

    use super::*;

    /// A cache of its own for each test, removed with it.
    struct Scratch(Cache);

    impl Scratch {
        fn new() -> Self {
            static COUNT: AtomicU32 = AtomicU32::new(0);
            let number = COUNT.fetch_add(1, Ordering::Relaxed);
            let folder =
                env::temp_dir().join(format!("armjit-cache-test-{}-{number}", std::process::id()));
            Self(Cache::open_in(folder).unwrap())
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0.root);
        }
    }

    const STEP: Step<'static> = Step {
        name: "thing",
        recipe: "one",
        landmark: "file",
    };

    fn make(folder: &Path) -> Result<()> {
        Ok(fs::write(folder.join("file"), "content")?)
    }

    #[test]
    fn a_finished_step_is_not_made_again() {
        let scratch = Scratch::new();
        let made = Cell::new(0);
        for _ in 0..2 {
            let folder = scratch.0.ensure(
                &STEP,
                |folder| {
                    made.set(made.get() + 1);
                    make(folder)
                },
                |_| Ok(()),
            );
            assert_eq!(
                fs::read_to_string(folder.unwrap().join("file")).unwrap(),
                "content"
            );
        }
        assert_eq!(made.get(), 1);
    }

    #[test]
    fn another_recipe_replaces_the_result() {
        let scratch = Scratch::new();
        scratch.0.ensure(&STEP, make, |_| Ok(())).unwrap();
        let changed = Step {
            recipe: "two",
            ..STEP
        };
        assert!(!scratch.0.has(&changed));
        let folder = scratch.0.ensure(
            &changed,
            |folder| Ok(fs::write(folder.join("file"), "new")?),
            |_| Ok(()),
        );
        assert_eq!(
            fs::read_to_string(folder.unwrap().join("file")).unwrap(),
            "new"
        );
        assert!(scratch.0.has(&changed) && !scratch.0.has(&STEP));
    }

    #[test]
    fn what_was_interrupted_does_not_count() {
        let scratch = Scratch::new();
        scratch
            .0
            .ensure(
                &STEP,
                |folder| make(folder).and_then(|()| bail!("cut off")),
                |_| Ok(()),
            )
            .unwrap_err();
        assert!(!scratch.0.has(&STEP) && !scratch.0.path("thing").exists());
        scratch
            .0
            .ensure(&STEP, make, |_| bail!("does not work"))
            .unwrap_err();
        assert!(!scratch.0.has(&STEP) && !scratch.0.path("thing").exists());
        scratch.0.ensure(&STEP, |_| Ok(()), |_| Ok(())).unwrap_err();
        assert!(!scratch.0.has(&STEP));
        scratch.0.ensure(&STEP, make, |_| Ok(())).unwrap();
        assert!(scratch.0.has(&STEP));
    }

    #[test]
    fn a_lost_landmark_or_stamp_makes_it_again() {
        let scratch = Scratch::new();
        let folder = scratch.0.ensure(&STEP, make, |_| Ok(())).unwrap();
        fs::remove_file(folder.join("file")).unwrap();
        assert!(!scratch.0.has(&STEP));
        scratch.0.ensure(&STEP, make, |_| Ok(())).unwrap();
        fs::remove_file(scratch.0.path("thing.stamp")).unwrap();
        assert!(!scratch.0.has(&STEP));
    }
}
