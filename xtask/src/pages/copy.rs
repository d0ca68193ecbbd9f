//! A copy of the workspace, as git sees it: what is tracked, and what is new and not ignored.
//!
//! Files that are the same already are left alone, for their age tells cargo what has to be built.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result};

use crate::command;

/// Makes `to` a copy of the workspace `from`; what else is in there is deleted.
pub fn workspace(from: &Path, to: &Path) -> Result<()> {
    let listed = command::output(
        Command::new("git")
            .args([
                "ls-files",
                "-z",
                "--cached",
                "--others",
                "--exclude-standard",
            ])
            .current_dir(from),
    )?;
    let mut kept = BTreeSet::new();
    for name in listed.split('\0').filter(|name| !name.is_empty()) {
        let (source, target) = (from.join(name), to.join(name));
        // A file that is deleted but still tracked.
        if !source.is_file() {
            continue;
        }
        let content = fs::read(&source).with_context(|| source.display().to_string())?;
        if fs::read(&target).ok().as_ref() != Some(&content) {
            let folder = target.parent().context("a file lies in a folder")?;
            fs::create_dir_all(folder).with_context(|| folder.display().to_string())?;
            fs::copy(&source, &target).with_context(|| target.display().to_string())?;
        }
        kept.insert(target);
    }
    remove_others(to, &kept)
}

fn remove_others(folder: &Path, kept: &BTreeSet<PathBuf>) -> Result<()> {
    for entry in fs::read_dir(folder).with_context(|| folder.display().to_string())? {
        let path = entry?.path();
        if path.is_dir() {
            remove_others(&path, kept)?;
        } else if !kept.contains(&path) {
            fs::remove_file(&path).with_context(|| path.display().to_string())?;
        }
    }
    Ok(())
}
