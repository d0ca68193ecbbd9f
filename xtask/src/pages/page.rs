//! A page as steps: what its code blocks ask for.
//!
//! The words behind the language of a block say what it is. `file=PATH` with `before="…"` puts the block in front of the
//! first line with that text, indented as that line is; with `replace="…"` in its place; with neither it is the whole
//! file. In a block `console`, lines that begin with `$ ` are commands, and those behind them a part of what is printed.
//! Every other block is for the reader alone.

use anyhow::{Context, Result, bail};

/// The steps of a page.
#[derive(Debug)]
pub struct Page {
    /// In order.
    pub steps: Vec<Located>,
}

/// A step and the line that it begins in.
#[derive(Debug)]
pub struct Located {
    /// Counted from 1.
    pub line: usize,
    /// The step.
    pub what: Step,
}

/// One thing that the page asks for.
#[derive(PartialEq, Eq, Debug)]
pub enum Step {
    /// A change of a file.
    Edit {
        /// Seen from the workspace.
        file: String,
        /// Where the text goes.
        edit: Edit,
        /// What is written there.
        text: String,
    },
    /// A command, and lines that it prints.
    Run {
        /// For the shell.
        command: String,
        /// In their order.
        quoted: Vec<String>,
    },
}

/// Where a text goes.
#[derive(PartialEq, Eq, Debug)]
pub enum Edit {
    /// It is the file.
    Create,
    /// In front of the first line that contains this.
    Before(String),
    /// In place of the first line that contains this.
    Replace(String),
}

impl Edit {
    /// The file behind the change.
    ///
    /// # Errors
    /// No line is like the one that is looked for.
    pub fn apply(&self, file: &str, text: &str) -> Result<String> {
        let wanted = match self {
            Edit::Create => return Ok(text.to_owned()),
            Edit::Before(wanted) | Edit::Replace(wanted) => wanted,
        };
        let mut lines: Vec<&str> = file.lines().collect();
        let found = lines.iter().position(|line| line.contains(wanted));
        let at = found.with_context(|| format!("no line contains `{wanted}`"))?;
        let indent = lines[at].len() - lines[at].trim_start().len();
        let indent = " ".repeat(indent);
        let inserted: Vec<String> = text
            .lines()
            .map(|line| match line.is_empty() {
                true => String::new(),
                false => format!("{indent}{line}"),
            })
            .collect();
        let behind = at + usize::from(matches!(self, Edit::Replace(_)));
        lines.splice(at..behind, inserted.iter().map(String::as_str));
        Ok(lines.join("\n") + "\n")
    }
}

impl Page {
    /// What the code blocks of `text` ask for.
    ///
    /// # Errors
    /// A block without end, or with words that are not understood.
    pub fn read(text: &str) -> Result<Page> {
        let mut steps = Vec::new();
        let mut lines = text.lines().enumerate();
        while let Some((index, line)) = lines.next() {
            let Some(info) = line.strip_prefix("```") else {
                continue;
            };
            let mut body = Vec::new();
            loop {
                match lines.next() {
                    Some((_, "```")) => break,
                    Some((_, line)) => body.push(line),
                    None => bail!("the block that begins in line {} has no end", index + 1),
                }
            }
            let located = |what| Located {
                line: index + 1,
                what,
            };
            if info == "console" {
                steps.extend(commands(&body).into_iter().map(located));
            } else if let Some((_, words)) = info.split_once(' ') {
                let edit = edit(words, &body).with_context(|| format!("line {}", index + 1))?;
                steps.push(located(edit));
            }
        }
        Ok(Page { steps })
    }
}

/// `file=specs/isa.rs before="form and"`
fn edit(words: &str, body: &[&str]) -> Result<Step> {
    let (file, rest) = words.split_once(' ').unwrap_or((words, ""));
    let file = file.strip_prefix("file=").context("`file=` is missing")?;
    let quoted = |word: &str| {
        let text = rest.trim().strip_prefix(word)?.strip_prefix("=\"")?;
        Some(text.strip_suffix('"')?.to_owned())
    };
    let edit = match (quoted("before"), quoted("replace")) {
        (Some(line), None) => Edit::Before(line),
        (None, Some(line)) => Edit::Replace(line),
        _ if rest.is_empty() => Edit::Create,
        _ => bail!("`{rest}` is neither `before=\"…\"` nor `replace=\"…\"`"),
    };
    Ok(Step::Edit {
        file: file.to_owned(),
        edit,
        text: body.join("\n") + "\n",
    })
}

fn commands(body: &[&str]) -> Vec<Step> {
    let mut steps = Vec::new();
    for line in body {
        match (line.strip_prefix("$ "), steps.last_mut()) {
            (Some(command), _) => steps.push(Step::Run {
                command: command.to_owned(),
                quoted: Vec::new(),
            }),
            (None, Some(Step::Run { quoted, .. })) => quoted.push((*line).to_owned()),
            (None, _) => {}
        }
    }
    steps
}

/// The first quoted line that is not in the output behind those before it. `…` in a line stands for anything.
pub fn missing<'q>(quoted: &'q [String], output: &str) -> Option<&'q str> {
    let mut printed = output.lines().map(str::trim_end);
    let wanted = quoted.iter().map(|line| line.trim_end());
    let mut wanted = wanted.filter(|line| !line.is_empty() && *line != "…");
    wanted.find(|line| !printed.any(|printed| is_like(printed, line)))
}

fn is_like(printed: &str, quoted: &str) -> bool {
    let mut pieces = quoted.split('…');
    let first = pieces.next().unwrap_or_default();
    let Some(mut rest) = printed.strip_prefix(first) else {
        return false;
    };
    let mut open = false;
    for piece in pieces {
        open = piece.is_empty();
        match rest.find(piece) {
            Some(at) => rest = &rest[at + piece.len()..],
            None => return false,
        }
    }
    rest.is_empty() || open
}

#[cfg(test)]
mod tests {
    use super::*;

    const TEXT: &str = "# A page\n\n```rust file=a.rs before=\"fn b\"\nfn a() {}\n```\n\nWords.\n\n```console\n$ cargo check\nerror: no\n…\n$ true\n```\n\n```rust\nfor_the_reader();\n```\n";

    #[test]
    fn blocks_are_steps() {
        let page = Page::read(TEXT).expect("a page");
        let steps: Vec<_> = page.steps.iter().map(|step| &step.what).collect();
        let edit = Step::Edit {
            file: "a.rs".into(),
            edit: Edit::Before("fn b".into()),
            text: "fn a() {}\n".into(),
        };
        let run = |command: &str, quoted: &[&str]| Step::Run {
            command: command.into(),
            quoted: quoted.iter().map(|line| (*line).to_owned()).collect(),
        };
        assert_eq!(
            steps,
            [
                &edit,
                &run("cargo check", &["error: no", "…"]),
                &run("true", &[])
            ]
        );
        assert!(Page::read("```console\n$ true\n").is_err());
        assert!(Page::read("```rust file=a.rs behind=\"x\"\n```\n").is_err());
    }

    #[test]
    fn edits_go_where_they_are_told() {
        let file = "mod m {\n    fn b() {}\n}\n";
        let before = Edit::Before("fn b".into());
        let edited = before.apply(file, "fn a() {}\n\n").expect("an edit");
        assert_eq!(edited, "mod m {\n    fn a() {}\n\n    fn b() {}\n}\n");
        let replaced = Edit::Replace("fn b".into()).apply(file, "fn c() {}\n");
        assert_eq!(replaced.expect("an edit"), "mod m {\n    fn c() {}\n}\n");
        assert!(Edit::Before("fn d".into()).apply(file, "").is_err());
        assert_eq!(Edit::Create.apply("", "x\n").expect("a file"), "x\n");
    }

    #[test]
    fn quoted_lines_are_whole_and_in_order() {
        let quoted = |lines: &[&str]| {
            lines
                .iter()
                .map(|line| (*line).to_owned())
                .collect::<Vec<_>>()
        };
        let output = "a\nb  \nc\n";
        assert_eq!(missing(&quoted(&["a", "…", "c"]), output), None);
        assert_eq!(missing(&quoted(&["b", "a"]), output), Some("a"));
        assert_eq!(missing(&quoted(&["a", "d"]), output), Some("d"));
        let output = "at a.rs:12: no";
        assert_eq!(missing(&quoted(&["at a.rs:…: no"]), output), None);
        assert_eq!(missing(&quoted(&["at …"]), output), None);
        assert_eq!(
            missing(&quoted(&["… a.rs:…: yes"]), output),
            Some("… a.rs:…: yes")
        );
        assert_eq!(missing(&quoted(&["at a"]), output), Some("at a"));
    }
}
