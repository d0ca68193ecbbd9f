//! The grammar of `conditions` and `means` statements; what stands within the braces of the latter is read elsewhere.

use proc_macro2::TokenStream;
use syn::parse::ParseStream;
use syn::{Expr, Token, braced, parenthesized};

use super::form::mnemonics;
use super::syntax::{Condition, Meaning, Parameter};
use crate::parse::{verbatim, word};

pub(super) fn conditions(input: ParseStream) -> syn::Result<Vec<Condition>> {
    let inside;
    braced!(inside in input);
    let mut conditions = Vec::new();
    while !inside.is_empty() {
        let mut names = vec![word(&inside)?];
        while inside.peek(Token![|]) {
            inside.parse::<Token![|]>()?;
            names.push(word(&inside)?);
        }
        inside.parse::<Token![=]>()?;
        let (_, value) = verbatim(&inside, |input| input.parse::<Expr>())?;
        inside.parse::<Token![;]>()?;
        conditions.push(Condition { names, value });
    }
    Ok(conditions)
}

pub(super) fn meaning(input: ParseStream) -> syn::Result<Meaning> {
    let (mnemonics, region) = mnemonics(input)?;
    let inside;
    parenthesized!(inside in input);
    let parameters = inside.parse_terminated(parameter, Token![,])?;
    let body;
    braced!(body in input);
    let body: TokenStream = body.parse()?;
    Ok(Meaning {
        mnemonics,
        parameters: parameters.into_iter().collect(),
        body,
        region,
    })
}

fn parameter(input: ParseStream) -> syn::Result<Parameter> {
    let name = input.parse()?;
    let shift = if input.peek(Token![<<]) {
        input.parse::<Token![<<]>()?;
        Some(input.parse()?)
    } else {
        None
    };
    let default = if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        Some(word(input)?)
    } else {
        None
    };
    Ok(Parameter {
        name,
        shift,
        default,
    })
}
