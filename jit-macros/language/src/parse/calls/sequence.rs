//! `sequence name(a: Gpr, offset: Offset8, to: label) { ; … } means { … }` and `routine …`.

use proc_macro2::{Ident, TokenStream};
use syn::parse::ParseStream;
use syn::{LitInt, Token, braced, parenthesized};

use super::clause::{self, Undone};
use crate::error::{Code, Context, Diagnostic, Region, found, is_new, unknown};
use crate::model::calls::{Parameter, ParameterKind, Sequence, SequenceId, Undoes};
use crate::model::isa::{Immediate, Isa, Register, RegisterClass};
use crate::model::template::{ImmediateRef, Item, LabelRef, RegisterRef, Template};
use crate::parse::{keyword, peeks, template};

/// A sequence that names the one that it undoes.
pub(super) struct Unresolved {
    pub item: Sequence,
    undone: Option<Undone>,
}

/// Reads what follows the word `sequence` or `routine`.
pub(super) fn parse(
    input: ParseStream,
    word: &Ident,
    doc: String,
    isa: &Isa,
    context: &Context,
) -> syn::Result<Unresolved> {
    let before = context.count();
    let name: Ident = input.parse()?;
    let list;
    parenthesized!(list in input);
    let mut parameters = Vec::new();
    while !list.is_empty() {
        let name: Ident = list.parse()?;
        list.parse::<Token![:]>()?;
        let kind: Ident = list.parse()?;
        let earlier = parameters.iter().map(|it: &Parameter| &it.name);
        let is_new = is_new("parameter", &name, earlier, context) && is_free(&name, context);
        if let (Some(kind), true) = (parameter_kind(&kind, isa, context), is_new) {
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
    let place = name.span().into();
    let template = template::parse(lines.parse()?, place, isa, &["call"], context);
    let clauses = clause::parse(input, isa, context)?;
    let item = Sequence {
        name,
        doc,
        declaration: TokenStream::new(),
        is_routine: word == "routine",
        parameters,
        template,
        bytes,
        means: clauses.means,
        clobbers: clauses.clobbers,
        undoes: None,
        calls: None,
        region: Region::from(word.span()).to(brace.span.close()),
        complete: context.count() == before,
    };
    if item.complete {
        names(&item, context);
    }
    Ok(Unresolved {
        item,
        undone: clauses.undone,
    })
}

/// Looks up what sequences undo, and appends them to the inherited ones.
pub(super) fn resolve(
    mut inherited: Vec<Sequence>,
    sequences: Vec<Unresolved>,
    context: &Context,
) -> Vec<Sequence> {
    let own = sequences.iter().map(|it| &it.item);
    let all: Vec<Sequence> = inherited.iter().chain(own).cloned().collect();
    inherited.extend(resolved(sequences, &all, context));
    inherited
}

/// The sequences with what they undo and call looked up among `all`.
pub(super) fn resolved(
    sequences: Vec<Unresolved>,
    all: &[Sequence],
    context: &Context,
) -> Vec<Sequence> {
    let resolve = |it: Unresolved| {
        let undoes = it
            .undone
            .map(|undone| undoes(&it.item, undone, all, context));
        Sequence {
            complete: it.item.complete && undoes.as_ref().is_none_or(Option::is_some),
            undoes: undoes.flatten(),
            calls: called(&it.item, all, context),
            ..it.item
        }
    };
    sequences.into_iter().map(resolve).collect()
}

/// The clause with its names looked up: the other sequence gets parameters of this one, of the kinds of its own.
fn undoes(
    sequence: &Sequence,
    undone: Undone,
    all: &[Sequence],
    context: &Context,
) -> Option<Undoes> {
    let index = all.iter().position(|other| other.name == undone.name);
    let names = all.iter().map(|other| &other.name);
    let other = found(index, "sequence", &undone.name, names, context)?;
    if all[other].name == sequence.name {
        let message = format!("`{}` cannot undo itself", sequence.name);
        let help = "name the sequence that has been executed before";
        context.report(Diagnostic::new(Code::BadMeaning, undone.name.span(), message).help(help));
        return None;
    }
    let (wanted, given) = (all[other].parameters.len(), undone.arguments.len());
    if wanted != given {
        let message = format!("`{}` takes {wanted} operands, not {given}", undone.name);
        context.report(
            Diagnostic::new(Code::WrongOperandCount, undone.region, message)
                .declared(format!("`{}`", undone.name), all[other].name.span())
                .help("give it parameters of this sequence, one for each of its own"),
        );
        return None;
    }
    let mut arguments = Vec::new();
    for (name, parameter) in undone.arguments.iter().zip(&all[other].parameters) {
        let own = &sequence.parameters;
        let index = own.iter().position(|parameter| parameter.name == *name);
        let names = own.iter().map(|parameter| &parameter.name);
        let index = found(index, "parameter", name, names, context)?;
        if own[index].kind != parameter.kind {
            let message = format!("`{name}` is not of the kind of `{}`", parameter.name);
            context.report(
                Diagnostic::new(Code::WrongKind, name.span(), message)
                    .declared(format!("`{}`", parameter.name), parameter.region)
                    .declared(format!("`{name}`"), own[index].region)
                    .help("a sequence undoes another one with operands of the same kinds"),
            );
            return None;
        }
        arguments.push(index);
    }
    Some(Undoes {
        sequence: SequenceId(other),
        arguments,
        region: undone.region,
    })
}

/// The routine of the line `call name`. A routine has no such line, for nobody plans its calls; a sequence has one at most;
/// and what is called gets nothing but what is in registers and memory already.
fn called(sequence: &Sequence, all: &[Sequence], context: &Context) -> Option<SequenceId> {
    let directive = |item: &Item| match item {
        Item::Directive(directive) => Some(directive.clone()),
        Item::Line(_) | Item::Label(_) => None,
    };
    let mut sites = sequence.template.items.iter().filter_map(directive);
    let site = sites.next()?;
    let refuse = |region: Region, message: String, help: &str| {
        context.report(Diagnostic::new(Code::NotInTemplate, region, message).help(help));
        None
    };
    if sequence.is_routine {
        let message = format!(
            "`{}` is a routine, and calls of routines are not planned",
            sequence.name
        );
        return refuse(
            site.region,
            message,
            "load the address from a literal, and `blr`",
        );
    }
    if let Some(second) = sites.next() {
        let message = format!("`{}` makes a second planned call", sequence.name);
        return refuse(second.region, message, "write a sequence for each");
    }
    let Ok(name) = syn::parse2::<Ident>(site.tokens) else {
        let message = "`call` stands in front of the name of a routine".to_owned();
        return refuse(site.region, message, "write `; call name`");
    };
    let is_it = |it: &Sequence| it.is_routine && it.name == name;
    let routines = all.iter().filter(|it| it.is_routine).map(|it| &it.name);
    let index = found(
        all.iter().position(is_it),
        "routine",
        &name,
        routines,
        context,
    )?;
    let operand = |it: &&Parameter| it.kind != ParameterKind::Label;
    if let Some(operand) = all[index].parameters.iter().find(operand) {
        let message = format!(
            "`{name}` works on `{}`, and a planned call says nothing of it",
            operand.name
        );
        context.report(
            Diagnostic::new(Code::WrongOperandCount, name.span(), message)
                .declared(format!("`{}`", operand.name), operand.region)
                .help("name the register that it is in"),
        );
        return None;
    }
    Some(SequenceId(index))
}

/// Whether a name means nothing else in the clauses of a sequence, where every register is a name.
fn is_free(name: &Ident, context: &Context) -> bool {
    let text = name.to_string();
    let words = ["memory", "flags", "next", "lr"];
    let is_free = Register::from_name(&text).is_none() && !words.contains(&text.as_str());
    if !is_free {
        let message = format!("`{name}` is something else in `means`");
        let finding = Diagnostic::new(Code::DuplicateName, name.span(), message);
        context.report(finding.help("give the parameter another name"));
    }
    is_free
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
