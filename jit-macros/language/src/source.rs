//! Declarations read from files, for everybody who is not the compiler.
//!
//! A folder is walked, every invocation of the macros in it is found by name, and what they declare is read, resolved
//! and checked by the same code that the macros run. Which module a path in a header leads to is not asked: a folder has
//! one machine and one dialect, and those of a folder that extends others build on what was read before.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{cell::RefCell, fs, io};

use proc_macro2::TokenStream;
use syn::visit::Visit;

use crate::error::{Context, Diagnostic};
use crate::model::calls::Calls;
use crate::model::isa::Isa;
use crate::model::ops::Ops;
use crate::model::rewriting::Dialects;
use crate::reading::{self, RewriteSet, RuleSet};

thread_local! {
    /// The files behind the names that spans of parsed text have.
    static FILES: RefCell<BTreeMap<String, String>> = const { RefCell::new(BTreeMap::new()) };
}

/// The file that a span of parsed text lies in, if it was read here.
pub(crate) fn file_of(span_file: &str) -> Option<String> {
    FILES.with_borrow(|files| files.get(span_file).cloned())
}

/// Everything that a folder declares, and what extends it.
#[derive(Debug)]
pub struct Specs {
    /// The machine.
    pub isa: Isa,
    /// The dialect.
    pub ops: Ops,
    /// The sets of lowering rules, in the order of their files' names.
    pub sets: Vec<RuleSet>,
    /// Call strategies, sequences and routines.
    pub calls: Calls,
    /// The sets of rewriting rules, in the order of their files' names.
    pub rewriting: Vec<RewriteSet>,
    /// The dialects above that one.
    pub above: Vec<Above>,
}

impl Specs {
    /// Every set of rewriting rules with its dialects: those within the dialect first, then those that lead to it.
    pub fn rewriting_sets(&self) -> impl Iterator<Item = (&RewriteSet, Dialects<'_>)> {
        let within = Dialects::one(&self.ops);
        let within = self.rewriting.iter().map(move |set| (set, within));
        let above = self.above.iter().flat_map(|above| {
            let dialects = Dialects {
                from: &above.ops,
                to: &self.ops,
            };
            above.expansions.iter().map(move |set| (set, dialects))
        });
        within.chain(above)
    }
}

/// A dialect that rules lead down from: what a folder inside of the folder declares, if it has an `ops!` of its own.
#[derive(Debug)]
pub struct Above {
    /// The dialect.
    pub ops: Ops,
    /// The sets of rules that lead to the dialect below.
    pub expansions: Vec<RewriteSet>,
}

/// Why a folder's declarations cannot be used.
#[derive(Debug)]
pub enum SourceError {
    /// A file cannot be read.
    Read(PathBuf, io::Error),
    /// A file is not Rust.
    Rust(PathBuf, syn::Error),
    /// No invocation of this macro is in the folder.
    Missing(&'static str),
    /// There are mistakes in the declarations.
    Mistakes(Vec<Diagnostic>),
}

impl std::error::Error for SourceError {}

impl std::fmt::Display for SourceError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            SourceError::Read(path, error) => write!(f, "{}: {error}", path.display()),
            SourceError::Rust(path, error) => {
                let start = error.span().start();
                write!(f, "{}:{}: {error}", path.display(), start.line)
            }
            SourceError::Missing(name) => write!(f, "nothing is declared by `{name}!`"),
            SourceError::Mistakes(found) => {
                for diagnostic in found {
                    let place = diagnostic.regions.first().map(|region| region.place());
                    let place = place.unwrap_or_default();
                    writeln!(f, "{place}: {}", diagnostic.text())?;
                }
                Ok(())
            }
        }
    }
}

/// Reads and checks what the `.rs` files of `folder` and of its folders declare. Places in messages are given as
/// `prefix`, then the path inside of the folder.
///
/// # Errors
/// A file that cannot be read, a macro that nothing is declared by, or the mistakes in what is declared.
pub fn read(folder: &Path, prefix: &str) -> Result<Specs, SourceError> {
    read_with_extensions(folder, prefix, &[])
}

/// As [`read`], with folders that extend the first one, each with its prefix. The rules of each folder are about the
/// machine and the dialect as they are after it; the numbers of forms and operations are the same for all.
///
/// # Errors
/// As [`read`]. An extension need not use every macro, but at least one.
pub fn read_with_extensions(
    folder: &Path,
    prefix: &str,
    extensions: &[(&Path, &str)],
) -> Result<Specs, SourceError> {
    let base = Declared::read(folder, prefix)?;
    let extensions = extensions
        .iter()
        .map(|(folder, prefix)| Declared::read(folder, prefix))
        .collect::<Result<Vec<_>, _>>()?;
    let context = Context::new();
    let specs = extensions
        .iter()
        .fold(understand(&base, &context), |specs, declared| {
            extend(specs?, declared, &context)
        });
    let mistakes: Vec<Diagnostic> = context.take();
    if mistakes.iter().any(|found| !found.code.is_lint()) {
        return Err(SourceError::Mistakes(mistakes));
    }
    specs
}

/// What the files of a folder say.
#[derive(Default)]
struct Declared {
    /// The name of each macro, and what it was given.
    invocations: Vec<(String, TokenStream)>,
    /// What folders inside say that have an `ops!` of their own.
    above: Vec<Declared>,
}

impl Declared {
    fn read(folder: &Path, prefix: &str) -> Result<Declared, SourceError> {
        let mut declared = Declared::default();
        walk(folder, folder, prefix, &mut declared)?;
        Ok(declared)
    }

    fn all(&self, name: &str) -> impl Iterator<Item = TokenStream> {
        let found = self.invocations.iter();
        let found = found.filter(move |(found, _)| found == name);
        found.map(|(_, tokens)| tokens.clone())
    }

    /// As a dialect above `to`.
    fn above(&self, to: &Ops, context: &Context) -> Result<Above, SourceError> {
        let ops = reading::ops(self.one("ops")?, context);
        let dialects = Dialects { from: &ops, to };
        let sets = self.all("rewriting");
        let sets = sets.filter_map(|set| reading::rewriting(set, dialects, context));
        let expansions = sets.collect();
        Ok(Above { ops, expansions })
    }

    fn one(&self, name: &'static str) -> Result<TokenStream, SourceError> {
        self.all(name).next().ok_or(SourceError::Missing(name))
    }

    fn rules(
        &self,
        isa: &Isa,
        ops: &Ops,
        calls: &Calls,
        context: &Context,
    ) -> (Vec<RuleSet>, Vec<RewriteSet>) {
        let sets = self.all("lowering");
        let sets = sets.filter_map(|set| reading::lowering(set, isa, ops, Some(calls), context));
        let rewriting = self.all("rewriting");
        let rewriting =
            rewriting.filter_map(|set| reading::rewriting(set, Dialects::one(ops), context));
        (sets.collect(), rewriting.collect())
    }
}

fn understand(declared: &Declared, context: &Context) -> Result<Specs, SourceError> {
    let isa = reading::isa(declared.one("isa")?, context);
    let ops = reading::ops(declared.one("ops")?, context);
    let calls = reading::calls(declared.one("calls")?, &isa, None, context)
        .ok_or(SourceError::Missing("calls"))?;
    let (sets, rewriting) = declared.rules(&isa, &ops, &calls, context);
    let above = declared.above.iter();
    let above = above.map(|declared| declared.above(&ops, context));
    Ok(Specs {
        above: above.collect::<Result<_, _>>()?,
        isa,
        ops,
        sets,
        calls,
        rewriting,
    })
}

fn extend(base: Specs, declared: &Declared, context: &Context) -> Result<Specs, SourceError> {
    let Specs {
        mut isa,
        mut ops,
        mut sets,
        mut calls,
        mut rewriting,
        above,
    } = base;
    const MACROS: [&str; 5] = ["isa", "ops", "calls", "lowering", "rewriting"];
    if MACROS
        .iter()
        .all(|name| declared.all(name).next().is_none())
    {
        return Err(SourceError::Missing("isa"));
    }
    if let Some(tokens) = declared.all("isa").next() {
        isa = reading::extended_isa(isa, tokens, context);
    }
    if let Some(tokens) = declared.all("ops").next() {
        ops = reading::extended_ops(ops, tokens, context);
    }
    if let Some(tokens) = declared.all("calls").next() {
        calls = reading::calls(tokens, &isa, Some(calls), context)
            .ok_or(SourceError::Missing("calls"))?;
    }
    let (own_sets, own_rewriting) = declared.rules(&isa, &ops, &calls, context);
    sets.extend(own_sets);
    rewriting.extend(own_rewriting);
    Ok(Specs {
        isa,
        ops,
        sets,
        calls,
        rewriting,
        above,
    })
}

fn walk(root: &Path, folder: &Path, prefix: &str, out: &mut Declared) -> Result<(), SourceError> {
    let failed = |error| SourceError::Read(folder.to_owned(), error);
    let entries = fs::read_dir(folder).map_err(failed)?;
    let mut paths = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<Vec<_>, _>>()
        .map_err(failed)?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            let mut inside = Declared::default();
            walk(root, &path, prefix, &mut inside)?;
            out.above.append(&mut inside.above);
            let is_dialect = inside.all("ops").next().is_some();
            match is_dialect {
                true => out.above.push(inside),
                false => out.invocations.append(&mut inside.invocations),
            }
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let inside = path.strip_prefix(root).unwrap_or(&path);
            let name = format!("{prefix}{}", inside.display());
            file(&path, name, &mut out.invocations)?;
        }
    }
    Ok(())
}

fn file(
    path: &Path,
    name: String,
    out: &mut Vec<(String, TokenStream)>,
) -> Result<(), SourceError> {
    let text =
        fs::read_to_string(path).map_err(|error| SourceError::Read(path.to_owned(), error))?;
    let tokens: syn::File =
        syn::parse_file(&text).map_err(|error| SourceError::Rust(path.to_owned(), error))?;
    struct Macros<'a>(&'a mut Vec<(String, TokenStream)>, String);
    impl<'ast> Visit<'ast> for Macros<'_> {
        fn visit_macro(&mut self, found: &'ast syn::Macro) {
            let Some(name) = found.path.segments.last() else {
                return;
            };
            // Spans know that they come from parsed text, not from which file.
            let span_file = name.ident.span().file();
            FILES.with_borrow_mut(|files| files.insert(span_file, self.1.clone()));
            self.0.push((name.ident.to_string(), found.tokens.clone()));
        }
    }
    Macros(out, name).visit_file(&tokens);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn specs() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs")
    }

    #[test]
    fn everything_in_specs_is_read() {
        let specs = read(&specs(), "specs/").unwrap_or_else(|error| panic!("{error}"));
        assert!(specs.sets.iter().any(|set| set.lowering.name == "Integer"));
        assert!(specs.calls.strategies.len() > 3);
        let [python] = &specs.above[..] else {
            panic!("{} dialects above", specs.above.len())
        };
        assert_eq!(python.ops.dialect, "Hir");
        assert_eq!(python.expansions.len(), 1);
        let rule = &specs.sets[0].lowering.rules[0];
        assert!(
            rule.region.place().starts_with("specs/lowering/"),
            "{}",
            rule.region.place()
        );
    }

    fn extension() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../tests/extension/src")
    }

    #[test]
    fn an_extension_is_read_on_top_of_what_it_extends() {
        let base = read(&specs(), "specs/").unwrap_or_else(|error| panic!("{error}"));
        let both = read_with_extensions(&specs(), "specs/", &[(&extension(), "example/")]);
        let both = both.unwrap_or_else(|error| panic!("{error}"));
        // What is the base's keeps its number.
        for (form, again) in base.isa.forms.iter().zip(&both.isa.forms) {
            assert_eq!(form.text, again.text);
        }
        for (op, again) in base.ops.ops.iter().zip(&both.ops.ops) {
            assert_eq!(op.name, again.name);
        }
        let own: Vec<_> = both.isa.forms[base.isa.forms.len()..]
            .iter()
            .map(|form| &*form.mnemonic)
            .collect();
        assert_eq!(own, ["adrp", "ror", "ror", "smull"]);
        assert_eq!(both.ops.ops.len(), base.ops.ops.len() + 5);
        let [own] = &both.sets[base.sets.len()..] else {
            panic!("{} sets", both.sets.len())
        };
        let place = own.lowering.rules[0].region.place();
        assert!(place.starts_with("example/rules.rs:"), "{place}");
        let is_stub = |strategy: &crate::model::calls::Strategy| strategy.name == "adrp_stub";
        assert!(both.calls.strategies.iter().any(is_stub));
        assert!(!base.calls.strategies.iter().any(is_stub));
    }

    #[test]
    fn an_extension_is_no_base_and_extends_with_something() {
        let alone = read(&extension(), "");
        assert!(matches!(alone, Err(SourceError::Mistakes(_))), "{alone:?}");
        let nothing = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/error");
        let nothing = read_with_extensions(&specs(), "", &[(&nothing, "")]);
        assert!(matches!(nothing, Err(SourceError::Missing(_))));
    }

    #[test]
    fn a_folder_without_declarations_is_refused() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/text.rs");
        assert!(matches!(read(&folder, ""), Err(SourceError::Read(..))));
    }
}
