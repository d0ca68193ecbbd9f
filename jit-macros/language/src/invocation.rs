//! One invocation from tokens to tokens: reads, resolves, checks, expands, and tells what was found.
//!
//! What was understood is expanded even if there were mistakes, so that code that uses it does not drown them in errors
//! of its own.

use proc_macro2::TokenStream;
use quote::quote;
use syn::parse::ParseStream;
use syn::{Path, braced};

use crate::dump::{dump, name_of};
use crate::error::Context;
use crate::expand::forward;
use crate::model::calls::Calls;
use crate::model::isa::Isa;
use crate::model::ops::Ops;
use crate::parse::parse_all;
use crate::{expand, parse, reading};

/// `isa!`: one that extends another machine calls for it.
pub fn isa(tokens: TokenStream) -> TokenStream {
    if let Some(path) = parse::isa::extended(&tokens) {
        return forward::chain(&tokens, &[path], "__isa");
    }
    let context = Context::new();
    let isa = reading::isa(tokens.clone(), &context);
    finish(&tokens, expand::isa::expand(&isa, &tokens), context)
}

/// `ops!`: one that extends another dialect calls for it.
pub fn ops(tokens: TokenStream) -> TokenStream {
    if let Some(path) = parse::ops::extended(&tokens) {
        return forward::chain(&tokens, &[path], "__ops");
    }
    let context = Context::new();
    let ops = reading::ops(tokens.clone(), &context);
    finish(&tokens, expand::ops::expand(&ops, &tokens), context)
}

/// `lowering!`: looks no further than the header, and calls for the declarations that it names.
pub fn lowering(tokens: TokenStream) -> TokenStream {
    forward(tokens, "__lowering", |input| {
        let header = parse::lowering::header(input)?;
        Ok([header.ops, header.isa]
            .into_iter()
            .chain(header.calls)
            .collect())
    })
}

/// `calls!`: looks no further than the header, and calls for the declarations that it names.
pub fn calls(tokens: TokenStream) -> TokenStream {
    forward(tokens, "__calls", |input| {
        let header = parse::calls::header(input)?;
        Ok(header.extended.into_iter().chain([header.isa]).collect())
    })
}

/// `rewriting!`: looks no further than the header, and calls for the declarations that it names.
pub fn rewriting(tokens: TokenStream) -> TokenStream {
    forward(tokens, "__rewriting", |input| {
        let header = parse::rewriting::header(input)?;
        Ok([header.ops].into_iter().chain(header.to).collect())
    })
}

fn forward(
    tokens: TokenStream,
    last: &str,
    header: impl Fn(ParseStream) -> syn::Result<Vec<Path>>,
) -> TokenStream {
    let read = |input: ParseStream| {
        let paths = header(input)?;
        input.parse::<TokenStream>()?;
        Ok(paths)
    };
    match parse_all(tokens.clone(), read) {
        Ok(paths) => forward::chain(&tokens, &paths, last),
        Err(error) => {
            let context = Context::new();
            let help = parse::grammar::help(&tokens, parse::grammar::HEADERS);
            context.syntax(&error, help);
            context.finish()
        }
    }
}

/// What `lowering!` becomes once the declarations that it names have been fetched.
pub fn declared_lowering(tokens: TokenStream) -> TokenStream {
    with_declarations(tokens, expand::lowering::invocation)
}

/// Where `isa!` ends up, with the machine that it extends.
pub fn declared_isa(tokens: TokenStream) -> TokenStream {
    with_declarations(tokens, |known, context| {
        let tokens = known.body;
        let isa = reading::extended_isa(known.isa, tokens.clone(), context);
        expand::isa::expand(&isa, &tokens)
    })
}

/// Where `ops!` ends up, with the dialect that it extends.
pub fn declared_ops(tokens: TokenStream) -> TokenStream {
    with_declarations(tokens, |known, context| {
        let Some(base) = known.ops else {
            return TokenStream::new();
        };
        let tokens = known.body;
        let ops = reading::extended_ops(base, tokens.clone(), context);
        expand::ops::expand(&ops, &tokens)
    })
}

/// Where `calls!` ends up, with the declarations that its header names.
pub fn declared_calls(tokens: TokenStream) -> TokenStream {
    with_declarations(tokens, |known, context| {
        let Declarations {
            body, isa, calls, ..
        } = known;
        let Some(calls) = reading::calls(body.clone(), &isa, calls, context) else {
            return TokenStream::new();
        };
        let expansion = expand::calls::expand(&calls, &isa);
        let references = expand::references::of_calls(&calls, &isa, &body);
        let base = calls.base.as_ref().map(|base| &base.path);
        let declarations = forward::declarations("calls", &body, base);
        quote! { #references #expansion #declarations }
    })
}

/// What `rewriting!` becomes once the declarations that it names have been fetched.
pub fn declared_rewriting(tokens: TokenStream) -> TokenStream {
    with_declarations(tokens, expand::rewriting::invocation)
}

/// What the hidden macros behind `lowering!` and `calls!` are handed.
pub struct Declarations {
    /// The tokens of the invocation, header included.
    pub body: TokenStream,
    /// The machine; nothing if the header names none.
    pub isa: Isa,
    /// The dialect, if the header names one.
    pub ops: Option<Ops>,
    /// The dialect that it leads to, if the header names a second one.
    pub to: Option<Ops>,
    /// The call strategies, if the header names some.
    pub calls: Option<Calls>,
}

/// Reads what came along the chain, and expands it with `expand`. Mistakes in the declarations themselves are reported
/// where they are declared, so they are passed over here.
fn with_declarations(
    tokens: TokenStream,
    expand: impl FnOnce(Declarations, &Context) -> TokenStream,
) -> TokenStream {
    let context = Context::new();
    match parse_all(tokens, known) {
        Ok(Known {
            body,
            isa,
            ops,
            calls,
        }) => {
            let elsewhere = Context::new();
            let isa = reading::unchecked_machine(isa, &elsewhere);
            let mut dialects = reading::unchecked_dialects(ops, &elsewhere).into_iter();
            let known = Declarations {
                body: body.clone(),
                ops: dialects.next(),
                to: dialects.next(),
                calls: reading::unchecked_calls(calls, &isa, &elsewhere),
                isa,
            };
            // Reported where it is declared.
            elsewhere.take();
            let expansion = expand(known, &context);
            finish(&body, expansion, context)
        }
        Err(error) => {
            context.syntax(
                &error,
                "the macros call each other; this is not for anybody else",
            );
            context.finish()
        }
    }
}

/// What came along a chain: the tokens of the invocation, and those of the declarations, extensions first.
#[derive(Default)]
struct Known {
    body: TokenStream,
    isa: Vec<TokenStream>,
    ops: Vec<TokenStream>,
    calls: Vec<TokenStream>,
}

/// `{ body { … } ops { … } isa { … } }`
fn known(input: ParseStream) -> syn::Result<Known> {
    let inside;
    braced!(inside in input);
    let mut known = Known::default();
    while !inside.is_empty() {
        let name = parse::word(&inside)?;
        let content;
        braced!(content in inside);
        let content = content.parse::<TokenStream>()?;
        match name.to_string().as_str() {
            "body" => known.body = content,
            "isa" => known.isa.push(content),
            "ops" => known.ops.push(content),
            "calls" => known.calls.push(content),
            _ => {
                let names = ["body", "isa", "ops", "calls"];
                return Err(parse::expected_one_of(&name, &names));
            }
        }
    }
    Ok(known)
}

/// What could be expanded, then the findings, as items. An editor that completes a word compares the expansion with one in
/// which the word is longer, up to that word: so messages, which quote it, stand behind.
fn finish(declaration: &TokenStream, expansion: TokenStream, context: Context) -> TokenStream {
    dump(&name_of(declaration), &expansion);
    let errors = context.finish();
    quote! { #expansion #errors }
}
