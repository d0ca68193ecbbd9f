//! The syntax of `rewriting!`, names unresolved.
//!
//! ```text
//! rewriting Simplify for crate::specs::ops;
//! fold { Add, Sub }
//! /// Adding nothing.
//! rule add_zero { when Add(a, 0); becomes a; }
//! rule multiply_power { when Mul(a, b: const I64); if power_of_two(b); becomes Shl(a, trailing_zeros(b)); }
//! prefer add_zero over add_add;
//! ```
//!
//! Left sides are read by the code that reads those of `lowering!`; families are multiplied out here, on tokens.

mod right;

use proc_macro2::{Ident, TokenStream};
use quote::quote;
use syn::parse::ParseStream;
use syn::punctuated::Punctuated;
use syn::{Path, Token};

use super::lowering::{self, Instance, PreferSyntax, block, items, names};
use super::{documentation, each_statement, expected_one_of, keyword, peeks, word};
use crate::error::{Context, Region};

pub use right::{OperandSyntax, RightSyntax};

/// One invocation.
#[derive(Debug)]
pub struct RewritingSyntax {
    /// The name of the set.
    pub name: Ident,
    /// The path behind `for`.
    pub ops: TokenStream,
    /// What it consists of, families multiplied out.
    pub items: Vec<Item>,
}

/// A part of the invocation.
#[derive(Debug)]
pub enum Item {
    /// `fold { … }`
    Fold(Vec<Ident>),
    /// `rule name { … }`
    Rule(RuleSyntax),
    /// `prefer a over b;`
    Prefer(PreferSyntax),
}

/// `rule name { … }`
#[derive(Debug)]
pub struct RuleSyntax {
    /// The left side: a rule of which the statements are `when` and `if`.
    pub left: lowering::RuleSyntax,
    /// `becomes …;`
    pub right: Vec<RightSyntax>,
}

/// A statement of a rule.
enum Statement {
    Left(lowering::Statement),
    Right(RightSyntax),
}

/// Reads an invocation. What cannot be read is reported and left out; without a header there is nothing.
pub fn parse(body: TokenStream, context: &Context) -> Option<RewritingSyntax> {
    let mut statements = super::statements(body).into_iter();
    let header = statements.next().unwrap_or_default();
    let header = super::parse_all(header, header_line).map_err(|error| context.syntax(&error));
    let items = items(statements.collect(), None, context, &item);
    let (name, ops) = header.ok()?;
    Some(RewritingSyntax { name, ops, items })
}

fn header_line(input: ParseStream) -> syn::Result<(Ident, TokenStream)> {
    keyword(input, "rewriting")?;
    let name = input.parse()?;
    input.parse::<Token![for]>()?;
    let ops = input.call(Path::parse_mod_style)?;
    input.parse::<Token![;]>()?;
    Ok((name, quote!(#ops)))
}

fn item(
    input: ParseStream,
    instance: Option<&Instance>,
    context: &Context,
) -> syn::Result<Vec<Item>> {
    let doc = documentation(input)?;
    let first = word(input)?;
    let item = match first.to_string().as_str() {
        "fold" => Item::Fold(names(input)?),
        "rule" => {
            let name = input.parse()?;
            let (body, _) = block(input)?;
            let (mut statements, mut right) = (Vec::new(), Vec::new());
            let before = context.count();
            for statement in each_statement(body, context, statement) {
                match statement {
                    Statement::Left(left) => statements.push(left),
                    Statement::Right(becomes) => right.push(becomes),
                }
            }
            let instance = instance.cloned();
            let left = lowering::RuleSyntax {
                doc,
                name,
                instance,
                statements,
                complete: context.count() == before,
            };
            Item::Rule(RuleSyntax { left, right })
        }
        "prefer" => return prefer(input, &first, instance),
        _ => {
            let words = ["rule", "prefer", "for", "fold"];
            return Err(expected_one_of(&first, &words));
        }
    };
    Ok(vec![item])
}

fn statement(input: ParseStream) -> syn::Result<Statement> {
    if peeks(input, "when") || peeks(input, "if") {
        return lowering::statement(input).map(Statement::Left);
    }
    let first = word(input)?;
    match first.to_string().as_str() {
        "becomes" => right::right(input, first.span().into()).map(Statement::Right),
        _ => Err(expected_one_of(&first, &["when", "if", "becomes"])),
    }
}

/// `prefer a, b over c, d;`: every one of the first to every one of the second.
fn prefer(
    input: ParseStream,
    first: &Ident,
    instance: Option<&Instance>,
) -> syn::Result<Vec<Item>> {
    let names = Punctuated::<Ident, Token![,]>::parse_separated_nonempty;
    let over = names(input)?;
    keyword(input, "over")?;
    let under = names(input)?;
    let end: Token![;] = input.parse()?;
    let region = Region::from(first.span()).to(end.span);
    let pairs = over
        .iter()
        .flat_map(|over| under.iter().map(move |under| (over, under)));
    let line = |(over, under): (&Ident, &Ident)| {
        Item::Prefer(PreferSyntax {
            over: over.clone(),
            under: under.clone(),
            instance: instance.cloned(),
            region,
        })
    };
    Ok(pairs.map(line).collect())
}
