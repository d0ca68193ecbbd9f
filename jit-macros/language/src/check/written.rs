//! Results are written on every way to the end, and nothing is read before it was written (JL031).
//!
//! The allocator hands out registers with whatever they held before. A result, a temporary, a scratch register and the
//! flags are all undefined at the start of a template.

use super::body::Body;
use super::flow::{Before, Flow};
use super::scope::{Part, Place};
use crate::error::{Code, Diagnostic};
use crate::model::isa::Register;

pub fn check(body: &Body<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for run in &body.runs {
        reads(body, &run.flow, &mut found);
        if let Some(end) = run.flow.end() {
            results(body, end, &mut found);
        }
    }
    found
}

fn reads(body: &Body<'_>, flow: &Flow, found: &mut Vec<Diagnostic>) {
    for (step, before) in flow.steps.iter().zip(&flow.before) {
        let Some(before) = before else { continue };
        for (place, region) in &step.reads {
            if before.surely.contains(place) || !starts_undefined(body, place) {
                continue;
            }
            let when = if before.perhaps.contains_key(place) {
                "on every way here"
            } else {
                "before"
            };
            let (what, help) = match place {
                Place::Flags => (
                    "the flags".to_owned(),
                    "write them first, with `cmp` or an instruction that ends in `s`",
                ),
                _ => (
                    format!("`{place}`"),
                    "its content is undefined at the start of the template: write it first",
                ),
            };
            let message = format!(
                "`{}` reads {what}, which no line has written {when}",
                step.name
            );
            found.push(Diagnostic::new(Code::NeverWritten, *region, message).help(help));
        }
    }
}

/// Whether a place holds nothing at the start.
fn starts_undefined(body: &Body<'_>, place: &Place) -> bool {
    match place {
        Place::Flags => true,
        Place::Name(_) | Place::Fixed(_) => {
            let holders = || {
                body.scope
                    .registers()
                    .filter(|(name, _)| body.scope.place_of(&name.ident) == *place)
            };
            if holders().next().is_none() {
                return matches!(place, Place::Fixed(register) if holds_nothing(body, *register));
            }
            !holders().any(|(_, register)| match &register.part {
                Part::Source => true,
                Part::Result { same_as, .. } => same_as.is_some(),
                Part::Temporary => false,
            })
        }
    }
}

/// Whether a register that no name stands for holds nothing that a template could know. Those of a call strategy hold
/// arguments, unless they are scratch registers.
fn holds_nothing(body: &Body<'_>, register: Register) -> bool {
    match body.scope.isa.reservation(register) {
        Some(reserved) => reserved.scratch,
        None => register != Register::Zero && body.permitted.is_none(),
    }
}

fn results(body: &Body<'_>, end: &Before, found: &mut Vec<Diagnostic>) {
    for (name, register) in body.scope.registers() {
        let Part::Result { same_as: None, .. } = &register.part else {
            continue;
        };
        let place = body.scope.place_of(&name.ident);
        if end.surely.contains(&place) {
            continue;
        }
        let ident = &name.ident;
        let message = if end.perhaps.contains_key(&place) {
            format!(
                "`{ident}` is the result of {}, but not every way through the template writes it",
                body.scope.owner
            )
        } else {
            format!(
                "`{ident}` is the result of {}, but no instruction writes it",
                body.scope.owner
            )
        };
        let view = body.scope.isa[register.class].view.name();
        found.push(
            Diagnostic::new(Code::NeverWritten, ident.span(), message).help(format!(
                "write `{view}({ident})`, or declare `{ident} = …;` if it is an operand unchanged"
            )),
        );
    }
}
