//! What editors follow: words of a declaration that name what is declared elsewhere, as paths at their own place.
//!
//! An editor takes a word to where the tokens of the expansion at the same place lead. A name that leaves nothing else
//! behind in Rust gets a [marker](markers), at the place of its declaration; whoever uses the name [refers](paths) to
//! that. Markers are types without values, so nothing of this is in any program. Operations need none: patterns name them
//! by their paths anyway.

use std::collections::{BTreeSet, HashMap};

use proc_macro2::{Ident, TokenStream, TokenTree};
use quote::{format_ident, quote};

use crate::model::calls::{Calls, StrategyRef};
use crate::model::isa::Isa;
use crate::model::lowering::{Lowering, Prefer};

/// The markers of a machine, and what its own forms refer to. An extension has those of the machine that it extends.
pub fn of_isa(isa: &Isa, body: &TokenStream) -> TokenStream {
    let markers = match &isa.base {
        None => markers(names_of(isa)),
        Some(base) => {
            let path = &base.path;
            quote! {
                #[doc(hidden)]
                pub use #path::__names;
            }
        }
    };
    let paths = paths(kinds(body, isa).iter().map(|word| quote!(__names::#word)));
    quote!(#markers #paths)
}

/// What a rule set refers to: the machine's names in `body`, and rules in `prefer` lines.
pub fn of_lowering(lowering: &Lowering, isa: &Isa, body: &TokenStream) -> TokenStream {
    let path = &lowering.isa_path;
    let kinds = kinds(body, isa);
    let kinds = kinds.iter().map(|word| quote!(#path::__names::#word));
    let kinds = paths(kinds);
    let rules = preferences(lowering);
    quote!(#kinds #rules)
}

/// The rules in `prefer` lines.
pub fn preferences(lowering: &Lowering) -> TokenStream {
    let (mut declared, mut used) = (Vec::new(), Vec::new());
    for Prefer {
        pairs, over, under, ..
    } in &lowering.preferences
    {
        for &(first, second) in pairs {
            for (word, index) in [(over, first), (under, second)] {
                let rule = &lowering.rules[index];
                // Instances have longer names, at the same place.
                declared.push(Ident::new(&word.to_string(), rule.region.first));
            }
        }
        used.extend([over, under].map(|word| quote!(__names::#word)));
    }
    if declared.is_empty() {
        return TokenStream::new();
    }
    let (markers, paths) = (markers(declared.iter()), paths(used));
    quote!(#markers #paths)
}

/// The markers of strategies, what they refer to among each other, and the machine's names in `body`.
pub fn of_calls(calls: &Calls, isa: &Isa, body: &TokenStream) -> TokenStream {
    let own = calls.base.as_ref().map_or(0, |base| base.strategies);
    let path = &calls.isa_path;
    let kinds = kinds(body, isa);
    let kinds = kinds.iter().map(|word| quote!(#path::__names::#word));
    let named = calls.strategies[own..]
        .iter()
        .flat_map(|strategy| strategy.singleton.iter().chain(&strategy.otherwise));
    let own_choices = calls.base.as_ref().map_or(0, |base| base.choices);
    let candidates = calls.choices[own_choices..]
        .iter()
        .flat_map(|choice| &choice.candidates);
    let strategies = named.chain(candidates).map(|used: &StrategyRef| {
        let name = calls[used.strategy].name.to_string();
        let word = format_ident!("{name}", span = used.region.first);
        match &calls.base {
            Some(base) if used.strategy.0 < own => {
                let path = &base.path;
                quote!(#path::__names::#word)
            }
            _ => quote!(__names::#word),
        }
    });
    let paths = paths(kinds.chain(strategies));
    let markers = markers(calls.strategies[own..].iter().map(|it| &it.name));
    quote!(#markers #paths)
}

/// A type for each of `names`, at its place; of equal names the first counts.
fn markers<'a>(names: impl Iterator<Item = &'a Ident>) -> TokenStream {
    let mut known = BTreeSet::new();
    let known = names.filter(|name| known.insert(name.to_string()));
    quote! {
        #[doc(hidden)]
        #[allow(missing_docs, dead_code, non_camel_case_types, reason = "generated: for editors")]
        pub mod __names {
            #(pub enum #known {})*
        }
    }
}

/// Something that names all of `paths` and does nothing.
fn paths(paths: impl IntoIterator<Item = TokenStream>) -> TokenStream {
    let paths: Vec<TokenStream> = paths.into_iter().collect();
    if paths.is_empty() {
        return TokenStream::new();
    }
    quote! {
        #[allow(clippy::type_complexity, reason = "generated: for editors")]
        const _: ::core::marker::PhantomData<(#(#paths,)*)> = ::core::marker::PhantomData;
    }
}

/// The names of a machine that have markers; an extension declares none.
fn names_of(isa: &Isa) -> impl Iterator<Item = &Ident> {
    let links = isa.base.as_ref().map_or(isa.links.len(), |base| base.links);
    let classes = isa.classes.iter().map(|class| &class.name);
    let immediates = isa.immediates.iter().map(|immediate| &immediate.name);
    let links = isa.links[..links].iter().map(|link| &link.name);
    classes.chain(immediates).chain(links)
}

/// Every word that names a register class, an immediate kind or a link, but for the one that declares it.
fn kinds(body: &TokenStream, isa: &Isa) -> Vec<Ident> {
    let mut names: HashMap<String, &Ident> = HashMap::new();
    for name in names_of(isa) {
        names.entry(name.to_string()).or_insert(name);
    }
    let mut found = Vec::new();
    collect(body, &names, &mut found);
    found
}

fn collect(tokens: &TokenStream, names: &HashMap<String, &Ident>, found: &mut Vec<Ident>) {
    for token in tokens.clone() {
        match token {
            TokenTree::Group(group) => collect(&group.stream(), names, found),
            TokenTree::Ident(word) => {
                let same = names.get(&word.to_string());
                if same.is_some_and(|name| !is_one(name, &word)) {
                    found.push(word);
                }
            }
            _ => {}
        }
    }
}

/// Whether two words are one.
fn is_one(one: &Ident, other: &Ident) -> bool {
    let (one, other) = (one.span(), other.span());
    let place = |at: proc_macro2::LineColumn| (at.line, at.column);
    one.file() == other.file() && place(one.start()) == place(other.start())
}
