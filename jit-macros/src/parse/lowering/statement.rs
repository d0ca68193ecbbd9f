//! The statements of a rule.

use proc_macro2::{Ident, TokenStream};
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Expr, Token};

use super::pattern::{Kind, OperationSyntax, integer};
use super::{block, keyword, recover};
use crate::error::{Context, Region};

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
#[allow(clippy::large_enum_variant, reason = "a handful of statements per rule, read once")]
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
    /// `early d;`
    Early(Ident),
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
    /// `branch exit { … } inverse { … }`
    Branch(Ident, TokenStream, Option<TokenStream>),
    /// `goto target;`
    Goto(Ident),
    /// `bytes 4..=8;`
    Bytes(u32, u32, Region),
}

pub(super) fn statements(input: ParseStream<'_>, context: &Context) -> Vec<Statement> {
    let mut statements = Vec::new();
    while !input.is_empty() {
        let start = input.cursor();
        match statement(input) {
            Ok(statement) => statements.push(statement),
            Err(error) => {
                context.syntax(&error);
                recover(input, start);
            }
        }
    }
    statements
}

fn statement(input: ParseStream<'_>) -> syn::Result<Statement> {
    let word = input.call(Ident::parse_any)?;
    let start = Region::from(word.span());
    if input.peek(Token![:]) {
        return constraint(input, word);
    }
    if input.peek(Token![=]) {
        input.parse::<Token![=]>()?;
        let operand = input.parse()?;
        return end(input, start, StatementKind::Same(word, operand));
    }
    let kind = match word.to_string().as_str() {
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
        "early" => StatementKind::Early(input.parse()?),
        "temp" => {
            let name = input.parse()?;
            input.parse::<Token![:]>()?;
            StatementKind::Temporary(name, input.parse()?)
        }
        "clobbers" => {
            let mut names = vec![input.call(Ident::parse_any)?];
            while input.peek(Token![,]) {
                input.parse::<Token![,]>()?;
                names.push(input.call(Ident::parse_any)?);
            }
            StatementKind::Clobbers(names)
        }
        "pool" => {
            let name = input.parse()?;
            input.parse::<Token![:]>()?;
            keyword(input, "u64")?;
            input.parse::<Token![=]>()?;
            StatementKind::Pool(name, input.parse()?)
        }
        "goto" => StatementKind::Goto(input.parse()?),
        "bytes" => {
            let (least, first) = integer(input)?;
            let (most, last) = if input.peek(Token![..=]) {
                input.parse::<Token![..=]>()?;
                integer(input)?
            } else {
                (least, first)
            };
            StatementKind::Bytes(clamp(least), clamp(most), first.to(last))
        }
        "emit" | "otherwise" => {
            let (tokens, close) = block(input)?;
            let kind = if word == "emit" { StatementKind::Emit(tokens) } else { StatementKind::Otherwise(tokens) };
            return Ok(Statement { kind, region: start.to(close) });
        }
        "branch" => {
            let label = input.parse()?;
            let (tokens, mut close) = block(input)?;
            let mut inverse = None;
            if input.peek(syn::Ident) && input.fork().parse::<Ident>()? == "inverse" {
                keyword(input, "inverse")?;
                let (tokens, end) = block(input)?;
                inverse = Some(tokens);
                close = end;
            }
            let kind = StatementKind::Branch(label, tokens, inverse);
            return Ok(Statement { kind, region: start.to(close) });
        }
        other => return Err(syn::Error::new(word.span(), format!("`{other}` begins no statement of a rule"))),
    };
    end(input, start, kind)
}

/// `a: in x0;`, `d: early;`, `live: anywhere;`
fn constraint(input: ParseStream<'_>, name: Ident) -> syn::Result<Statement> {
    input.parse::<Token![:]>()?;
    let start = Region::from(name.span());
    let word = input.call(Ident::parse_any)?;
    let kind = match word.to_string().as_str() {
        "in" => StatementKind::In(name, input.parse()?),
        "early" => StatementKind::Early(name),
        "anywhere" => StatementKind::Anywhere(name),
        other => {
            let message = format!("expected `in`, `early` or `anywhere`, found `{other}`");
            return Err(syn::Error::new(word.span(), message));
        }
    };
    end(input, start, kind)
}

fn when(input: ParseStream<'_>) -> syn::Result<StatementKind> {
    let from = input.fork();
    let pattern = input.parse()?;
    let result = if input.peek(Token![->]) {
        input.parse::<Token![->]>()?;
        let name = input.parse()?;
        input.parse::<Token![:]>()?;
        Some((name, input.parse()?))
    } else {
        None
    };
    let mut tokens = TokenStream::new();
    while from.cursor() != input.cursor() {
        tokens.extend([from.parse::<proc_macro2::TokenTree>()?]);
    }
    Ok(StatementKind::When { pattern, result, text: tokens.to_string() })
}

fn end(input: ParseStream<'_>, start: Region, kind: StatementKind) -> syn::Result<Statement> {
    let semicolon: Token![;] = input.parse()?;
    Ok(Statement { kind, region: start.to(semicolon.span) })
}

fn clamp(bytes: i128) -> u32 {
    bytes.clamp(0, u32::MAX.into()) as u32
}
