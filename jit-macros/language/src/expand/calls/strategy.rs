//! The tables of strategies, the functions that emit their parts, and those to select them by.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;

use super::{place, screaming, template};
use crate::model::calls::{
    Base, Calls, Choice, Clobber, Feature, Part, Place, Pool, RetargetHow, Scope, SizeFormula,
    Strategy, StrategyId, StrategyRef, Stub,
};
use crate::model::isa::Isa;

/// Everything about strategies; nothing if none is declared.
pub(super) fn expand(calls: &Calls, isa: &Isa) -> TokenStream {
    let mut own = calls.own().peekable();
    if own.peek().is_none() && calls.own_choices().is_empty() {
        return TokenStream::new();
    }
    let forms = own.map(|(id, _)| form(calls, id, isa));
    let selection = selection(calls);
    let none = none_enabled(calls);
    quote! {
        #none
        #(#forms)*
        #selection
    }
}

/// A build without any strategy is an error that lists them.
fn none_enabled(calls: &Calls) -> TokenStream {
    let count = calls.own().count() + calls.own_choices().len();
    let features: Vec<&str> = calls
        .features()
        .map(|feature| feature.name.as_str())
        .collect();
    if features.len() < count {
        return TokenStream::new();
    }
    let message = format!(
        "no call strategy is built in; enable at least one of the features {}",
        features.join(", ")
    );
    quote! {
        #[cfg(not(any(#(feature = #features),*)))]
        ::core::compile_error!(#message);
    }
}

/// The condition under which the code of a strategy is there.
fn condition(calls: &Calls, id: StrategyId) -> TokenStream {
    let always = calls
        .strategies
        .iter()
        .enumerate()
        .any(|(index, strategy)| {
            strategy.feature.is_none() && calls.reachable_from(StrategyId(index)).contains(&id)
        });
    if always {
        return TokenStream::new();
    }
    let features = calls
        .features_with(id)
        .into_iter()
        .map(|feature| &feature.name);
    quote!(#[cfg(any(#(feature = #features),*))])
}

fn form(calls: &Calls, id: StrategyId, isa: &Isa) -> TokenStream {
    let strategy = &calls[id];
    let condition = condition(calls, id);
    let table = screaming(&strategy.name);
    let name = strategy.name.to_string();
    let doc = &strategy.doc;
    let (file, line) = place(&strategy.name);
    let site = words(&strategy.site);
    let emit_site = emit_part(strategy, &strategy.site);
    let stub = option(strategy.stub.as_ref().map(|stub| stub_info(strategy, stub)));
    let pool = option(strategy.pool.as_ref().map(pool_info));
    let links = strategy.links.iter().map(|link| {
        let (from, to) = (part_place(link.from), part_place(link.to));
        let name = isa[link.link].name.to_string();
        let (least, most) = isa[link.link].reach.bounds().unwrap_or_default();
        let (least, most) = (least as i64, most as i64);
        quote!(::jit_core::calls::Link { from: #from, to: #to, name: #name, least: #least, most: #most })
    });
    let clobbers = strategy.clobbers.iter().map(clobber);
    let retarget = match strategy.retarget.map(|retarget| retarget.how) {
        Some(RetargetHow::Store) => quote!(Store),
        Some(RetargetHow::Rewrite) => quote!(Rewrite),
        Some(RetargetHow::Never) | None => quote!(Never),
    };
    let threshold = option(strategy.threshold.as_ref().map(|threshold| {
        let sites = threshold.sites;
        let variable = option(threshold.variable.as_ref().map(|name| quote!(#name)));
        quote!(::jit_core::calls::Threshold { sites: #sites, variable: #variable })
    }));
    let singleton = follower(calls, strategy.singleton.as_ref());
    let otherwise = follower(calls, strategy.otherwise.as_ref());
    let size = size(strategy.size.as_ref());
    quote! {
        #condition
        #[doc = #doc]
        pub static #table: ::jit_core::calls::Form = ::jit_core::calls::Form {
            name: #name,
            doc: #doc,
            file: #file,
            line: #line,
            site: #site,
            stub: #stub,
            pool: #pool,
            links: &[#(#links),*],
            clobbers: &[#(#clobbers),*],
            retarget: ::jit_core::calls::Retarget::#retarget,
            threshold: #threshold,
            singleton: #singleton,
            otherwise: #otherwise,
            size: #size,
            emit_site: #emit_site,
        };
    }
}

fn option(value: Option<TokenStream>) -> TokenStream {
    match value {
        Some(value) => quote!(::core::option::Option::Some(#value)),
        None => quote!(::core::option::Option::None),
    }
}

fn follower(calls: &Calls, reference: Option<&StrategyRef>) -> TokenStream {
    option(reference.map(|reference| {
        let table = table(calls, reference.strategy);
        quote!(&#table)
    }))
}

/// Where the table entry of a strategy is, which may be another crate.
fn table(calls: &Calls, id: StrategyId) -> TokenStream {
    let name = screaming(&calls[id].name);
    match calls.inherited(id) {
        Some(Base { path, .. }) => quote!(#path::#name),
        None => quote!(#name),
    }
}

fn words(part: &Part) -> TokenStream {
    let lines = part.template.lines().count() as u32;
    let constants = part.constants.len() as u32;
    quote!(::jit_core::calls::Words { lines: #lines, constants: #constants })
}

fn scope(scope: Scope) -> TokenStream {
    match scope {
        Scope::Function => quote!(::jit_core::calls::Scope::Function),
        Scope::Arena => quote!(::jit_core::calls::Scope::Arena),
    }
}

fn stub_info(strategy: &Strategy, stub: &Stub) -> TokenStream {
    let words = words(&stub.part);
    let align = stub.align.0;
    let scope = scope(stub.scope);
    let emit = emit_part(strategy, &stub.part);
    quote!(::jit_core::calls::Stub { words: #words, align: #align, scope: #scope, emit: #emit })
}

fn pool_info(pool: &Pool) -> TokenStream {
    let align = pool.align.0;
    let scope = scope(pool.scope);
    quote!(::jit_core::calls::Pool { align: #align, scope: #scope })
}

fn part_place(place: Place) -> TokenStream {
    let place = match place {
        Place::Site => quote!(Site),
        Place::Stub => quote!(Stub),
        Place::Pool => quote!(Pool),
        Place::Target => quote!(Target),
        Place::Page => quote!(Page),
    };
    quote!(::jit_core::calls::Place::#place)
}

fn clobber(clobber: &Clobber) -> String {
    clobber
        .register
        .map_or_else(|| "flags".to_owned(), |register| register.to_string())
}

/// A function that emits a part, given the labels of the strategy's parts and the address of the target.
fn emit_part(strategy: &Strategy, part: &Part) -> TokenStream {
    let assembler = Ident::new("assembler", Span::mixed_site());
    let labels = Ident::new("labels", Span::mixed_site());
    let address = Ident::new("address", Span::mixed_site());
    let bindings = template::labels(&part.template).into_iter().map(|name| {
        let field = match name.to_string().as_str() {
            "stub" => "stub",
            "target" => "target",
            "page" => "page",
            _ => "pool",
        };
        let field = Ident::new(field, Span::mixed_site());
        quote!(let #name = #labels.#field;)
    });
    let lines = template::emit(&part.template, &assembler, Some((part, &address)));
    let offset = template::constants(&part.template)
        .into_iter()
        .filter(|name| *name == "offset")
        .map(|name| quote!(let #name: i64 = #address & 4095;));
    let doc = format!("A part of `{}`.", strategy.name);
    quote! {{
        #[doc = #doc]
        fn emit(
            #assembler: &mut ::jit_core::emit::Assembler,
            #labels: &::jit_core::calls::Labels,
            #address: i64,
        ) {
            let _ = (#labels, #address);
            #(#bindings)*
            #(#offset)*
            #lines
        }
        emit
    }}
}

/// The declared size as a function of sites, targets and words.
fn size(size: Option<&SizeFormula>) -> TokenStream {
    let Some(SizeFormula { names, formula, .. }) = size else {
        return quote!({
            fn size(_: u64, _: u64, _: u64) -> u64 {
                0
            }
            size
        });
    };
    let parameters = SizeFormula::NAMES.map(|known| {
        let name = names.iter().find(|name| *name == known);
        name.map_or_else(|| quote!(_), |name| quote!(#name))
    });
    quote! {{
        fn size(#(#parameters: u64),*) -> u64 {
            #formula
        }
        size
    }}
}

/// One thing that can be selected.
struct Selectable<'a> {
    name: &'a Ident,
    doc: &'a str,
    feature: Option<&'a Feature>,
    choice: TokenStream,
}

fn selectables(calls: &Calls) -> Vec<Selectable<'_>> {
    let strategies = calls.own().map(|(_, strategy)| {
        let table = screaming(&strategy.name);
        Selectable {
            name: &strategy.name,
            doc: &strategy.doc,
            feature: strategy.feature.as_ref(),
            choice: quote!(One(&#table)),
        }
    });
    let choices = calls.own_choices().iter().map(|choice: &Choice| {
        let candidates = choice
            .candidates
            .iter()
            .map(|candidate| table(calls, candidate.strategy));
        Selectable {
            name: &choice.name,
            doc: &choice.doc,
            feature: choice.feature.as_ref(),
            choice: quote!(LeastBytes(&[#(&#candidates),*])),
        }
    });
    strategies.chain(choices).collect()
}

/// A function for each, and the list of all.
fn selection(calls: &Calls) -> TokenStream {
    let mut functions = TokenStream::new();
    let mut all = TokenStream::new();
    for Selectable {
        name,
        doc,
        feature,
        choice,
    } in selectables(calls)
    {
        let condition = feature.map(|Feature { name, .. }| quote!(#[cfg(feature = #name)]));
        let text = name.to_string();
        let feature = option(feature.map(|Feature { name, .. }| quote!(#name)));
        let (file, line) = place(name);
        all.extend(quote!(#condition #name(),));
        functions.extend(quote! {
            #condition
            #[doc = #doc]
            pub const fn #name() -> ::jit_core::calls::Strategy {
                static INFO: ::jit_core::calls::StrategyInfo = ::jit_core::calls::StrategyInfo {
                    name: #text,
                    doc: #doc,
                    feature: #feature,
                    file: #file,
                    line: #line,
                    choice: ::jit_core::calls::Choice::#choice,
                };
                ::jit_core::calls::Strategy::new(&INFO)
            }
        });
    }
    quote! {
        #functions

        /// Every strategy declared here that is built in, in the order of declaration.
        pub const STRATEGIES: &[::jit_core::calls::Strategy] = &[#all];
    }
}
