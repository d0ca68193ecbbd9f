//! The statements of a rule.

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::{Expr, Token};

use super::block;
use super::pattern::{Kind, OperationSyntax};
use crate::error::Region;
use crate::parse::{grammar, keyword, range, verbatim, word};
use crate::text::text;

/// A statement.
#[derive(Clone, Debug)]
pub struct Statement {
    /// What it says.
    pub kind: StatementKind,
    /// All of it.
    pub region: Region,
}

/// What a statement says.
#[derive(Clone, Debug)]
pub enum StatementKind {
    /// `when Add(a: Gpr, b: Imm12) -> d: Gpr;`
    When {
        /// What is matched.
        pattern: OperationSyntax,
        /// Name and kind of the result.
        result: Option<(Ident, Kind)>,
        /// Pattern and result as text.
        text: String,
    },
    /// `if 0 <= b && b < 8;`
    If(Expr),
    /// `if !b in Bits64;`
    IfIn(Expr, Ident),
    /// `let n: Imm12 = -b;`
    Let(Ident, Ident, Expr),
    /// `d = a;`
    Same(Ident, Ident),
    /// `d: early;`
    Early(Ident),
    /// `narrow a, b;`
    Narrow(Vec<Ident>),
    /// `a: in x0;`
    In(Ident, Ident),
    /// `live: anywhere;`
    Anywhere(Ident),
    /// `temp t: Gpr;`
    Temporary(Ident, Ident),
    /// `clobbers flags, x16;`
    Clobbers(Vec<Ident>),
    /// `pool c: u64 = b;`
    Pool(Ident, Expr),
    /// `emit { … }`
    Emit(TokenStream),
    /// `otherwise { … }`
    Otherwise(TokenStream),
    /// `branch exit { … }`
    Branch(Ident, TokenStream),
    /// `inverse { … }`
    Inverse(TokenStream),
    /// `goto target;`
    Goto(Ident),
    /// `bytes 4..=8;`
    Bytes(u32, u32, Region),
}

/// Reads a statement of a rule.
pub fn statement(input: ParseStream) -> syn::Result<Statement> {
    let first = word(input)?;
    let start = Region::from(first.span());
    if input.peek(Token![:]) {
        return constraint(input, first);
    }
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        let operand = input.parse()?;
        return end(input, start, StatementKind::Same(first, operand));
    }
    let kind = match first.to_string().as_str() {
        "when" => when(input)?,
        "if" => {
            let condition = Expr::parse_without_eager_brace(input)?;
            if input.peek(Token![in]) {
                input.parse::<Token![in]>()?;
                StatementKind::IfIn(condition, input.parse()?)
            } else {
                StatementKind::If(condition)
            }
        }
        "let" => {
            let name = input.parse()?;
            input.parse::<Token![:]>()?;
            let kind = input.parse()?;
            input.parse::<Token![=]>()?;
            StatementKind::Let(name, kind, input.parse()?)
        }
        "early" | "in" | "anywhere" => return Err(in_front(&first)),
        "temp" => {
            let name = input.parse()?;
            input.parse::<Token![:]>()?;
            StatementKind::Temporary(name, input.parse()?)
        }
        "clobbers" => StatementKind::Clobbers(names(input)?),
        "narrow" => StatementKind::Narrow(names(input)?),
        "pool" => {
            let name = input.parse()?;
            input.parse::<Token![:]>()?;
            keyword(input, "u64")?;
            input.parse::<Token![=]>()?;
            StatementKind::Pool(name, input.parse()?)
        }
        "goto" => StatementKind::Goto(input.parse()?),
        "bytes" => {
            let (least, most, region) = range(input)?;
            match (u32::try_from(least), u32::try_from(most)) {
                (Ok(least), Ok(most)) if least <= most => StatementKind::Bytes(least, most, region),
                _ => {
                    let message = format!("expected a number of bytes, found `{least}..={most}`");
                    return Err(syn::Error::new(region.first, message));
                }
            }
        }
        "emit" | "otherwise" => {
            let (tokens, close) = block(input)?;
            let kind = if first == "emit" {
                StatementKind::Emit(tokens)
            } else {
                StatementKind::Otherwise(tokens)
            };
            return Ok(Statement {
                kind,
                region: start.to(close),
            });
        }
        "branch" => {
            let label = input.parse()?;
            let (tokens, close) = block(input)?;
            return Ok(Statement {
                kind: StatementKind::Branch(label, tokens),
                region: start.to(close),
            });
        }
        "inverse" => {
            let (tokens, close) = block(input)?;
            return Ok(Statement {
                kind: StatementKind::Inverse(tokens),
                region: start.to(close),
            });
        }
        _ => return Err(grammar::unknown_word(&first, grammar::RULE)),
    };
    end(input, start, kind)
}

/// Names separated by commas.
fn names(input: ParseStream) -> syn::Result<Vec<Ident>> {
    let mut names = vec![word(input)?];
    while input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
        names.push(word(input)?);
    }
    Ok(names)
}

/// `a: in x0;`, `d: early;`, `live: anywhere;`
fn constraint(input: ParseStream, name: Ident) -> syn::Result<Statement> {
    input.parse::<Token![:]>()?;
    let start = Region::from(name.span());
    let how = word(input)?;
    let kind = match how.to_string().as_str() {
        "in" => StatementKind::In(name, input.parse()?),
        "early" => StatementKind::Early(name),
        "anywhere" => StatementKind::Anywhere(name),
        _ => return Err(grammar::unknown_place(&how, grammar::RULE)),
    };
    end(input, start, kind)
}

/// A word of [`constraint`] where the name should be.
fn in_front(word: &Ident) -> syn::Error {
    let message = format!("`{word}` stands behind the name and a colon");
    syn::Error::new(word.span(), message)
}

fn when(input: ParseStream) -> syn::Result<StatementKind> {
    let read = |input: ParseStream| {
        let pattern = input.parse()?;
        if !input.peek(Token![->]) {
            return Ok((pattern, None));
        }
        input.parse::<Token![->]>()?;
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        Ok((pattern, Some((name, input.parse()?))))
    };
    let ((pattern, result), tokens) = verbatim(input, read)?;
    Ok(StatementKind::When {
        pattern,
        result,
        text: text(&tokens),
    })
}

fn end(input: ParseStream, start: Region, kind: StatementKind) -> syn::Result<Statement> {
    let semicolon: Token![;] = input.parse()?;
    Ok(Statement {
        kind,
        region: start.to(semicolon.span),
    })
}
