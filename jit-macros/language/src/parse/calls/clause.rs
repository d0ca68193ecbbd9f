//! What a sequence or routine says about itself behind its lines: `means { … } clobbers …; undoes …;`, in any order.

use proc_macro2::Ident;
use syn::parse::ParseStream;
use syn::{Token, braced, parenthesized};

use crate::error::{Code, Context, Diagnostic, Region, again};
use crate::model::calls::{Clobber, Means};
use crate::model::isa::{Isa, Register};
use crate::parse::{expected_one_of, word};

/// The words that clauses begin with.
pub(super) const WORDS: [&str; 3] = ["means", "clobbers", "undoes"];

/// The clauses, with the names of sequences and parameters not looked up yet.
#[derive(Default)]
pub(super) struct Clauses {
    pub means: Option<Means>,
    pub clobbers: Vec<Clobber>,
    pub undone: Option<Undone>,
}

/// `undoes name(arguments);`
pub(super) struct Undone {
    pub name: Ident,
    pub arguments: Vec<Ident>,
    pub region: Region,
}

/// Reads all clauses up to the end of the item.
pub(super) fn parse(input: ParseStream, isa: &Isa, context: &Context) -> syn::Result<Clauses> {
    let mut clauses = Clauses::default();
    while !input.is_empty() {
        let clause = word(input)?;
        match clause.to_string().as_str() {
            "means" if clauses.means.is_none() => {
                let body;
                braced!(body in input);
                clauses.means = Some(Means {
                    body: body.parse()?,
                    region: clause.span().into(),
                });
            }
            "clobbers" if clauses.clobbers.is_empty() => {
                clauses.clobbers = clobbers(input, isa, context)?;
            }
            "undoes" if clauses.undone.is_none() => {
                clauses.undone = Some(undone(input, &clause)?);
            }
            known if WORDS.contains(&known) => {
                let message = format!("there is a clause `{known}` already");
                return Err(syn::Error::new(clause.span(), message));
            }
            _ => return Err(expected_one_of(&clause, &WORDS)),
        }
    }
    Ok(clauses)
}

fn undone(input: ParseStream, clause: &Ident) -> syn::Result<Undone> {
    let name = input.parse()?;
    let list;
    let parenthesis = parenthesized!(list in input);
    let arguments = list.parse_terminated(word, Token![,])?;
    input.parse::<Token![;]>()?;
    Ok(Undone {
        name,
        arguments: arguments.into_iter().collect(),
        region: Region::from(clause.span()).to(parenthesis.span.close()),
    })
}

/// `x16, lr, flags;`, or the name of a convention for everything that its calls may change.
fn clobbers(input: ParseStream, isa: &Isa, context: &Context) -> syn::Result<Vec<Clobber>> {
    let mut clobbers = Vec::new();
    let names = crate::parse::list(input, word)?;
    for name in names {
        let text = name.to_string();
        let mut add = |register| add(&mut clobbers, register, &name, context);
        if text == "flags" {
            add(None);
        } else if let Some(convention) = isa.convention(&text) {
            let registers = isa[convention].clobbered().map(Some);
            let mut all = [None].into_iter().chain(registers);
            // One that is there already is said once, not for each register.
            all.all(add);
        } else if let Some(register) = register(&name, context) {
            add(Some(register));
        }
    }
    Ok(clobbers)
}

/// Adds what is clobbered under `name`, unless it is among `clobbers` already, which is reported.
pub(super) fn add(
    clobbers: &mut Vec<Clobber>,
    register: Option<Register>,
    name: &Ident,
    context: &Context,
) -> bool {
    let region = Region::from(name.span());
    if let Some(first) = clobbers.iter().find(|it| it.register == register) {
        let what = format!("`{name}` among the clobbers");
        context.report(again(&what, region, first.region));
        return false;
    }
    clobbers.push(Clobber { register, region });
    true
}

/// A register, where `lr` is one too.
pub(super) fn register(name: &Ident, context: &Context) -> Option<Register> {
    let found = match name.to_string().as_str() {
        "lr" => Some((Register::General(30), 64)),
        other => Register::from_name(other).map(|(register, view)| (register, view.bits())),
    };
    if let Some((register, ..64)) = found {
        let message = format!("`{name}` is a part of {register}");
        let finding = Diagnostic::new(Code::WrongWidth, name.span(), message);
        context.report(finding.help(format!("write `{register}`")));
    }
    let found = found.map(|(register, _)| register);
    if found.is_none() {
        let message = format!("no register `{name}`");
        let help = "write `x16`, `x17` or `lr`";
        context.report(Diagnostic::new(Code::UnknownName, name.span(), message).help(help));
    }
    found
}
