//! The grammar of `form` statements.

use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::{LitFloat, Token, bracketed, parenthesized, token};

use super::syntax::{Form, Operand, Property};
use super::view;
use crate::error::Region;
use crate::model::isa::{Modifier, Role, View};
use crate::parse::{expected_one_of, integer, keyword, peeks, word};

pub(super) fn form(input: ParseStream) -> syn::Result<Form> {
    let (mnemonics, region) = mnemonics(input)?;
    let inside;
    parenthesized!(inside in input);
    let operands = operands(&inside)?;
    let mut properties = Vec::new();
    let mut within = None;
    while !input.peek(Token![;]) {
        if !properties.is_empty() || within.is_some() {
            input.parse::<Token![,]>()?;
        }
        match peeks(input, "within") && within.is_none() {
            true => {
                keyword(input, "within")?;
                within = Some(integer(input)?.0);
            }
            false => properties.push(property(input)?),
        }
    }
    input.parse::<Token![;]>()?;
    Ok(Form {
        mnemonics,
        operands,
        properties,
        within,
        region,
    })
}

/// `add | sub`, `b.cond`
pub(super) fn mnemonics(input: ParseStream) -> syn::Result<(Vec<(Ident, bool)>, Region)> {
    let mut mnemonics = Vec::new();
    let mut region: Option<Region> = None;
    loop {
        let mnemonic = word(input)?;
        let span = mnemonic.span();
        region = Some(region.map_or_else(|| span.into(), |region| region.to(span)));
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
    let region = region.unwrap_or_else(|| input.span().into());
    Ok((mnemonics, region))
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
        modifier if Modifier::from_name(modifier).is_some() => {
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
                &["reads", "writes", "branches", "calls", "ends", "within"],
            ));
        }
    };
    Ok(property)
}
