//! Reading a source sees exactly the bits that its type has (JL037).
//!
//! `W(a)` of a 64-bit value drops the upper half; `X(a)` of a 32-bit value reads an upper half that nobody has defined.
//! Writing is free of this: a write of 32 bits clears the rest. Dropping bits is what some rules are for, so it can be
//! said: `narrow a;`. A rule whose results have no more bits than are read says it by that.

use super::body::Body;
use super::scope::Part;
use crate::error::{Code, Diagnostic};

pub fn check(body: &Body<'_>) -> Vec<Diagnostic> {
    let results = body
        .scope
        .registers()
        .filter(|(_, register)| matches!(register.part, Part::Result { .. }));
    let widest_result = results.filter_map(|(_, register)| register.bits).max();
    let mut found = Vec::new();
    let read = body
        .bound_registers()
        .filter(|(operand, ..)| operand.role.reads());
    for (operand, name, register) in read {
        let ident = &name.ident;
        let (Part::Source, Some(bits)) = (&register.part, register.bits) else {
            continue;
        };
        let (view, seen) = (operand.view.name(), operand.view.bits());
        let (message, help) = if seen < bits {
            if register.narrow || widest_result.is_some_and(|widest| widest <= seen) {
                continue;
            }
            (
                format!("`{view}({ident})` drops the upper half of the {bits}-bit `{ident}`"),
                format!(
                    "write `{}({ident})`, or `narrow {ident};` in the rule if that is meant",
                    wider(view)
                ),
            )
        } else if seen > bits {
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
