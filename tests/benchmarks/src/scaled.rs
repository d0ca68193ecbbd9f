//! The declarations of `specs/`, several times over: every operation, and every rule for it, as often as wanted.
//!
//! The first copy keeps its names, the others get a number behind theirs. Types, the machine and immediate kinds stay as
//! they are.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use proc_macro2::{Delimiter, Group, Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::visit::Visit;

/// Declarations as tokens.
#[derive(Clone, Debug)]
pub struct Declarations {
    /// What `isa!` is given.
    pub isa: TokenStream,
    /// What `ops!` is given.
    pub ops: TokenStream,
    /// What each `lowering!` is given.
    pub sets: Vec<TokenStream>,
}

/// The folder with the declarations.
pub fn specs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../specs")
}

impl Declarations {
    /// Those of `specs/`.
    ///
    /// # Errors
    /// A file that cannot be read, or has no declaration in it.
    pub fn read() -> Result<Declarations> {
        let folder = specs();
        let mut sets = Vec::new();
        let mut paths: Vec<PathBuf> = fs::read_dir(folder.join("lowering"))?
            .map(|entry| Ok(entry?.path()))
            .collect::<Result<_>>()?;
        paths.sort();
        for path in paths {
            sets.extend(invocations(&path, "lowering")?);
        }
        let one = |file: &str, name: &str| {
            let found = invocations(&folder.join(file), name)?.into_iter().next();
            found.with_context(|| format!("{file} invokes no `{name}!`"))
        };
        Ok(Declarations {
            isa: one("isa.rs", "isa")?,
            ops: one("ops.rs", "ops")?,
            sets,
        })
    }

    /// Every operation and every rule `times` as often.
    pub fn scaled(&self, times: usize) -> Declarations {
        let operations: BTreeSet<String> = statements(&self.ops)
            .iter()
            .filter(|statement| keyword(statement) == "op")
            .filter_map(|statement| name_behind(statement, "op"))
            .collect();
        let mut ops = self.ops.clone();
        let names = Names {
            operations: &operations,
            rules: &BTreeSet::new(),
        };
        for copy in 1..times {
            for statement in statements(&self.ops) {
                if keyword(&statement) == "op" {
                    ops.extend(names.rename(&statement, copy));
                }
            }
        }
        let sets = self.sets.iter().map(|set| {
            let mut scaled = set.clone();
            let rules = names_behind(set, "rule");
            let names = Names {
                operations: &operations,
                rules: &rules,
            };
            for copy in 1..times {
                for statement in statements(set) {
                    // There is one header, and one way to jump.
                    if !["lowering", "jump"].contains(&keyword(&statement).as_str()) {
                        scaled.extend(names.rename(&statement, copy));
                    }
                }
            }
            scaled
        });
        Declarations {
            isa: self.isa.clone(),
            sets: sets.collect(),
            ops,
        }
    }

    /// One operation with so many rules, each for sixteen constants of its own, and one for everything else.
    pub fn crowded(&self, rules: usize) -> Declarations {
        let crowd = (0..rules as i64).map(|index| {
            let name = format_ident!("crowded_{index}");
            let (least, most) = (16 * index, 16 * index + 15);
            quote! {
                /// Constants of its own.
                rule #name {
                    when Sub(a: Gpr, b: const I64) -> d: Gpr;
                    if #least <= b && b <= #most;
                    let part: Imm12 = b & 4095;
                    emit { ; sub XSP(d), XSP(a), part }
                    bytes 4;
                }
            }
        });
        let set = quote! {
            lowering Crowded for crate::specs::ops on crate::specs::isa;
            total { Sub }
            /// Everything else.
            rule registers {
                when Sub(a: Gpr, b: Gpr) -> d: Gpr;
                emit { ; sub X(d), X(a), X(b) }
                bytes 4;
            }
            #(#crowd)*
        };
        Declarations {
            sets: vec![set],
            ..self.clone()
        }
    }

    /// How many rules the sets have.
    ///
    /// # Errors
    /// What the language finds wrong with the declarations.
    pub fn rule_count(&self) -> Result<usize> {
        let context = jit_language::error::Context::new();
        let isa = jit_language::reading::isa(self.isa.clone(), &context);
        let ops = jit_language::reading::ops(self.ops.clone(), &context);
        let sets = self
            .sets
            .iter()
            .filter_map(|set| jit_language::reading::lowering(set.clone(), &isa, &ops, &context));
        let count = sets.map(|set| set.lowering.rules.len()).sum();
        let mistakes: Vec<_> = context
            .take()
            .into_iter()
            .filter(|found| !found.code.is_lint())
            .collect();
        match mistakes.first() {
            Some(first) => bail!(
                "{} mistakes in scaled declarations, {}",
                mistakes.len(),
                first.text()
            ),
            None => Ok(count),
        }
    }

    /// Everything that the compiler expands: the dialect, and every set of rules with what it is forwarded.
    pub fn expand(&self) -> TokenStream {
        let Declarations { isa, ops, sets } = self;
        let mut out = jit_language::invocation::ops(ops.clone());
        for set in sets {
            let known = quote!({ body { #set } ops { #ops } isa { #isa } });
            out.extend(jit_language::invocation::declared_lowering(known));
        }
        out
    }
}

/// What the invocations of a macro in a file are given.
fn invocations(path: &Path, name: &str) -> Result<Vec<TokenStream>> {
    struct Macros<'a>(&'a str, Vec<TokenStream>);
    impl<'ast> Visit<'ast> for Macros<'_> {
        fn visit_macro(&mut self, found: &'ast syn::Macro) {
            if found.path.is_ident(self.0) {
                self.1.push(found.tokens.clone());
            }
        }
    }
    let text =
        fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))?;
    let file = syn::parse_file(&text).with_context(|| format!("{}", path.display()))?;
    let mut macros = Macros(name, Vec::new());
    macros.visit_file(&file);
    Ok(macros.1)
}

/// The statements of a macro's body, each with its attributes and up to its `;` or `}`.
fn statements(tokens: &TokenStream) -> Vec<Vec<TokenTree>> {
    let mut statements = Vec::new();
    let mut statement = Vec::new();
    for token in tokens.clone() {
        let ends = match &token {
            TokenTree::Punct(punct) => punct.as_char() == ';',
            TokenTree::Group(group) => group.delimiter() == Delimiter::Brace,
            _ => false,
        };
        statement.push(token);
        if ends {
            statements.push(std::mem::take(&mut statement));
        }
    }
    statements
}

/// The first word of a statement.
fn keyword(statement: &[TokenTree]) -> String {
    let word = statement
        .iter()
        .find(|token| matches!(token, TokenTree::Ident(_)));
    word.map(ToString::to_string).unwrap_or_default()
}

/// The name behind a keyword.
fn name_behind(statement: &[TokenTree], keyword: &str) -> Option<String> {
    let at = statement
        .iter()
        .position(|token| token.to_string() == keyword)?;
    statement.get(at + 1).map(ToString::to_string)
}

/// The names that stand behind a keyword, at any depth.
fn names_behind(tokens: &TokenStream, keyword: &str) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let mut before = String::new();
    for token in tokens.clone() {
        match &token {
            TokenTree::Group(group) => names.extend(names_behind(&group.stream(), keyword)),
            TokenTree::Ident(name) if before == keyword => {
                names.insert(name.to_string());
            }
            _ => {}
        }
        before = token.to_string();
    }
    names
}

/// The names that every copy has its own of.
struct Names<'a> {
    operations: &'a BTreeSet<String>,
    rules: &'a BTreeSet<String>,
}

impl Names<'_> {
    /// The statement with the number of the copy behind the names of operations, and of rules where they are named.
    fn rename(&self, statement: &[TokenTree], copy: usize) -> TokenStream {
        let mut out = TokenStream::new();
        let mut before = String::new();
        for token in statement {
            let renamed = match token {
                TokenTree::Group(group) => {
                    let inside: Vec<TokenTree> = group.stream().into_iter().collect();
                    let mut group = Group::new(group.delimiter(), self.rename(&inside, copy));
                    group.set_span(token.span());
                    TokenTree::Group(group)
                }
                TokenTree::Ident(name) => {
                    let text = name.to_string();
                    let text = match before.as_str() {
                        "rule" => format!("{text}{copy}"),
                        "prefer" | "over" => self.rule(&text, copy),
                        // A kind of constant may be called like an operation.
                        "const" => text,
                        _ if self.operations.contains(&text) => format!("{text}{copy}"),
                        _ => text,
                    };
                    TokenTree::Ident(Ident::new(&text, name.span()))
                }
                other => other.clone(),
            };
            before = token.to_string();
            out.extend([renamed]);
        }
        out
    }

    /// The name of a rule in a copy. That of a family's instance ends in the operation it is for.
    fn rule(&self, name: &str, copy: usize) -> String {
        if self.rules.contains(name) {
            return format!("{name}{copy}");
        }
        let family = self.rules.iter().filter_map(|rule| {
            let suffix = name.strip_prefix(rule.as_str())?.strip_prefix('_')?;
            Some((rule, suffix))
        });
        match family.max_by_key(|(rule, _)| rule.len()) {
            Some((rule, suffix)) => format!("{rule}{copy}_{suffix}{copy}"),
            None => name.to_owned(),
        }
    }
}
