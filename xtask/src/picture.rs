//! `cargo xtask picture Add`: how the rules of an operation are tried, drawn by Graphviz where it is installed.
//!
//! The picture is made of the same order that the generated code follows. `specs/docs/decisions.md` has all of them.

use std::fs;
use std::io::Write;
use std::process::{Command, Stdio};

use anyhow::{Context, Result, bail};
use jit_language::error::nearest;
use jit_language::picture::{Picture, Pictures};

use crate::{declared, layout};

/// The root of the repository, as seen from where pictures are written.
const ROOT: &str = "../../";

/// Draws the rules of `operation`; `dot` prints what Graphviz takes instead.
///
/// # Errors
/// An operation without rules, declarations with mistakes, or a program that fails.
pub fn run(operation: &str, dot: bool) -> Result<()> {
    let picture = picture(operation)?;
    if dot {
        print!("{}", picture.dot(ROOT));
        return Ok(());
    }
    let folder = layout::root().join("target/pictures");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let file = folder.join(format!("{operation}.svg"));
    match draw(&picture)? {
        Some(svg) => {
            fs::write(&file, svg).with_context(|| format!("cannot write {}", file.display()))?;
            println!("{}", file.display());
        }
        None => {
            eprintln!("no `dot` here, which draws it (Debian: graphviz); this is what it takes:");
            print!("{}", picture.dot(ROOT));
        }
    }
    Ok(())
}

fn picture(operation: &str) -> Result<Picture> {
    let specs = declared::everything()?;
    let mut known = Vec::new();
    for set in &specs.sets {
        let pictures = Pictures::new(set, &specs.isa, &specs.ops);
        for op in pictures.operations() {
            let name = specs.ops[op].name.to_string();
            if name == operation {
                return Ok(pictures.picture(op));
            }
            known.push(name);
        }
    }
    match nearest(operation, known.iter().map(String::as_str)) {
        Some(nearest) => bail!("no rules for `{operation}`; did you mean `{nearest}`?"),
        None => bail!(
            "no rules for `{operation}`; there are some for {}",
            known.join(", ")
        ),
    }
}

/// The picture as SVG; none without Graphviz.
fn draw(picture: &Picture) -> Result<Option<Vec<u8>>> {
    let started = Command::new("dot")
        .arg("-Tsvg")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn();
    let mut child = match started {
        Ok(child) => child,
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(error).context("cannot start `dot`"),
    };
    if let Some(mut input) = child.stdin.take() {
        input.write_all(picture.dot(ROOT).as_bytes())?;
    }
    let output = child.wait_with_output()?;
    if !output.status.success() {
        bail!("`dot` failed: {}", output.status);
    }
    Ok(Some(output.stdout))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_are_drawn_by_name() {
        let text = picture("Add").expect("there are rules for Add").dot(ROOT);
        assert!(text.starts_with("digraph Add {"), "{text}");
        assert!(text.contains("with_imm12_add"), "{text}");
        let error = picture("Ad").expect_err("no such operation").to_string();
        assert!(error.contains("did you mean `Add`?"), "{error}");
    }
}
