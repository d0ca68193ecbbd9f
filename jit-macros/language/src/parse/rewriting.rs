//! The syntax of `rewriting!`, names unresolved.
//!
//! ```text
//! rewriting Simplify for crate::specs::ops;          rewriting Expand for super::ops to ::jit_core::specs::ops;
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
use syn::{Path, Token};

use super::lowering::{self, Instance, PreferSyntax, block, items, names};
use super::{documentation, each_statement, grammar, keyword, optional_path_behind, peeks, word};
use crate::error::Context;

pub use right::{
    Cold, ElementSyntax, IfSyntax, OperandSyntax, RightSyntax, SliceSyntax, StepSyntax,
};

/// One invocation.
#[derive(Debug)]
pub struct RewritingSyntax {
    /// The name of the set.
    pub name: Ident,
    /// The path behind `for`.
    pub ops: TokenStream,
    /// The path behind `to`, if operations become those of another dialect.
    pub to: Option<TokenStream>,
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
#[derive(Clone, Debug)]
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
    let header = super::statement(header, grammar::HEADERS, context, self::header);
    let items = items(
        statements.collect(),
        None,
        grammar::REWRITING,
        context,
        &item,
    );
    let Header { name, ops, to } = header?;
    Some(RewritingSyntax {
        name,
        ops: quote!(#ops),
        to: to.map(|to| quote!(#to)),
        items,
    })
}

/// `rewriting NAME for PATH;`, `rewriting NAME for PATH to PATH;`
pub struct Header {
    /// The name of the set.
    pub name: Ident,
    /// The module of the operations that are replaced.
    pub ops: Path,
    /// The module of those that take their place, if it is another one.
    pub to: Option<Path>,
}

/// Reads the first line.
pub fn header(input: ParseStream) -> syn::Result<Header> {
    keyword(input, "rewriting")?;
    let name = input.parse()?;
    input.parse::<Token![for]>()?;
    let ops = input.call(Path::parse_mod_style)?;
    let to = optional_path_behind("to", input)?;
    input.parse::<Token![;]>()?;
    Ok(Header { name, ops, to })
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
            for statement in each_statement(body, grammar::REWRITING_RULE, context, statement) {
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
        "prefer" => {
            let lines = lowering::prefer(input, &first, instance)?;
            return Ok(lines.into_iter().map(Item::Prefer).collect());
        }
        _ => return Err(grammar::unknown_word(&first, grammar::REWRITING)),
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
        _ => Err(grammar::unknown_word(&first, grammar::REWRITING_RULE)),
    }
}
