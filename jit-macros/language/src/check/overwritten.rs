//! A source is read before anything that may share its register is written (JL032).
//!
//! The allocator may give a result the register of a source that is not needed afterwards, and a source may sit in a
//! register that the template changes by name. Both are fine as long as the source is read first; CinderX shipped a
//! miscompilation of this kind.

use super::body::Body;
use super::flow::{Before, Flow};
use super::scope::{Part, Place, RegisterName, Scope};
use crate::error::{Code, Diagnostic};

pub fn check(body: &Body<'_>) -> Vec<Diagnostic> {
    body.runs
        .iter()
        .flat_map(|run| in_flow(body, &run.flow))
        .collect()
}

fn in_flow(body: &Body<'_>, flow: &Flow) -> Vec<Diagnostic> {
    let scope = &body.scope;
    let mut found = Vec::new();
    for (step, before) in flow.steps.iter().zip(&flow.before) {
        let Some(before) = before else { continue };
        for (place, region) in &step.reads {
            let sources = scope.registers().filter(|(name, register)| {
                register.part == Part::Source && scope.place_of(&name.ident) == *place
            });
            for (source, register) in sources {
                let Some((writer, destroyed)) = overwriter(scope, before, &source.ident, register)
                else {
                    continue;
                };
                let writer = &flow.steps[writer];
                let ident = &source.ident;
                let (why, help) = match destroyed {
                    Destroyed::Result(result) => (
                        format!("`{result}` may be in the same register"),
                        format!(
                            "declare `early {result};`, or read `{ident}` before `{result}` is written"
                        ),
                    ),
                    Destroyed::Tied(result) => (
                        format!("`{result} = {ident}` puts both in the same register"),
                        format!(
                            "read `{ident}` before `{result}` is written, or drop `{result} = {ident};`"
                        ),
                    ),
                    Destroyed::Fixed(register) => (
                        format!("`{ident}` may be in `{register}`"),
                        format!(
                            "read `{ident}` before `{register}` is written, or use a `temp` instead of `{register}`"
                        ),
                    ),
                };
                let message = format!(
                    "`{}` reads `{ident}` after `{}` may have overwritten it: {why}",
                    step.name, writer.name
                );
                found.push(
                    Diagnostic::new(Code::OverwrittenSource, *region, message)
                        .note(format!(
                            "`{}` writes it at {}",
                            writer.name,
                            writer.region.place()
                        ))
                        .help(help),
                );
            }
        }
    }
    found
}

enum Destroyed {
    Result(String),
    Tied(String),
    Fixed(Place),
}

/// The step that may have overwritten a source, and by what.
fn overwriter(
    scope: &Scope<'_>,
    before: &Before,
    source: &proc_macro2::Ident,
    register: &RegisterName,
) -> Option<(usize, Destroyed)> {
    for (name, result) in scope.registers() {
        let Part::Result { early, same_as } = &result.part else {
            continue;
        };
        let Some(&writer) = before.perhaps.get(&scope.place_of(&name.ident)) else {
            continue;
        };
        let tied = same_as.as_ref() == Some(source);
        if tied {
            return Some((writer, Destroyed::Tied(name.ident.to_string())));
        }
        if !early && may_coincide(scope, register, result) {
            return Some((writer, Destroyed::Result(name.ident.to_string())));
        }
    }
    // What is written by name is neither of a result nor of a temporary here; those were dealt with or lie apart.
    let destroys = |(place, &writer): (&Place, &usize)| match place {
        Place::Fixed(fixed) if may_be_in(scope, register, *fixed) => {
            let bound = scope.registers().any(|(name, other)| {
                other.part != Part::Source && scope.place_of(&name.ident) == *place
            });
            (!bound).then(|| (writer, Destroyed::Fixed(place.clone())))
        }
        _ => None,
    };
    before.perhaps.iter().find_map(destroys)
}

fn may_be_in(
    scope: &Scope<'_>,
    name: &RegisterName,
    register: crate::model::isa::Register,
) -> bool {
    match name.fixed {
        Some(fixed) => fixed == register,
        None => scope.isa[name.class].registers.contains(&register),
    }
}

fn may_coincide(scope: &Scope<'_>, a: &RegisterName, b: &RegisterName) -> bool {
    match (a.fixed, b.fixed) {
        (Some(a), _) => may_be_in(scope, b, a),
        (None, Some(b)) => may_be_in(scope, a, b),
        (None, None) => !scope.isa[a.class]
            .registers
            .is_disjoint(&scope.isa[b.class].registers),
    }
}
