//! The syntax of `lowering!`, with families of rules still folded up or already multiplied out, names unresolved.
//!
//! Reading goes on behind a statement that cannot be read, so that one slip does not hide the others.

mod family;
mod pattern;
mod statement;

use proc_macro2::{Delimiter, Ident, Span, TokenStream, TokenTree};
use syn::ext::IdentExt as _;
use syn::parse::{ParseStream, Parser as _};
use syn::{Token, braced, bracketed};

use crate::error::{Context, Region};

pub use family::Instance;
pub use pattern::{Kind, Operand, OperationSyntax};
pub use statement::{Statement, StatementKind};

/// One invocation.
#[derive(Debug)]
pub struct LoweringSyntax {
    /// The documentation comment.
    pub doc: String,
    /// The name of the rule set.
    pub name: Ident,
    /// The path behind `for`.
    pub ops: TokenStream,
    /// The path behind `on`.
    pub isa: TokenStream,
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
#[derive(Debug)]
pub struct RuleSyntax {
    /// The documentation comment.
    pub doc: String,
    /// The name as written.
    pub name: Ident,
    /// The row of the table, if it belongs to a family.
    pub instance: Option<Instance>,
    /// The statements.
    pub statements: Vec<Statement>,
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
    let parser = |input: ParseStream<'_>| {
        let header = header(input);
        let items = match &header {
            Ok(_) => items(input, None, context),
            Err(_) => Vec::new(),
        };
        skip_all(input);
        Ok((header, items))
    };
    let (header, items) = parser.parse2(body).map_err(|error| context.syntax(&error)).ok()?;
    match header {
        Ok((doc, name, ops, isa)) => Some(LoweringSyntax { doc, name, ops, isa, items }),
        Err(error) => {
            context.syntax(&error);
            None
        }
    }
}

fn header(input: ParseStream<'_>) -> syn::Result<(String, Ident, TokenStream, TokenStream)> {
    let doc = documentation(input)?;
    keyword(input, "lowering")?;
    let name = input.parse()?;
    input.parse::<Token![for]>()?;
    let ops = input.call(syn::Path::parse_mod_style)?;
    keyword(input, "on")?;
    let isa = input.call(syn::Path::parse_mod_style)?;
    input.parse::<Token![;]>()?;
    Ok((doc, name, quote::quote!(#ops), quote::quote!(#isa)))
}

fn items(input: ParseStream<'_>, instance: Option<&Instance>, context: &Context) -> Vec<Item> {
    let mut items = Vec::new();
    while !input.is_empty() {
        let start = input.cursor();
        if let Err(error) = item(input, instance, context, &mut items) {
            context.syntax(&error);
            recover(input, start);
        }
    }
    items
}

fn item(
    input: ParseStream<'_>,
    instance: Option<&Instance>,
    context: &Context,
    items: &mut Vec<Item>,
) -> syn::Result<()> {
    if input.peek(Token![for]) {
        for (instance, body) in family::expand(input)? {
            let parser = |input: ParseStream<'_>| Ok(self::items(input, Some(&instance), context));
            items.extend(parser.parse2(body)?);
        }
        return Ok(());
    }
    let doc = documentation(input)?;
    let word = input.call(Ident::parse_any)?;
    items.push(match word.to_string().as_str() {
        "total" => Item::List(List::Total, names(input)?),
        "partial" => Item::List(List::Partial, names(input)?),
        "unlowered" => Item::List(List::Unlowered, names(input)?),
        "impossible" => {
            let operation = input.parse()?;
            let end: Token![;] = input.parse()?;
            Item::Impossible(operation, Region::from(word.span()).to(end.span))
        }
        "jump" => {
            let label = input.parse()?;
            let (tokens, end) = block(input)?;
            Item::Jump(label, tokens, Region::from(word.span()).to(end))
        }
        "rule" => {
            let name = input.parse()?;
            let body;
            braced!(body in input);
            let statements = statement::statements(&body, context);
            Item::Rule(RuleSyntax { doc, name, instance: instance.cloned(), statements })
        }
        "prefer" => {
            let over = input.parse()?;
            keyword(input, "over")?;
            let under: Ident = input.parse()?;
            let end: Token![;] = input.parse()?;
            let region = Region::from(word.span()).to(end.span);
            Item::Prefer(PreferSyntax { over, under, instance: instance.cloned(), region })
        }
        other => {
            let expected = "`rule`, `prefer`, `for`, `total`, `partial`, `unlowered`, `impossible` or `jump`";
            return Err(syn::Error::new(word.span(), format!("expected {expected}, found `{other}`")));
        }
    });
    Ok(())
}

/// `{ A, B }`
fn names(input: ParseStream<'_>) -> syn::Result<Vec<Ident>> {
    let body;
    braced!(body in input);
    let names = body.parse_terminated(Ident::parse, Token![,])?;
    Ok(names.into_iter().collect())
}

/// `{ … }` as it is, and its closing brace.
fn block(input: ParseStream<'_>) -> syn::Result<(TokenStream, Span)> {
    match input.parse::<TokenTree>()? {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Ok((group.stream(), group.span_close())),
        other => Err(syn::Error::new(other.span(), "expected `{`")),
    }
}

/// One word that is not a keyword of Rust.
fn keyword(input: ParseStream<'_>, word: &str) -> syn::Result<Span> {
    let found = input.call(Ident::parse_any)?;
    if found == word {
        Ok(found.span())
    } else {
        Err(syn::Error::new(found.span(), format!("expected `{word}`, found `{found}`")))
    }
}

/// The lines of the `///` comments, without the space in front.
fn documentation(input: ParseStream<'_>) -> syn::Result<String> {
    let mut lines = Vec::new();
    while input.peek(Token![#]) {
        input.parse::<Token![#]>()?;
        let body;
        bracketed!(body in input);
        keyword(&body, "doc")?;
        body.parse::<Token![=]>()?;
        let line = body.parse::<syn::LitStr>()?.value();
        lines.push(line.strip_prefix(' ').unwrap_or(&line).to_owned());
    }
    Ok(lines.join("\n"))
}

/// Goes on behind the next `;` or `{ … }`, at least one token from `start`.
fn recover(input: ParseStream<'_>, start: syn::buffer::Cursor<'_>) {
    let mut moved = input.cursor() != start;
    while !input.is_empty() {
        if moved && input.peek(Token![#]) {
            return;
        }
        match input.parse::<TokenTree>() {
            Ok(TokenTree::Punct(punct)) if punct.as_char() == ';' => return,
            Ok(TokenTree::Group(group)) if group.delimiter() == Delimiter::Brace => return,
            Ok(_) => moved = true,
            Err(_) => return,
        }
    }
}

fn skip_all(input: ParseStream<'_>) {
    let _: syn::Result<TokenStream> = input.parse();
}

#[cfg(test)]
mod tests;
