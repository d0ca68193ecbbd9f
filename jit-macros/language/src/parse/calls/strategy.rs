//! `strategy name { … }` and `choose name { … }`.

use proc_macro2::{Delimiter, Ident, TokenStream, TokenTree};
use syn::parse::ParseStream;
use syn::{Token, braced, bracketed};

use super::statement::{Statements, feature};
use super::{Unresolved, sequence};
use crate::error::{Code, Context, Diagnostic, Region, again, unknown};
use crate::model::calls::{Choice, Strategy};
use crate::model::isa::Isa;
use crate::parse::{grammar, keyword, word};

/// Reads what follows the word `strategy`.
pub(super) fn parse(
    input: ParseStream,
    doc: String,
    isa: &Isa,
    context: &Context,
) -> syn::Result<Option<Unresolved<Strategy>>> {
    let name: Ident = input.parse()?;
    let body;
    let brace = braced!(body in input);
    let before = context.count();
    let mut statements = Statements::new(isa, context);
    for tokens in split(body.parse()?) {
        crate::parse::statement(tokens, grammar::STRATEGY, context, |input| {
            statements.read(input)
        });
    }
    let complete = context.count() == before;
    let Some(site) = statements.site else {
        if complete {
            let message = format!("strategy `{name}` has no `site`");
            let help = "write `site { … }`: the instructions at each call";
            context.report(Diagnostic::new(Code::Syntax, name.span(), message).help(help));
        }
        return Ok(None);
    };
    let strategy = Strategy {
        complete,
        region: Region::from(name.span()).to(brace.span.close()),
        name,
        doc,
        declaration: TokenStream::new(),
        feature: statements.feature,
        site,
        stub: statements.stub,
        pool: statements.pool,
        links: statements.links,
        clobbers: statements.clobbers,
        retarget: statements.retarget,
        threshold: statements.threshold,
        singleton: None,
        size: statements.size,
        otherwise: None,
        has_otherwise: statements.otherwise.is_some(),
    };
    if complete {
        names(&strategy, context);
    }
    Ok(Some(Unresolved {
        item: strategy,
        singleton: statements.singleton,
        otherwise: statements.otherwise,
        candidates: Vec::new(),
    }))
}

/// Cuts the body of a strategy into statements: `site` and `links` end with their braces, everything else with a `;`.
pub fn split(body: TokenStream) -> Vec<TokenStream> {
    let mut statements = Vec::new();
    let mut current: Vec<TokenTree> = Vec::new();
    for token in body {
        current.push(token);
        let ends = match (&current[0], current.last()) {
            (_, Some(TokenTree::Punct(punct))) => punct.as_char() == ';',
            (TokenTree::Ident(first), Some(TokenTree::Group(group))) => {
                group.delimiter() == Delimiter::Brace && (first == "site" || first == "links")
            }
            _ => false,
        };
        if ends {
            statements.push(current.drain(..).collect());
        }
    }
    if !current.is_empty() {
        statements.push(current.into_iter().collect());
    }
    statements
}

/// Reads what follows the word `choose`.
pub(super) fn parse_choice(
    input: ParseStream,
    doc: String,
    context: &Context,
) -> syn::Result<Unresolved<Choice>> {
    let name: Ident = input.parse()?;
    let body;
    braced!(body in input);
    let mut declared = None;
    let mut candidates = Vec::new();
    let mut read: Vec<Ident> = Vec::new();
    while !body.is_empty() {
        let statement = word(&body)?;
        if let Some(first) = read.iter().find(|first| **first == statement) {
            let what = format!("a `{statement}`");
            context.report(again(&what, statement.span(), first.span()));
        }
        read.push(statement.clone());
        match statement.to_string().as_str() {
            "feature" => declared = Some(feature(&body)?),
            "least_bytes" => {
                keyword(&body, "from")?;
                let list;
                bracketed!(list in body);
                let names = list.parse_terminated(word, Token![,])?;
                candidates = names.into_iter().collect();
            }
            _ => return Err(grammar::unknown_word(&statement, grammar::CHOICE)),
        }
        body.parse::<Token![;]>()?;
    }
    if candidates.is_empty() {
        let message = format!("`{name}` has nothing to choose from");
        let help = "write `least_bytes from [one, other];`";
        context.report(Diagnostic::new(Code::Syntax, name.span(), message).help(help));
    }
    let choice = Choice {
        name,
        doc,
        feature: declared,
        candidates: Vec::new(),
    };
    Ok(Unresolved {
        item: choice,
        singleton: None,
        otherwise: None,
        candidates,
    })
}

/// Reports labels in the templates that are no part of the strategy, and parts that nothing refers to.
fn names(strategy: &Strategy, context: &Context) {
    let pool = strategy.pool.as_ref().map(|pool| pool.name.to_string());
    let known: Vec<&str> = [
        Some("target"),
        Some("page"),
        Some("offset"),
        strategy.stub.as_ref().map(|_| "stub"),
        pool.as_deref(),
    ]
    .into_iter()
    .flatten()
    .collect();
    let templates = [
        Some(&strategy.site.template),
        strategy.stub.as_ref().map(|stub| &stub.part.template),
    ];
    let mut used = Vec::new();
    for name in templates
        .into_iter()
        .flatten()
        .flat_map(sequence::bound_names)
    {
        if !known.contains(&name.to_string().as_str()) {
            context.report(unknown(
                "part of the strategy",
                &name,
                known.iter().copied(),
            ));
        }
        used.push(name);
    }
    if let Some(pool) = &strategy.pool
        && !used.contains(&pool.name)
    {
        let message = format!("nothing refers to `{}`", pool.name);
        context.report(
            Diagnostic::new(Code::UnboundOrUnused, pool.region, message)
                .help("load it in `site` or `stub`, or remove it"),
        );
    }
    if let Some(stub) = &strategy.stub
        && !used.iter().any(|name| name == "stub")
    {
        context.report(
            Diagnostic::new(
                Code::UnboundOrUnused,
                stub.part.template.region,
                "nothing refers to `stub`",
            )
            .help("branch to it in `site`, or remove it"),
        );
    }
}
