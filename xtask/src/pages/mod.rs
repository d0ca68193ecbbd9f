//! Pages that are worked examples: every edit in them is made, every command run, every output compared.
//!
//! A page is carried out in a copy of the workspace, so nothing here is changed by it. What a page quotes of an output are
//! whole lines in their order; what lies between them may be left out, with a line `…` or without. How long a page takes is
//! told: all its edits and commands, without the copy.

mod copy;
mod page;

use std::fs;
use std::path::Path;
use std::process::Command;
use std::time::Instant;

use anyhow::{Context, Result, bail};

use crate::layout;
use page::{Edit, Page, Step};

/// The pages, in `specs/docs`.
pub const PAGES: [&str; 2] = ["how-to-add-a-rule", "how-to-add-a-strategy"];

/// Carries out all pages.
///
/// # Errors
/// The first step that does not go as its page says.
pub fn run() -> Result<String> {
    let mut steps = 0;
    let mut took = Vec::new();
    for name in PAGES {
        let file = layout::root().join("specs/docs").join(format!("{name}.md"));
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let page = Page::read(&text).with_context(|| file.display().to_string())?;
        let folder = layout::root().join("target/pages").join(name);
        copy::workspace(layout::root(), &folder)?;
        let started = Instant::now();
        for step in &page.steps {
            eprintln!("armjit: {name}, line {}", step.line);
            carry_out(&step.what, &folder)
                .with_context(|| format!("specs/docs/{name}.md:{}", step.line))?;
        }
        steps += page.steps.len();
        took.push(format!("{name} took {} s", started.elapsed().as_secs()));
    }
    Ok(format!(
        "{} pages, {steps} steps; {}",
        PAGES.len(),
        took.join(", ")
    ))
}

fn carry_out(step: &Step, folder: &Path) -> Result<()> {
    match step {
        Step::Edit { file, edit, text } => {
            let path = folder.join(file);
            let before = match edit {
                Edit::Create => String::new(),
                Edit::Before(_) | Edit::Replace(_) => {
                    fs::read_to_string(&path).with_context(|| file.clone())?
                }
            };
            let after = edit.apply(&before, text).with_context(|| file.clone())?;
            fs::write(&path, after).with_context(|| file.clone())
        }
        Step::Run { command, quoted } => {
            let output = Command::new("sh")
                .args(["-c", &format!("{command} 2>&1")])
                .current_dir(folder)
                .env(
                    "CARGO_TARGET_DIR",
                    layout::root().join("target/pages/build"),
                )
                .env("CARGO_TERM_COLOR", "never")
                .output()
                .with_context(|| command.clone())?;
            let said = String::from_utf8_lossy(&output.stdout);
            let fails = quoted.iter().any(|line| line.starts_with("error"));
            if output.status.success() == fails {
                bail!("`{command}` ended with {}:\n{said}", output.status);
            }
            match page::missing(quoted, &said) {
                Some(line) => bail!(
                    "`{command}` did not print, behind what is quoted before:\n{line}\nbut:\n{said}"
                ),
                None => Ok(()),
            }
        }
    }
}
