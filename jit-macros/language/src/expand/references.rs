//! What editors follow: words of a declaration that name what is declared elsewhere, as paths at their own place.
//!
//! An editor takes a word to where the tokens of the expansion at the same place lead. A name that leaves nothing else
//! behind in Rust gets a [marker](markers), at the place of its declaration; whoever uses the name refers to that in a
//! function that nobody calls, and what a rule binds is bound there too. Markers are types without values, and that function
//! is empty for everybody but rust-analyzer, so nothing of this is in any program.

mod declarations;
mod words;

use std::collections::{BTreeSet, HashSet};

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};
use syn::Path;

use crate::model::calls::Calls;
use crate::model::isa::Isa;
use crate::model::lowering::Lowering;
use crate::model::ops::Ops;
use crate::model::rewriting::{Dialects, Rewriting};
use crate::parse::grammar;
use words::{Known, Operations};

/// The markers of a machine, and what its declaration names.
pub fn of_isa(isa: &Isa, body: &TokenStream) -> TokenStream {
    let known = Known {
        kinds: kinds(isa),
        instructions: instructions(isa),
        ..Known::default()
    };
    let base = isa.base.as_ref().map(|base| &base.path);
    let markers = markers("__names", &declarations::declared(body), base);
    let words = declarations::of_machine(body, &known).expand();
    quote!(#markers #words)
}

/// The markers of what a dialect is given, and what it names: its own value types, and the classes of the machine that it
/// is declared `on`.
pub fn of_ops(ops: &Ops, body: &TokenStream) -> TokenStream {
    let known = Known {
        machine: ops.machine.as_ref().map(|path| quote!(#path::__names)),
        types: (quote!(Type), types(ops)),
        ..Known::default()
    };
    let given: Vec<Ident> = ops
        .givens
        .iter()
        .map(|it| it.operand.name.clone())
        .collect();
    let markers = (!given.is_empty()).then(|| markers("__given", &given, None));
    let words = declarations::of_dialect(body, &known).expand();
    quote!(#markers #words)
}

/// What a rule set names: operations, what the machine declares, what a rule binds, and rules in `prefer` lines.
pub fn of_lowering(lowering: &Lowering, isa: &Isa, ops: &Ops, body: &TokenStream) -> TokenStream {
    let machine = &lowering.isa_path;
    let known = Known {
        machine: Some(quote!(#machine::__names)),
        kinds: kinds(isa),
        instructions: instructions(isa),
        items: &[grammar::LOWERING],
        statements: &[grammar::RULE],
        ..of_rules(&lowering.ops_path, ops, body)
    };
    let markers = markers("__names", &behind(body, &["rule"]), None);
    let words = words::find(body, &known).expand();
    quote!(#markers #words)
}

/// The same for rewriting rules, whose right sides may name another dialect and what is given.
pub fn of_rewriting(
    rewriting: &Rewriting,
    dialects: Dialects<'_>,
    body: &TokenStream,
) -> TokenStream {
    let from = &rewriting.ops_path;
    let given = texts(dialects.from.givens.iter().map(|it| &it.operand.name));
    let known = Known {
        to: rewriting
            .to_path
            .as_ref()
            .map(|to| operations(to, dialects.to)),
        given: (!given.is_empty()).then(|| (quote!(#from::__given), given)),
        items: &[grammar::REWRITING],
        statements: &[grammar::REWRITING_RULE],
        ..of_rules(from, dialects.from, body)
    };
    let markers = markers("__names", &behind(body, &["rule"]), None);
    let words = words::find(body, &known).expand();
    quote!(#markers #words)
}

fn of_rules<'a>(path: &'a TokenStream, ops: &Ops, body: &TokenStream) -> Known<'a> {
    Known {
        ops: Some(operations(path, ops)),
        types: (quote!(#path::Type), types(ops)),
        own: (&["prefer", "over"], texts(behind(body, &["rule"]).iter())),
        ..Known::default()
    }
}

fn operations<'a>(path: &'a TokenStream, ops: &Ops) -> Operations<'a> {
    Operations {
        path,
        names: texts(ops.ops.iter().map(|op| &op.name)),
    }
}

/// The markers of strategies, sequences and routines, and what they name: each other, what the machine declares, and their
/// parameters.
pub fn of_calls(calls: &Calls, isa: &Isa, body: &TokenStream) -> TokenStream {
    let machine = &calls.isa_path;
    let sequences = calls.sequences.iter().map(|it| &it.name);
    let strategies = calls.strategies.iter().map(|it| &it.name);
    let known = Known {
        machine: Some(quote!(#machine::__names)),
        kinds: kinds(isa),
        instructions: instructions(isa),
        own: (
            &["singleton", "otherwise", "undoes", "call"],
            texts(sequences.chain(strategies)),
        ),
        items: &[grammar::CALLS],
        statements: &[grammar::STRATEGY, grammar::CHOICE],
        ..Known::default()
    };
    let base = calls.base.as_ref().map(|base| &base.path);
    let declared = behind(body, &["strategy", "sequence", "routine"]);
    let markers = markers("__names", &declared, base);
    let words = words::find(body, &known).expand();
    quote!(#markers #words)
}

/// A type for each of `names` in `module`, at its place, of equal names for the first; besides those of the module `base`.
fn markers(module: &str, names: &[Ident], base: Option<&Path>) -> TokenStream {
    let module = format_ident!("{module}");
    let mut seen = HashSet::new();
    let known = names.iter().filter(|name| seen.insert(name.to_string()));
    let inherited = base.map(|path| quote!(pub use #path::__names::*;));
    quote! {
        #[doc(hidden)]
        #[allow(missing_docs, dead_code, unused_imports, non_camel_case_types, reason = "generated: for editors")]
        pub mod #module {
            #inherited
            #(pub enum #known {})*
        }
    }
}

/// Every word behind one of `keywords`, at any depth.
fn behind(tokens: &TokenStream, keywords: &[&str]) -> Vec<Ident> {
    let mut found = Vec::new();
    let mut is_behind = false;
    for token in tokens.clone() {
        match &token {
            TokenTree::Group(group) => found.extend(behind(&group.stream(), keywords)),
            TokenTree::Ident(word) if is_behind => found.push(word.clone()),
            _ => {}
        }
        is_behind =
            matches!(&token, TokenTree::Ident(word) if keywords.iter().any(|it| word == it));
    }
    found
}

fn kinds(isa: &Isa) -> BTreeSet<String> {
    let classes = isa.classes.iter().map(|class| &class.name);
    let immediates = isa.immediates.iter().map(|immediate| &immediate.name);
    let links = isa.links.iter().map(|link| &link.name);
    texts(classes.chain(immediates).chain(links))
}

/// Mnemonics, and the conditions that they carry.
fn instructions(isa: &Isa) -> BTreeSet<String> {
    let plain = |mnemonic: &String| mnemonic.trim_end_matches(".cond").to_owned();
    let mnemonics = isa.forms.iter().map(|form| plain(&form.mnemonic));
    let conditions = isa.conditions.iter().map(|it| it.name.to_string());
    mnemonics.chain(conditions).collect()
}

fn types(ops: &Ops) -> BTreeSet<String> {
    texts(ops.values.iter().map(|value| &value.name))
}

fn texts<'a>(names: impl Iterator<Item = &'a Ident>) -> BTreeSet<String> {
    names.map(Ident::to_string).collect()
}
