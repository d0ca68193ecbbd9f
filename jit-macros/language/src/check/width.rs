//! Reading a source sees exactly the bits that its type has (JL037).
//!
//! `W(a)` of a 64-bit value drops the upper half; `X(a)` of a 32-bit value reads an upper half that nobody has defined.
//! Writing is free of this: a write of 32 bits clears the rest. Dropping bits is what some rules are for, so it can be
//! said: `narrow a;`. A rule whose results have no more bits than are read says it by that. Where no line drops bits of
//! `a`, or none that this does not excuse, `narrow a;` says nothing and is refused.

use super::body::Body;
use super::scope::{Name, Part, RegisterName};
use crate::error::{Code, Diagnostic};
use crate::model::template::RegisterUse;

pub fn check(body: &Body<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for read in reads(body) {
        let Read {
            operand,
            name,
            bits,
            ..
        } = &read;
        let ident = &name.ident;
        let (view, seen) = (operand.view.name(), operand.view.bits());
        let (message, help) = if read.drops {
            if read.register.narrow.is_some() {
                continue;
            }
            (
                format!("`{view}({ident})` drops the upper half of the {bits}-bit `{ident}`"),
                format!(
                    "write `{}({ident})`, or `narrow {ident};` in the rule if that is meant",
                    wider(view)
                ),
            )
        } else if seen > *bits {
            (
                format!(
                    "`{view}({ident})` reads {seen} bits, but `{ident}` has {bits}; the others are undefined"
                ),
                format!(
                    "write `{}({ident})`, or extend it into a temporary first",
                    narrower(view)
                ),
            )
        } else {
            continue;
        };
        found.push(
            Diagnostic::new(Code::WrongWidth, operand.region, message)
                .note(format!("`{ident}` is bound at {}", name.region.place()))
                .help(help),
        );
    }
    found
}

/// `narrow` of operands of which no line drops bits.
pub fn idle(body: &Body<'_>) -> Vec<Diagnostic> {
    let dropped: Vec<_> = reads(body)
        .filter(|read| read.drops)
        .map(|read| &read.name.ident)
        .collect();
    let declared = body.scope.registers().filter_map(|(name, register)| {
        let region = register.narrow?;
        (!dropped.contains(&&name.ident)).then_some((&name.ident, region))
    });
    let finding = |(ident, region)| {
        let message = format!(
            "no line reads fewer bits of `{ident}` than the result has: `narrow {ident}` says nothing"
        );
        Diagnostic::new(Code::WrongWidth, region, message)
            .help(format!("delete `narrow {ident};`, or read `W({ident})`"))
    };
    declared.map(finding).collect()
}

/// A source that is read.
struct Read<'a> {
    operand: &'a RegisterUse,
    name: &'a Name,
    register: &'a RegisterName,
    /// How many bits it has.
    bits: u32,
    /// Whether some of them are dropped that the result would have.
    drops: bool,
}

fn reads<'a>(body: &'a Body<'_>) -> impl Iterator<Item = Read<'a>> {
    let results = body
        .scope
        .registers()
        .filter(|(_, register)| matches!(register.part, Part::Result { .. }));
    let widest_result = results.filter_map(|(_, register)| register.bits).max();
    body.bound_registers()
        .filter_map(move |(operand, name, register)| {
            let bits = register.bits?;
            let seen = operand.view.bits();
            let read = Read {
                operand,
                name,
                register,
                bits,
                drops: seen < bits && widest_result.is_none_or(|widest| widest > seen),
            };
            (operand.role.reads() && register.part == Part::Source).then_some(read)
        })
}

fn wider(view: &str) -> &'static str {
    match view {
        "W" => "X",
        "WSP" => "XSP",
        _ => "D",
    }
}

fn narrower(view: &str) -> &'static str {
    match view {
        "X" => "W",
        "XSP" => "WSP",
        _ => "S",
    }
}
