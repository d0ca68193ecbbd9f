//! The grammar of `isa!`.
//!
//! ```text
//! target aarch64;                            extends ::jit_core::specs::isa;
//! reg Gpr: X { codes 0..=15, 19..=28; }      reg GprZr: X { Gpr, 31 as xzr; }
//! reserved x18 "reason";                     scratch x16, x17 "reason";
//! convention aapcs64 { arguments x0..=x7, d0..=d7; results x0, d0; preserved x19..=x28, d8..=d15; }
//! imm Imm12: u32 { range 0..=4095; }         imm Shift12: u32 { values 0, 12; }
//! link Branch26 { bytes -134217728..=134217724; multiple_of 4; }
//! form add | sub (w XSP, r XSP, imm Imm12, LSL imm Shift12);
//! form ldr (w X, [r XSP, imm Offset8]) reads memory;
//! conditions { eq = flags.z; cs | hs = flags.c; }
//! means ldr | ldur (d, address) { d = memory.load(address); }
//! ```

mod form;
mod meaning;
mod syntax;

use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{LitInt, Path, Token, braced};

use super::{
    documentation, each_statement, expected_one_of, grammar, integer, keyword, list, peeks, range,
    word,
};
use crate::error::{Context, Region};
use crate::model::isa::{FieldType, View};

pub use syntax::{
    Class, Condition, Convention, Form, Immediate, Link, Meaning, Member, Operand, Property,
    RegisterRange, Reserved, Statement, Values,
};

/// Reads the inside of `isa!`.
pub fn parse(tokens: TokenStream, context: &Context) -> Vec<Statement> {
    each_statement(tokens, grammar::ISA, context, statement)
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
        "extends" => {
            let path = input.call(Path::parse_mod_style)?;
            input.parse::<Token![;]>()?;
            Ok(Statement::Extends(first, path))
        }
        "reg" => class(input, doc, &first).map(Statement::Class),
        "reserved" => reserved(input, false).map(Statement::Reserved),
        "scratch" => reserved(input, true).map(Statement::Reserved),
        "convention" => convention(input, &first).map(Statement::Convention),
        "imm" => immediate(input, &first).map(Statement::Immediate),
        "link" => link(input, doc, &first).map(Statement::Link),
        "form" => form::form(input).map(Statement::Form),
        "conditions" => meaning::conditions(input).map(Statement::Conditions),
        "means" => meaning::meaning(input).map(Statement::Meaning),
        _ => Err(grammar::unknown_word(&first, grammar::ISA)),
    }
}

/// The module behind `extends`, if the declaration has one.
pub fn extended(tokens: &TokenStream) -> Option<Path> {
    super::first(tokens, |input| super::path_behind("extends", input))
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
