//! `sequence name(a: Gpr, offset: Offset8, to: label) { ; … }` and `routine …`.

use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::{LitInt, Token, braced, parenthesized};

use crate::error::{Code, Context, Diagnostic, Region, unknown};
use crate::model::calls::{Parameter, ParameterKind, Sequence};
use crate::model::isa::{Immediate, Isa, RegisterClass};
use crate::model::template::{ImmediateRef, LabelRef, RegisterRef, Template};
use crate::parse::{keyword, peeks, template};

/// Reads what follows the word `sequence` or `routine`.
pub(super) fn parse(
    input: ParseStream,
    word: &Ident,
    doc: String,
    isa: &Isa,
    context: &Context,
) -> syn::Result<Sequence> {
    let name: Ident = input.parse()?;
    let list;
    parenthesized!(list in input);
    let mut parameters = Vec::new();
    while !list.is_empty() {
        let name: Ident = list.parse()?;
        list.parse::<Token![:]>()?;
        let kind: Ident = list.parse()?;
        if let Some(kind) = parameter_kind(&kind, isa, context) {
            let region = Region::from(name.span());
            parameters.push(Parameter { name, kind, region });
        }
        if !list.is_empty() {
            list.parse::<Token![,]>()?;
        }
    }
    let bytes = if peeks(input, "bytes") {
        keyword(input, "bytes")?;
        let number: LitInt = input.parse()?;
        Some((number.base10_parse()?, number.span().into()))
    } else {
        None
    };
    let lines;
    let brace = braced!(lines in input);
    let before = context.count();
    let template = template::parse(lines.parse()?, isa, &[], context);
    let sequence = Sequence {
        name,
        doc,
        is_routine: word == "routine",
        parameters,
        template,
        bytes,
        region: Region::from(word.span()).to(brace.span.close()),
    };
    if context.count() == before {
        names(&sequence, context);
    }
    Ok(sequence)
}

fn parameter_kind(kind: &Ident, isa: &Isa, context: &Context) -> Option<ParameterKind> {
    let name = kind.to_string();
    if name == "label" {
        return Some(ParameterKind::Label);
    }
    if let Some(class) = isa.class(&name) {
        return Some(ParameterKind::Register(class));
    }
    if let Some(immediate) = isa.immediate(&name) {
        return Some(ParameterKind::Immediate(immediate));
    }
    let classes = isa
        .classes
        .iter()
        .map(|RegisterClass { name, .. }| name.to_string());
    let immediates = isa
        .immediates
        .iter()
        .map(|Immediate { name, .. }| name.to_string());
    let known: Vec<String> = classes
        .chain(immediates)
        .chain(["label".to_owned()])
        .collect();
    context.report(unknown(
        "operand kind",
        kind,
        known.iter().map(String::as_str),
    ));
    None
}

/// Reports names in the template that no parameter binds, and parameters that the template never uses.
fn names(sequence: &Sequence, context: &Context) {
    let used = bound_names(&sequence.template);
    for name in &used {
        if !sequence
            .parameters
            .iter()
            .any(|parameter| parameter.name == *name)
        {
            let message = format!("`{name}` is not a parameter of `{}`", sequence.name);
            context.report(
                Diagnostic::new(Code::UnboundOrUnused, name.span(), message)
                    .declared(format!("`{}`", sequence.name), sequence.name.span())
                    .help(format!("add `{name}: …` to its parameters")),
            );
        }
    }
    for parameter in &sequence.parameters {
        if !used.contains(&parameter.name) {
            let message = format!("`{}` is never used", parameter.name);
            context.report(
                Diagnostic::new(Code::UnboundOrUnused, parameter.region, message)
                    .help("remove the parameter, or use it in a line"),
            );
        }
    }
}

/// Every name in the lines of a template that has to come from outside of it.
pub(super) fn bound_names(template: &Template) -> Vec<Ident> {
    let mut names = Vec::new();
    for line in template.lines() {
        for register in &line.registers {
            if let RegisterRef::Bound(name) = &register.register {
                names.push(name.clone());
            }
        }
        for immediate in &line.immediates {
            if let ImmediateRef::Bound(name) = &immediate.value {
                names.push(name.clone());
            }
        }
        if let Some(LabelRef::Dynamic(name)) = line.label.as_ref().map(|label| &label.label) {
            names.push(name.clone());
        }
    }
    names
}
