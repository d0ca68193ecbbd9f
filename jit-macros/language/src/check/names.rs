//! Templates use what is bound, and what is bound is used (JL030); a register stands where a register is meant (JL003).
//!
//! A name that nothing uses is either a slip (the wrong operand was written) or an operand that does not matter, which
//! is said with `_`.

use std::collections::BTreeSet;

use proc_macro2::Ident;

use super::body::{Body, identifiers};
use super::scope::{Holds, Name, Part, Scope};
use crate::error::{Code, Diagnostic, Region, nearest};
use crate::model::template::{ImmediateRef, LabelRef, RegisterRef};

pub fn check(body: &Body<'_>) -> Vec<Diagnostic> {
    let scope = &body.scope;
    let mut found = Vec::new();
    let mut used = body.mentioned.clone();
    for line in body.lines() {
        for operand in &line.registers {
            if let RegisterRef::Bound(ident) = &operand.register {
                used.insert(ident.to_string());
                found.extend(resolve(scope, ident, Wanted::Register));
            }
        }
        for operand in &line.immediates {
            if let ImmediateRef::Bound(ident) = &operand.value {
                used.insert(ident.to_string());
                found.extend(resolve(scope, ident, Wanted::Constant));
            }
        }
        if let Some(label) = &line.label
            && let LabelRef::Dynamic(ident) = &label.label
        {
            used.insert(ident.to_string());
            found.extend(resolve(scope, ident, Wanted::Label));
        }
    }
    for directive in body.templates().flat_map(|template| template.directives()) {
        used.extend(identifiers(&directive.tokens));
    }
    found.extend(
        scope
            .names
            .iter()
            .filter_map(|name| unused(scope, name, &used)),
    );
    found
}

#[derive(Clone, Copy)]
enum Wanted {
    Register,
    Constant,
    Label,
}

fn resolve(scope: &Scope<'_>, ident: &Ident, wanted: Wanted) -> Option<Diagnostic> {
    let Some(name) = scope.name(ident) else {
        let names: Vec<String> = scope
            .names
            .iter()
            .map(|name| name.ident.to_string())
            .collect();
        let spelt = ident.to_string();
        let help = match nearest(&spelt, names.iter().map(String::as_str)) {
            Some(nearest) => format!("did you mean `{nearest}`?"),
            None if names.is_empty() => "nothing is bound here".into(),
            None => format!("bound are: {}", names.join(", ")),
        };
        let message = format!(
            "the template names `{ident}`, which nothing in {} binds",
            scope.owner
        );
        return Some(Diagnostic::new(Code::UnboundOrUnused, ident.span(), message).help(help));
    };
    let fits = match wanted {
        Wanted::Register => matches!(name.holds, Holds::Register(_)),
        Wanted::Constant => matches!(name.holds, Holds::Constant(_)),
        Wanted::Label => matches!(name.holds, Holds::Label),
    };
    if fits {
        return None;
    }
    let (is, help) = match (&name.holds, wanted) {
        (Holds::Constant(_), Wanted::Register) => (
            "a constant, and a register stands here",
            format!(
                "write `{ident}` by itself in an immediate operand, or take it in a register class"
            ),
        ),
        (Holds::Constant(_), _) => (
            "a constant, and a label stands here",
            "name a block, an exit or a pool".into(),
        ),
        (Holds::Register(_), Wanted::Constant) => (
            "a register, and a constant stands here",
            format!("write `X({ident})`, or take it as an immediate kind"),
        ),
        (Holds::Register(_), _) => (
            "a register, and a label stands here",
            "name a block, an exit or a pool".into(),
        ),
        (Holds::Label, _) => (
            "a label, and something else stands here",
            format!("write `=>{ident}` where a label can stand"),
        ),
        (Holds::Other, _) => (
            "neither a register, a constant nor a label",
            "only directives use it".into(),
        ),
    };
    let finding = Diagnostic::new(Code::WrongKind, ident.span(), format!("`{ident}` is {is}"));
    Some(
        finding
            .note(format!("`{ident}` is bound at {}", name.region.place()))
            .help(help),
    )
}

fn unused(scope: &Scope<'_>, name: &Name, used: &BTreeSet<String>) -> Option<Diagnostic> {
    let ident = &name.ident;
    let help = match &name.holds {
        // A result that is not written has a message of its own.
        Holds::Register(register) if matches!(register.part, Part::Result { .. }) => return None,
        Holds::Other => return None,
        Holds::Register(register) if register.part == Part::Temporary => {
            "use it, or delete the `temp`".into()
        }
        Holds::Label => "refer to it, or delete it".into(),
        _ => format!("use it, or write `_` for `{ident}` if it does not matter"),
    };
    if used.contains(&ident.to_string()) {
        return None;
    }
    let region = Region::from(ident.span());
    let message = format!("`{ident}` is bound by {} and never used", scope.owner);
    Some(Diagnostic::new(Code::UnboundOrUnused, region, message).help(help))
}
