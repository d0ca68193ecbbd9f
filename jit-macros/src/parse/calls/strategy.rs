//! `strategy name { … }` and `choose name { … }`.

use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::{Token, braced, bracketed};

use super::statement::Statements;
use super::{Unresolved, keyword, sequence, skip_item};
use crate::error::{Code, Context, Diagnostic, Region, unknown};
use crate::model::calls::{Choice, Strategy};
use crate::model::isa::Isa;

/// Reads what follows the word `strategy`.
pub(super) fn parse(
    input: ParseStream,
    doc: String,
    isa: &Isa,
    context: &Context,
) -> syn::Result<Unresolved<Strategy>> {
    let name: Ident = input.parse()?;
    let body;
    let brace = braced!(body in input);
    let before = context.count();
    let mut statements = Statements::new(isa, context);
    while !body.is_empty() {
        if let Err(error) = statements.read(&body) {
            context.syntax(&error);
            skip_item(&body);
        }
    }
    let Some(site) = statements.site else {
        return Err(syn::Error::new(
            name.span(),
            format!("strategy `{name}` has no `site`"),
        ));
    };
    let strategy = Strategy {
        region: Region::from(name.span()).to(brace.span.close()),
        name,
        doc,
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
    };
    if context.count() == before {
        names(&strategy, context);
    }
    Ok(Unresolved {
        item: strategy,
        singleton: statements.singleton,
        otherwise: statements.otherwise,
        candidates: Vec::new(),
    })
}

/// Reads what follows the word `choose`.
pub(super) fn parse_choice(
    input: ParseStream,
    doc: String,
    context: &Context,
) -> syn::Result<Unresolved<Choice>> {
    let name: Ident = input.parse()?;
    let body;
    let brace = braced!(body in input);
    let mut feature = None;
    let mut candidates = Vec::new();
    while !body.is_empty() {
        let word: Ident = body.parse()?;
        match word.to_string().as_str() {
            "feature" => feature = Some(super::statement::feature(&body)?),
            "least_bytes" => {
                keyword(&body, "from")?;
                let list;
                bracketed!(list in body);
                let names = list.parse_terminated(Ident::parse, Token![,])?;
                candidates = names.into_iter().collect();
            }
            _ => {
                let known = ["feature", "least_bytes"];
                context.report(unknown("statement of a choice", &word, known));
                skip_item(&body);
                continue;
            }
        }
        body.parse::<Token![;]>()?;
    }
    let choice = Choice {
        region: Region::from(name.span()).to(brace.span.close()),
        name,
        doc,
        feature,
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
    for name in templates.into_iter().flatten().flat_map(sequence::bound_names) {
        if !known.contains(&name.to_string().as_str()) {
            context.report(unknown("part of the strategy", &name, known.iter().copied()));
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
