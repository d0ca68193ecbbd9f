//! The declarations of `specs/`, several times over: every operation, and every rule for it, as often as wanted.
//!
//! The first copy keeps its names, the others get a number behind theirs. Types, the machine and immediate kinds stay as
//! they are.

mod rename;
pub mod source;

use jit_language::model::rewriting::Dialects;
use std::collections::BTreeSet;

use anyhow::{Context, Result, bail};
use proc_macro2::TokenStream;
use quote::{format_ident, quote};
use rename::{Names, keyword, name_behind, names_behind, statements};

/// Declarations as tokens.
#[derive(Clone, Debug)]
pub struct Declarations {
    /// What `isa!` is given.
    pub isa: TokenStream,
    /// What `ops!` is given.
    pub ops: TokenStream,
    /// What `calls!` is given.
    pub calls: TokenStream,
    /// What each `lowering!` is given.
    pub sets: Vec<TokenStream>,
    /// What each `rewriting!` is given.
    pub rewriting: Vec<TokenStream>,
}

impl Declarations {
    /// Those of `specs/`.
    ///
    /// # Errors
    /// A file that cannot be read, or has no declaration in it.
    pub fn read() -> Result<Declarations> {
        let all = |folder: &str, name: &str| {
            let files = source::files(folder)?;
            let invoked = files.iter().map(|file| source::invoked(file, name));
            anyhow::Ok(invoked.collect::<Result<Vec<_>>>()?.into_iter().flatten())
        };
        let one = |file: &str, name: &str| {
            let found = source::invoked(&source::specs().join(file), name)?;
            found.with_context(|| format!("{file} invokes no `{name}!`"))
        };
        Ok(Declarations {
            isa: one("isa.rs", "isa")?,
            ops: one("ops.rs", "ops")?,
            calls: one("calls.rs", "calls")?,
            sets: all("lowering", "lowering")?.collect(),
            rewriting: all("rewriting", "rewriting")?.collect(),
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
        let copied = |set: &TokenStream| scaled_set(set, &operations, times);
        Declarations {
            isa: self.isa.clone(),
            calls: self.calls.clone(),
            sets: self.sets.iter().map(copied).collect(),
            rewriting: self.rewriting.iter().map(copied).collect(),
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
            rewriting: Vec::new(),
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
        let calls = jit_language::reading::calls(self.calls.clone(), &isa, None, &context);
        let sets = self.sets.iter().filter_map(|set| {
            jit_language::reading::lowering(set.clone(), &isa, &ops, calls.as_ref(), &context)
        });
        let lowering: usize = sets.map(|set| set.lowering.rules.len()).sum();
        let sets = self.rewriting.iter().filter_map(|set| {
            jit_language::reading::rewriting(set.clone(), Dialects::one(&ops), &context)
        });
        let rewriting: usize = sets.map(|set| set.rewriting.right.len()).sum();
        let count = lowering + rewriting;
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
        let Declarations {
            isa,
            ops,
            calls,
            sets,
            rewriting,
        } = self;
        let mut out = jit_language::invocation::ops(ops.clone());
        for set in sets {
            // Sets that call routines are forwarded their declarations too.
            let calls = names_behind(set, "with")
                .iter()
                .next()
                .map(|_| quote!(calls { #calls }));
            let known = quote!({ body { #set } ops { #ops } isa { #isa } #calls });
            out.extend(jit_language::invocation::declared_lowering(known));
        }
        for set in rewriting {
            let known = quote!({ body { #set } ops { #ops } });
            out.extend(jit_language::invocation::declared_rewriting(known));
        }
        out
    }
}

/// Every rule of a set `times` as often.
fn scaled_set(set: &TokenStream, operations: &BTreeSet<String>, times: usize) -> TokenStream {
    let mut scaled = set.clone();
    let rules = names_behind(set, "rule");
    let names = Names {
        operations,
        rules: &rules,
    };
    for copy in 1..times {
        for statement in statements(set) {
            // There is one header, and one way to jump.
            if !["lowering", "rewriting", "jump"].contains(&keyword(&statement).as_str()) {
                scaled.extend(names.rename(&statement, copy));
            }
        }
    }
    scaled
}
