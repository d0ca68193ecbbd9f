//! Patterns: `Add(a: Gpr, Shl(b: Gpr, n: Imm6))`.

use proc_macro2::{Ident, Span};
use syn::parse::{Parse, ParseStream};
use syn::{Token, parenthesized, token};

use crate::error::Region;
use crate::parse::{float, integer, word};

/// An operation with its operands.
#[derive(Clone, Debug)]
pub struct OperationSyntax {
    /// The operation.
    pub name: Ident,
    /// Its operands.
    pub operands: Vec<Operand>,
    /// Everything between the parentheses, and they.
    pub arguments: Region,
}

/// One operand.
#[derive(Clone, Debug)]
pub enum Operand {
    /// `a: Gpr`, or just `exit`, or `_`.
    Named {
        /// The name; none for `_`.
        name: Option<Ident>,
        /// What stands behind the colon.
        kind: Option<Kind>,
        /// All of it.
        region: Region,
    },
    /// `0`
    Literal(i128, Region),
    /// `1.0`
    Float(f64, Region),
    /// `const`, in an impossible pattern.
    Constant(Region),
    /// `Shl(…)`
    Operation(OperationSyntax),
}

/// What an operand must be.
#[derive(Clone, Debug)]
pub enum Kind {
    /// `Gpr`, `Imm12`
    Named(Ident),
    /// `const I64`
    Constant(Ident),
}

impl OperationSyntax {
    /// Name and operands.
    pub fn region(&self) -> Region {
        Region::from(self.name.span()).to(self.arguments)
    }
}

impl Parse for OperationSyntax {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        let name = input.parse()?;
        let body;
        let parentheses = parenthesized!(body in input);
        let operands = body
            .parse_terminated(Operand::parse, Token![,])?
            .into_iter()
            .collect();
        let arguments = Region {
            first: parentheses.span.open(),
            last: parentheses.span.close(),
        };
        Ok(OperationSyntax {
            name,
            operands,
            arguments,
        })
    }
}

impl Parse for Operand {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if input.peek(Token![const]) {
            let token: Token![const] = input.parse()?;
            return Ok(Operand::Constant(token.span.into()));
        }
        if input.peek(syn::LitFloat) || input.peek(Token![-]) && input.peek2(syn::LitFloat) {
            let (value, region) = float(input)?;
            return Ok(Operand::Float(value, region));
        }
        if input.peek(syn::LitInt) || input.peek(Token![-]) {
            let (value, region) = integer(input)?;
            return Ok(Operand::Literal(value, region));
        }
        if input.peek(Token![_]) {
            let token: Token![_] = input.parse()?;
            return named(input, None, token.span);
        }
        if input.peek2(token::Paren) {
            return Ok(Operand::Operation(input.parse()?));
        }
        let name: Ident = input.parse()?;
        let span = name.span();
        named(input, Some(name), span)
    }
}

fn named(input: ParseStream, name: Option<Ident>, span: Span) -> syn::Result<Operand> {
    let kind = if input.peek(Token![:]) {
        input.parse::<Token![:]>()?;
        Some(input.parse::<Kind>()?)
    } else {
        None
    };
    let region = match &kind {
        Some(Kind::Named(ident) | Kind::Constant(ident)) => Region::from(span).to(ident.span()),
        None => span.into(),
    };
    Ok(Operand::Named { name, kind, region })
}

impl Parse for Kind {
    fn parse(input: ParseStream) -> syn::Result<Self> {
        if input.peek(Token![const]) {
            input.parse::<Token![const]>()?;
            return Ok(Kind::Constant(input.parse()?));
        }
        Ok(Kind::Named(word(input)?))
    }
}
