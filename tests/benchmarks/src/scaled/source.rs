//! The files of `specs/`, read and written with other declarations in them.

use std::fs;
use std::ops::Range;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use proc_macro2::TokenStream;
use syn::visit::Visit;

use super::Declarations;
use super::rename::statements;

/// The root of the repository.
pub fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The folder with the declarations.
pub fn specs() -> PathBuf {
    root().join("specs")
}

/// The files of a folder of `specs/`, by name.
pub(super) fn files(folder: &str) -> Result<Vec<PathBuf>> {
    let mut files: Vec<PathBuf> = fs::read_dir(specs().join(folder))?
        .map(|entry| Ok(entry?.path()))
        .collect::<Result<_>>()?;
    files.sort();
    Ok(files)
}

/// What the first invocation of a macro in a file is given, if there is one.
pub(super) fn invoked(path: &Path, name: &str) -> Result<Option<TokenStream>> {
    let found = invocation(&read(path)?, name);
    let found = found.with_context(|| format!("{}", path.display()))?;
    Ok(found.map(|(tokens, _)| tokens))
}

/// What becomes of the files of `specs/` if `declarations` stand in them: their paths there, and their texts. A line has
/// one statement.
///
/// # Errors
/// A file that cannot be read, or is no Rust.
pub fn texts(declarations: &Declarations) -> Result<Vec<(PathBuf, String)>> {
    let mut texts = vec![text(Path::new("ops.rs"), "ops", Some(&declarations.ops))?];
    for (folder, sets) in [
        ("lowering", &declarations.sets),
        ("rewriting", &declarations.rewriting),
    ] {
        // In the order in which they were read.
        let mut sets = sets.iter();
        for file in files(folder)? {
            let path = Path::new(folder).join(file.file_name().unwrap_or_default());
            let set = invoked(&file, folder)?.and_then(|_| sets.next());
            texts.push(text(&path, folder, set)?);
        }
    }
    Ok(texts)
}

/// A file of `specs/` with other tokens for the first invocation of a macro.
fn text(path: &Path, name: &str, tokens: Option<&TokenStream>) -> Result<(PathBuf, String)> {
    let text = read(&specs().join(path))?;
    let found = invocation(&text, name).with_context(|| format!("{}", path.display()))?;
    let text = match (found, tokens) {
        (Some((_, inside)), Some(tokens)) => {
            let lines = statements(tokens)
                .into_iter()
                .map(|statement| statement.into_iter().collect::<TokenStream>().to_string());
            let lines = lines.collect::<Vec<_>>().join("\n");
            format!(
                "{}\n{lines}\n{}",
                &text[..inside.start],
                &text[inside.end..]
            )
        }
        _ => text,
    };
    Ok((path.to_owned(), text))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

/// The tokens between the braces of the first invocation of a macro, and which bytes of the text they are.
fn invocation(text: &str, name: &str) -> Result<Option<(TokenStream, Range<usize>)>> {
    struct Macros<'a>(&'a str, Option<(TokenStream, Range<usize>)>);
    impl<'ast> Visit<'ast> for Macros<'_> {
        fn visit_macro(&mut self, found: &'ast syn::Macro) {
            if self.1.is_none() && found.path.is_ident(self.0) {
                let braces = found.delimiter.span();
                let inside = braces.open().byte_range().end..braces.close().byte_range().start;
                self.1 = Some((found.tokens.clone(), inside));
            }
        }
    }
    let file = syn::parse_file(text)?;
    let mut macros = Macros(name, None);
    macros.visit_file(&file);
    Ok(macros.1)
}
