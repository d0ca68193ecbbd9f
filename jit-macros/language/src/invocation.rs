//! One invocation from tokens to tokens: reads, resolves, checks, expands, and puts what was found in front.
//!
//! What was understood is expanded even if there were mistakes, so that code that uses it does not drown them in errors
//! of its own.

use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::parse::ParseStream;
use syn::{Path, Token, braced};

use crate::dump::{dump, name_of};
use crate::error::Context;
use crate::expand::forward;
use crate::model::isa::Isa;
use crate::model::ops::Ops;
use crate::parse::{keyword, parse_all};
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
        keyword(input, "lowering")?;
        input.parse::<Ident>()?;
        input.parse::<Token![for]>()?;
        let ops: Path = input.call(Path::parse_mod_style)?;
        keyword(input, "on")?;
        Ok(vec![ops, input.call(Path::parse_mod_style)?])
    })
}

/// `calls!`: looks no further than the header, and calls for the declarations that it names.
pub fn calls(tokens: TokenStream) -> TokenStream {
    forward(tokens, "__calls", |input| {
        keyword(input, "calls")?;
        input.parse::<Ident>()?;
        keyword(input, "on")?;
        Ok(vec![input.call(Path::parse_mod_style)?])
    })
}

/// `rewriting!`: looks no further than the header, and calls for the declarations that it names.
pub fn rewriting(tokens: TokenStream) -> TokenStream {
    forward(tokens, "__rewriting", |input| {
        keyword(input, "rewriting")?;
        input.parse::<Ident>()?;
        input.parse::<Token![for]>()?;
        Ok(vec![input.call(Path::parse_mod_style)?])
    })
}

fn forward(
    tokens: TokenStream,
    last: &str,
    header: impl Fn(ParseStream) -> syn::Result<Vec<Path>>,
) -> TokenStream {
    let read = |input: ParseStream| {
        let paths = header(input)?;
        input.parse::<Token![;]>()?;
        input.parse::<TokenStream>()?;
        Ok(paths)
    };
    match parse_all(tokens.clone(), read) {
        Ok(paths) => forward::chain(&tokens, &paths, last),
        Err(error) => {
            let context = Context::new();
            context.syntax(&error);
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
        let calls = reading::calls(known.body, &known.isa, context);
        calls.map_or_else(Default::default, |calls| {
            expand::calls::expand(&calls, &known.isa)
        })
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
}

/// Reads what came along the chain, and expands it with `expand`. Mistakes in the declarations themselves are reported
/// where they are declared, so they are passed over here.
fn with_declarations(
    tokens: TokenStream,
    expand: impl FnOnce(Declarations, &Context) -> TokenStream,
) -> TokenStream {
    let context = Context::new();
    match parse_all(tokens, known) {
        Ok((body, isa, ops)) => {
            let elsewhere = Context::new();
            let known = Declarations {
                body: body.clone(),
                isa: reading::unchecked_machine(isa, &elsewhere),
                ops: reading::unchecked_dialect(ops, &elsewhere),
            };
            // Reported by `isa!` and `ops!`.
            elsewhere.take();
            let expansion = expand(known, &context);
            finish(&body, expansion, context)
        }
        Err(error) => {
            context.syntax(&error);
            context.finish()
        }
    }
}

/// What came along a chain: the tokens of the invocation, those of machines and those of dialects, extensions first.
type Known = (TokenStream, Vec<TokenStream>, Vec<TokenStream>);

/// `{ body { … } ops { … } isa { … } }`
fn known(input: ParseStream) -> syn::Result<Known> {
    let inside;
    braced!(inside in input);
    let (mut body, mut isa, mut ops) = (None, Vec::new(), Vec::new());
    while !inside.is_empty() {
        let name = parse::word(&inside)?;
        let content;
        braced!(content in inside);
        let content = content.parse::<TokenStream>()?;
        match name.to_string().as_str() {
            "body" => body = Some(content),
            "isa" => isa.push(content),
            "ops" => ops.push(content),
            _ => return Err(parse::expected_one_of(&name, &["body", "isa", "ops"])),
        }
    }
    let nothing = || syn::Error::new(Span::call_site(), "expected what was invoked");
    Ok((body.ok_or_else(nothing)?, isa, ops))
}

/// Findings first, as items, then what could be expanded.
fn finish(declaration: &TokenStream, expansion: TokenStream, context: Context) -> TokenStream {
    dump(&name_of(declaration), &expansion);
    let errors = context.finish();
    quote! { #errors #expansion }
}
