//! The grammar of `isa!`.
//!
//! ```text
//! target aarch64;
//! reg Gpr: X { codes 0..=15, 19..=28; }      reg GprZr: X { Gpr, 31 as xzr; }
//! reserved x18 "reason";                     scratch x16, x17 "reason";
//! convention aapcs64 { arguments x0..=x7, d0..=d7; results x0, d0; preserved x19..=x28, d8..=d15; }
//! imm Imm12: u32 { range 0..=4095; }         imm Shift12: u32 { values 0, 12; }
//! link Branch26 { bytes -134217728..=134217724; multiple_of 4; }
//! form add | sub (w XSP, r XSP, imm Imm12, LSL imm Shift12);
//! form ldr (w X, [r XSP, imm Offset8]) reads memory;
//! ```

use std::fmt;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{LitFloat, LitInt, LitStr, Path, Token, braced, bracketed, parenthesized, token};

use super::{
    documentation, each_statement, expected_one_of, integer, keyword, list, peeks, range, word,
};
use crate::error::{Context, Region};
use crate::model::isa::{FieldType, Role, View};

/// One statement of `isa!`.
pub enum Statement {
    /// `target …`
    Target(Ident),
    /// `reg …`
    Class(Class),
    /// `reserved …`, `scratch …`
    Reserved(Reserved),
    /// `convention …`
    Convention(Convention),
    /// `imm …`
    Immediate(Immediate),
    /// `link …`
    Link(Link),
    /// `form …`
    Form(Form),
}

/// `reg NAME: VIEW { members }`
pub struct Class {
    pub doc: String,
    pub name: Ident,
    pub view: View,
    pub members: Vec<Member>,
    pub region: Region,
}

/// A member of a register class.
pub enum Member {
    /// `0..=15`
    Codes(i128, i128, Region),
    /// `Gpr`: all members of another class.
    Class(Ident),
    /// `31 as xzr`
    Special(Ident),
}

/// `reserved x18, x29 "reason";`
pub struct Reserved {
    pub registers: Vec<Ident>,
    pub reason: LitStr,
    pub scratch: bool,
}

/// `convention NAME { … }`
pub struct Convention {
    pub name: Ident,
    pub arguments: Vec<RegisterRange>,
    pub results: Vec<RegisterRange>,
    pub preserved: Vec<RegisterRange>,
    pub region: Region,
}

/// `x0` or `x0..=x7`
pub struct RegisterRange {
    pub first: Ident,
    pub last: Option<Ident>,
}

/// `imm NAME: TYPE { … }`
pub struct Immediate {
    pub name: Ident,
    pub ty: FieldType,
    pub values: Values,
    pub encodable: Option<TokenStream>,
    pub region: Region,
}

/// Sets of integers: ranges, of which only some multiples count.
pub struct Values {
    pub ranges: Vec<(i128, i128, Region)>,
    pub multiple_of: Option<(i128, Region)>,
}

/// `link NAME { bytes …; multiple_of …; }`
pub struct Link {
    pub doc: String,
    pub name: Ident,
    pub values: Values,
    pub region: Region,
}

/// `form a | b (operands) properties;`
pub struct Form {
    /// Each mnemonic, with the `.cond` behind it.
    pub mnemonics: Vec<(Ident, bool)>,
    pub operands: Vec<Operand>,
    pub properties: Vec<Property>,
    pub region: Region,
}

/// An operand of a form.
pub enum Operand {
    Register(Role, View),
    Immediate(Ident),
    Modifier(Ident, Option<Ident>),
    Condition,
    Label(Ident),
    Literal(String),
    Memory {
        base: Role,
        rest: Vec<Operand>,
        write_back: bool,
    },
}

impl fmt::Display for Operand {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Operand::Register(role, view) => write!(f, "{} {}", role.name(), view.name()),
            Operand::Immediate(kind) => write!(f, "imm {kind}"),
            Operand::Modifier(word, None) => write!(f, "{word}"),
            Operand::Modifier(word, Some(kind)) => write!(f, "{word} imm {kind}"),
            Operand::Condition => f.write_str("cond"),
            Operand::Label(link) => write!(f, "link {link}"),
            Operand::Literal(text) => f.write_str(text),
            Operand::Memory {
                base,
                rest,
                write_back,
            } => {
                write!(f, "[{} {}", base.name(), View::Xsp.name())?;
                for operand in rest {
                    write!(f, ", {operand}")?;
                }
                f.write_str(if *write_back { "]!" } else { "]" })
            }
        }
    }
}

/// What stands behind the operands of a form.
pub enum Property {
    ReadsFlags,
    WritesFlags,
    ReadsMemory,
    WritesMemory,
    Reads(Ident),
    Writes(Ident),
    Branches,
    Calls,
    Ends,
}

/// Reads the inside of `isa!`.
pub fn parse(tokens: TokenStream, context: &Context) -> Vec<Statement> {
    each_statement(tokens, context, statement)
}

fn statement(input: ParseStream) -> syn::Result<Statement> {
    let doc = documentation(input)?;
    let first = word(input)?;
    match first.to_string().as_str() {
        "target" => {
            let name = word(input)?;
            input.parse::<Token![;]>()?;
            Ok(Statement::Target(name))
        }
        "reg" => class(input, doc, &first).map(Statement::Class),
        "reserved" => reserved(input, false).map(Statement::Reserved),
        "scratch" => reserved(input, true).map(Statement::Reserved),
        "convention" => convention(input, &first).map(Statement::Convention),
        "imm" => immediate(input, &first).map(Statement::Immediate),
        "link" => link(input, doc, &first).map(Statement::Link),
        "form" => form(input).map(Statement::Form),
        _ => Err(expected_one_of(
            &first,
            &[
                "target",
                "reg",
                "reserved",
                "scratch",
                "convention",
                "imm",
                "link",
                "form",
            ],
        )),
    }
}

fn view(input: ParseStream) -> syn::Result<View> {
    let name = word(input)?;
    View::from_name(&name.to_string()).ok_or_else(|| {
        let names = View::ALL.map(View::name);
        expected_one_of(&name, &names)
    })
}

fn class(input: ParseStream, doc: String, first: &Ident) -> syn::Result<Class> {
    let name: Ident = input.parse()?;
    input.parse::<Token![:]>()?;
    let view = view(input)?;
    let inside;
    braced!(inside in input);
    if peeks(&inside, "codes") {
        word(&inside)?;
    }
    let members = list(&inside, |input| {
        if !input.peek(LitInt) {
            return Ok(Member::Class(input.parse()?));
        }
        let (lo, hi, region) = range(input)?;
        if lo == 31 && input.peek(Token![as]) {
            input.parse::<Token![as]>()?;
            return Ok(Member::Special(word(input)?));
        }
        Ok(Member::Codes(lo, hi, region))
    })?;
    Ok(Class {
        region: Region::from(first.span()).to(name.span()),
        doc,
        name,
        view,
        members,
    })
}

fn reserved(input: ParseStream, scratch: bool) -> syn::Result<Reserved> {
    let mut registers = vec![word(input)?];
    while input.peek(Token![,]) {
        input.parse::<Token![,]>()?;
        registers.push(word(input)?);
    }
    let reason = input.parse()?;
    input.parse::<Token![;]>()?;
    Ok(Reserved {
        registers,
        reason,
        scratch,
    })
}

fn convention(input: ParseStream, first: &Ident) -> syn::Result<Convention> {
    let name: Ident = input.parse()?;
    let inside;
    braced!(inside in input);
    let registers = |what| {
        keyword(&inside, what)?;
        list(&inside, |input| {
            let first = word(input)?;
            let last = if input.peek(Token![..=]) {
                input.parse::<Token![..=]>()?;
                Some(word(input)?)
            } else {
                None
            };
            Ok(RegisterRange { first, last })
        })
    };
    Ok(Convention {
        arguments: registers("arguments")?,
        results: registers("results")?,
        preserved: registers("preserved")?,
        region: Region::from(first.span()).to(name.span()),
        name,
    })
}

/// Reads `multiple_of N;`, if it comes next.
fn multiple_of(input: ParseStream) -> syn::Result<Option<(i128, Region)>> {
    if !peeks(input, "multiple_of") {
        return Ok(None);
    }
    word(input)?;
    let multiple = integer(input)?;
    input.parse::<Token![;]>()?;
    Ok(Some(multiple))
}

fn immediate(input: ParseStream, first: &Ident) -> syn::Result<Immediate> {
    let name: Ident = input.parse()?;
    input.parse::<Token![:]>()?;
    let ty = word(input)?;
    let ty = FieldType::from_name(&ty.to_string())
        .ok_or_else(|| expected_one_of(&ty, &["u32", "i32", "u64"]))?;
    let inside;
    braced!(inside in input);
    let ranges = if peeks(&inside, "range") || peeks(&inside, "values") {
        word(&inside)?;
        list(&inside, range)?
    } else {
        Vec::new()
    };
    let multiple_of = multiple_of(&inside)?;
    let encodable = if peeks(&inside, "encodable") {
        word(&inside)?;
        let path: Path = inside.parse()?;
        inside.parse::<Token![;]>()?;
        Some(path.into_token_stream())
    } else {
        None
    };
    if ranges.is_empty() && encodable.is_none() {
        return Err(
            inside.error("expected `range a..=b;`, `values a, b;` or `encodable function;`")
        );
    }
    Ok(Immediate {
        region: Region::from(first.span()).to(name.span()),
        name,
        ty,
        values: Values {
            ranges,
            multiple_of,
        },
        encodable,
    })
}

fn link(input: ParseStream, doc: String, first: &Ident) -> syn::Result<Link> {
    let name: Ident = input.parse()?;
    let inside;
    braced!(inside in input);
    keyword(&inside, "bytes")?;
    let ranges = list(&inside, range)?;
    let multiple_of = multiple_of(&inside)?;
    Ok(Link {
        region: Region::from(first.span()).to(name.span()),
        doc,
        name,
        values: Values {
            ranges,
            multiple_of,
        },
    })
}

fn form(input: ParseStream) -> syn::Result<Form> {
    let mut mnemonics = Vec::new();
    let mut region: Option<Region> = None;
    loop {
        let mnemonic = word(input)?;
        region = Some(region.map_or_else(
            || mnemonic.span().into(),
            |region| region.to(mnemonic.span()),
        ));
        let conditional = input.peek(Token![.]);
        if conditional {
            input.parse::<Token![.]>()?;
            keyword(input, "cond")?;
        }
        mnemonics.push((mnemonic, conditional));
        if !input.peek(Token![|]) {
            break;
        }
        input.parse::<Token![|]>()?;
    }
    let inside;
    parenthesized!(inside in input);
    let operands = operands(&inside)?;
    let mut properties = Vec::new();
    while !input.peek(Token![;]) {
        if !properties.is_empty() {
            input.parse::<Token![,]>()?;
        }
        properties.push(property(input)?);
    }
    input.parse::<Token![;]>()?;
    let region = region.unwrap_or_else(|| input.span().into());
    Ok(Form {
        mnemonics,
        operands,
        properties,
        region,
    })
}

fn operands(input: ParseStream) -> syn::Result<Vec<Operand>> {
    let mut operands = Vec::new();
    while !input.is_empty() {
        operands.push(operand(input)?);
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    Ok(operands)
}

fn operand(input: ParseStream) -> syn::Result<Operand> {
    if input.peek(token::Bracket) {
        let inside;
        bracketed!(inside in input);
        let role = word(&inside)?;
        let base = self::role(&role).ok_or_else(|| expected_one_of(&role, &["r", "rw"]))?;
        keyword(&inside, View::Xsp.name())?;
        if !inside.is_empty() {
            inside.parse::<Token![,]>()?;
        }
        let rest = operands(&inside)?;
        let write_back = input.parse::<Option<Token![!]>>()?.is_some();
        return Ok(Operand::Memory {
            base,
            rest,
            write_back,
        });
    }
    if input.peek(LitFloat) {
        return Ok(Operand::Literal(input.parse::<LitFloat>()?.to_string()));
    }
    let first = word(input)?;
    let text = first.to_string();
    if let Some(role) = role(&first) {
        return Ok(Operand::Register(role, view(input)?));
    }
    match text.as_str() {
        "imm" => Ok(Operand::Immediate(input.parse()?)),
        "link" => Ok(Operand::Label(input.parse()?)),
        "cond" => Ok(Operand::Condition),
        "LSL" | "LSR" | "ASR" | "UXTB" | "UXTH" | "UXTW" | "UXTX" | "SXTB" | "SXTH" | "SXTW"
        | "SXTX" => {
            let amount = if peeks(input, "imm") {
                word(input)?;
                Some(input.parse()?)
            } else {
                None
            };
            Ok(Operand::Modifier(first, amount))
        }
        _ => Err(expected_one_of(
            &first,
            &["r", "w", "rw", "imm", "link", "cond", "LSL", "UXTW", "SXTW"],
        )),
    }
}

fn role(word: &Ident) -> Option<Role> {
    [Role::Read, Role::Write, Role::ReadWrite]
        .into_iter()
        .find(|role| word == role.name())
}

fn property(input: ParseStream) -> syn::Result<Property> {
    let first = word(input)?;
    let property = match first.to_string().as_str() {
        "branches" => Property::Branches,
        "calls" => Property::Calls,
        "ends" => Property::Ends,
        verb @ ("reads" | "writes") => {
            let what = word(input)?;
            match (verb, what.to_string().as_str()) {
                ("reads", "flags") => Property::ReadsFlags,
                ("writes", "flags") => Property::WritesFlags,
                ("reads", "memory") => Property::ReadsMemory,
                ("writes", "memory") => Property::WritesMemory,
                ("reads", _) => Property::Reads(what),
                _ => Property::Writes(what),
            }
        }
        _ => {
            return Err(expected_one_of(
                &first,
                &["reads", "writes", "branches", "calls", "ends"],
            ));
        }
    };
    Ok(property)
}
