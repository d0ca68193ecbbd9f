//! The syntax of `lowering!`, names unresolved.
//!
//! Families are multiplied out here, on tokens, so that everything downstream sees plain rules.

mod family;
mod pattern;
mod statement;

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{Parse as _, ParseStream};
use syn::punctuated::Punctuated;
use syn::{Path, Token, braced};

use super::{
    documentation, each_statement, grammar, keyword, optional_path_behind, path_behind, word,
};
use crate::error::{Context, Region};

pub use family::Instance;
pub(super) use family::items;
pub use pattern::{Kind, Operand, OperationSyntax};
pub(super) use statement::statement;
pub use statement::{Statement, StatementKind};

/// One invocation.
#[derive(Debug)]
pub struct LoweringSyntax {
    /// The name of the rule set.
    pub name: Ident,
    /// The path behind `for`.
    pub ops: TokenStream,
    /// The path behind `on`.
    pub isa: TokenStream,
    /// Whether there is a path behind `with`.
    pub with_calls: bool,
    /// What it consists of, families multiplied out.
    pub items: Vec<Item>,
}

/// A part of the invocation.
#[derive(Debug)]
pub enum Item {
    /// `total { … }`, `partial { … }`, `unlowered { … }`
    List(List, Vec<Ident>),
    /// `impossible Add(const, const);`
    Impossible(OperationSyntax, Region),
    /// `jump target { … }`
    Jump(Ident, TokenStream, Region),
    /// `rule name { … }`
    Rule(RuleSyntax),
    /// `prefer a over b;`
    Prefer(PreferSyntax),
}

/// Which list of the header.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum List {
    /// Every input has a rule.
    Total,
    /// Some inputs may have none.
    Partial,
    /// No rule anywhere.
    Unlowered,
}

/// `rule name { … }`
#[derive(Clone, Debug)]
pub struct RuleSyntax {
    /// The documentation comment.
    pub doc: String,
    /// The name as written.
    pub name: Ident,
    /// The row of the table, if it belongs to a family.
    pub instance: Option<Instance>,
    /// The statements.
    pub statements: Vec<Statement>,
    /// Whether all of them could be read; otherwise what is missing may be among those that could not.
    pub complete: bool,
}

/// `prefer a over b;`
#[derive(Debug)]
pub struct PreferSyntax {
    /// The preferred rule.
    pub over: Ident,
    /// The other one.
    pub under: Ident,
    /// The row of the table, if it stands in a family.
    pub instance: Option<Instance>,
    /// All of it.
    pub region: Region,
}

/// Reads an invocation. What cannot be read is reported and left out; without a header there is nothing.
pub fn parse(body: TokenStream, context: &Context) -> Option<LoweringSyntax> {
    let mut statements = super::statements(body).into_iter();
    let tokens = statements.next().unwrap_or_default();
    let header = super::statement(tokens, grammar::HEADERS, context, header);
    let items = items(
        statements.collect(),
        None,
        grammar::LOWERING,
        context,
        &item,
    );
    let Header {
        name,
        ops,
        isa,
        calls,
    } = header?;
    Some(LoweringSyntax {
        name,
        ops: quote!(#ops),
        isa: quote!(#isa),
        with_calls: calls.is_some(),
        items,
    })
}

/// `lowering Name for path on path;`, and `with path` if its rules call routines.
pub struct Header {
    /// The name of the rule set.
    pub name: Ident,
    /// The module of the operations.
    pub ops: Path,
    /// The module of the machine.
    pub isa: Path,
    /// The module of the routines.
    pub calls: Option<Path>,
}

/// Reads the header.
pub fn header(input: ParseStream) -> syn::Result<Header> {
    keyword(input, "lowering")?;
    let name = input.parse()?;
    input.parse::<Token![for]>()?;
    let ops = input.call(Path::parse_mod_style)?;
    let isa = path_behind("on", input)?;
    let calls = optional_path_behind("with", input)?;
    input.parse::<Token![;]>()?;
    Ok(Header {
        name,
        ops,
        isa,
        calls,
    })
}

fn item(
    input: ParseStream,
    instance: Option<&Instance>,
    context: &Context,
) -> syn::Result<Vec<Item>> {
    let doc = documentation(input)?;
    let first = word(input)?;
    let start = Region::from(first.span());
    let item = match first.to_string().as_str() {
        "total" => Item::List(List::Total, names(input)?),
        "partial" => Item::List(List::Partial, names(input)?),
        "unlowered" => Item::List(List::Unlowered, names(input)?),
        "impossible" => {
            let operation = input.parse()?;
            let end: Token![;] = input.parse()?;
            Item::Impossible(operation, start.to(end.span))
        }
        "jump" => {
            let label = input.parse()?;
            let (tokens, end) = block(input)?;
            Item::Jump(label, tokens, start.to(end))
        }
        "rule" => {
            let name = input.parse()?;
            let (body, _) = block(input)?;
            let before = context.count();
            let statements = each_statement(body, grammar::RULE, context, statement);
            Item::Rule(RuleSyntax {
                doc,
                name,
                instance: instance.cloned(),
                statements,
                complete: context.count() == before,
            })
        }
        "prefer" => {
            let lines = prefer(input, &first, instance)?;
            return Ok(lines.into_iter().map(Item::Prefer).collect());
        }
        _ => return Err(grammar::unknown_word(&first, grammar::LOWERING)),
    };
    Ok(vec![item])
}

/// `prefer a, b over c, d;`: every one of the first to every one of the second.
pub(super) fn prefer(
    input: ParseStream,
    first: &Ident,
    instance: Option<&Instance>,
) -> syn::Result<Vec<PreferSyntax>> {
    let names = Punctuated::<Ident, Token![,]>::parse_separated_nonempty;
    let over = names(input)?;
    keyword(input, "over")?;
    let under = names(input)?;
    let end: Token![;] = input.parse()?;
    let pairs = over
        .iter()
        .flat_map(|over| under.iter().map(move |under| (over, under)));
    let line = |(over, under): (&Ident, &Ident)| PreferSyntax {
        over: over.clone(),
        under: under.clone(),
        instance: instance.cloned(),
        region: Region::from(first.span()).to(end.span),
    };
    Ok(pairs.map(line).collect())
}

/// `{ A, B }`
pub(super) fn names(input: ParseStream) -> syn::Result<Vec<Ident>> {
    let body;
    let braces = braced!(body in input);
    if body.is_empty() {
        let message = "expected operations: a list without any says nothing";
        return Err(syn::Error::new(braces.span.join(), message));
    }
    let names = body.parse_terminated(Ident::parse, Token![,])?;
    Ok(names.into_iter().collect())
}

/// `{ … }` as it is, and its closing brace.
pub(super) fn block(input: ParseStream) -> syn::Result<(TokenStream, Span)> {
    match input.parse::<TokenTree>()? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => {
            Ok((group.stream(), group.span_close()))
        }
        other => Err(syn::Error::new(other.span(), "expected `{`")),
    }
}

#[cfg(test)]
mod tests;
