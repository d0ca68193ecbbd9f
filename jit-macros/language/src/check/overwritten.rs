//! A source is read before anything that may share its register is written (JL032).
//!
//! The allocator may give a result the register of a source that is not needed afterwards, and a source may sit in a
//! register that the template changes by name. Both are fine as long as the source is read first; CinderX shipped a
//! miscompilation of this kind. A result that is `early` is kept apart from every source. Where none is read too late,
//! that costs a register for nothing, and is refused.

use proc_macro2::Ident;

use super::body::Body;
use super::flow::{Before, Flow, Step};
use super::scope::{Name, Part, Place, RegisterName, Scope};
use crate::error::{Code, Diagnostic, Region};

pub fn check(body: &Body<'_>) -> Vec<Diagnostic> {
    let flows = body.runs.iter().map(|run| &run.flow);
    let found = flows.flat_map(|flow| late_reads(&body.scope, flow));
    found
        .filter(|read| !read.destroyed.is_prevented())
        .map(|read| read.finding())
        .collect()
}

/// `early` results that no source would be read too late without.
pub fn idle(body: &Body<'_>) -> Vec<Diagnostic> {
    let scope = &body.scope;
    let needed = |result: &Name| {
        let mut flows = body.runs.iter().map(|run| &run.flow);
        flows
            .any(|flow| late_reads(scope, flow).any(|read| read.destroyed.is_result(&result.ident)))
    };
    let declared = scope.registers().filter_map(|(name, register)| {
        register
            .early
            .filter(|_| !needed(name))
            .map(|region| (name, region))
    });
    let finding = |(name, region): (&Name, Region)| {
        let ident = &name.ident;
        let message = format!(
            "no operand is read after `{ident}` is first written: `{ident}: early` keeps apart what may share a register"
        );
        Diagnostic::new(Code::OverwrittenSource, region, message)
            .help(format!("delete `{ident}: early;`"))
    };
    declared.map(finding).collect()
}

/// A source that is read when it may have been overwritten.
struct LateRead<'a> {
    /// The step that reads it, and its operand.
    reader: &'a Step,
    region: Region,
    source: &'a Name,
    /// What may have overwritten it.
    writer: &'a Step,
    destroyed: Destroyed<'a>,
}

/// What a source may share its register with.
enum Destroyed<'a> {
    Result(&'a Name, Option<Region>),
    Tied(&'a Name),
    Fixed(Place),
}

impl Destroyed<'_> {
    /// Whether the allocator keeps the two apart.
    fn is_prevented(&self) -> bool {
        matches!(self, Destroyed::Result(_, Some(_)))
    }

    fn is_result(&self, result: &Ident) -> bool {
        matches!(self, Destroyed::Result(name, _) if name.ident == *result)
    }
}

impl LateRead<'_> {
    fn finding(&self) -> Diagnostic {
        let ident = &self.source.ident;
        let (why, help) = match &self.destroyed {
            Destroyed::Result(result, _) => {
                let result = &result.ident;
                (
                    format!("`{result}` may be in the same register"),
                    format!(
                        "declare `{result}: early;`, or read `{ident}` before `{result}` is written"
                    ),
                )
            }
            Destroyed::Tied(result) => {
                let result = &result.ident;
                (
                    format!("`{result} = {ident}` puts both in the same register"),
                    format!(
                        "read `{ident}` before `{result}` is written, or drop `{result} = {ident};`"
                    ),
                )
            }
            Destroyed::Fixed(register) => (
                format!("`{ident}` may be in `{register}`"),
                format!(
                    "read `{ident}` before `{register}` is written, or use a `temp` instead of `{register}`"
                ),
            ),
        };
        let (reader, writer) = (&self.reader.name, &self.writer.name);
        let message =
            format!("`{reader}` reads `{ident}` after `{writer}` may have overwritten it: {why}");
        let place = self.writer.region.place();
        Diagnostic::new(Code::OverwrittenSource, self.region, message)
            .note(format!("`{writer}` writes it at {place}"))
            .help(help)
    }
}

fn late_reads<'a>(scope: &'a Scope<'_>, flow: &'a Flow) -> impl Iterator<Item = LateRead<'a>> {
    let steps = flow.steps.iter().zip(&flow.before);
    let reads = steps.flat_map(|(step, before)| {
        let before = before.as_ref();
        let reads = step.reads.iter();
        reads.filter_map(move |(place, region)| Some((step, before?, place, *region)))
    });
    reads.flat_map(move |(reader, before, place, region)| {
        let sources = scope.registers().filter(move |(name, register)| {
            register.part == Part::Source && scope.place_of(&name.ident) == *place
        });
        sources.filter_map(move |(source, register)| {
            let (writer, destroyed) = overwriter(scope, before, &source.ident, register)?;
            Some(LateRead {
                reader,
                region,
                source,
                writer: &flow.steps[writer],
                destroyed,
            })
        })
    })
}

/// The step that may have overwritten a source, and by what; what the allocator prevents only if there is nothing else.
fn overwriter<'a>(
    scope: &'a Scope<'_>,
    before: &Before,
    source: &Ident,
    register: &RegisterName,
) -> Option<(usize, Destroyed<'a>)> {
    let of_result = |(name, result): (&'a Name, &'a RegisterName)| {
        let Part::Result { same_as } = &result.part else {
            return None;
        };
        let &writer = before.perhaps.get(&scope.place_of(&name.ident))?;
        if same_as.as_ref() == Some(source) {
            return Some((writer, Destroyed::Tied(name)));
        }
        may_coincide(scope, register, result)
            .then_some((writer, Destroyed::Result(name, result.early)))
    };
    // What is written by name is neither of a result nor of a temporary here; those were dealt with or lie apart.
    let by_name = |(place, &writer): (&Place, &usize)| match place {
        Place::Fixed(fixed) if may_be_in(scope, register, *fixed) => {
            let bound = scope.registers().any(|(name, other)| {
                other.part != Part::Source && scope.place_of(&name.ident) == *place
            });
            (!bound).then(|| (writer, Destroyed::Fixed(place.clone())))
        }
        _ => None,
    };
    let mut ways = scope.registers().filter_map(of_result);
    let result = ways.next();
    if let Some((_, destroyed)) = &result
        && !destroyed.is_prevented()
    {
        return result;
    }
    before.perhaps.iter().find_map(by_name).or(result)
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
