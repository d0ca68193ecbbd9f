//! What a template changes is declared (JL033, flags JL035), and what is declared is changed and may be (JL034).

use std::collections::BTreeSet;

use super::body::Body;
use super::scope::{Changed, Clobber, Part, Place};
use crate::error::{Code, Diagnostic, Region};
use crate::model::isa::Register;

pub fn check(body: &Body<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    let mut changed = BTreeSet::new();
    for step in body.runs.iter().flat_map(|run| &run.flow.steps) {
        for (place, region) in &step.writes {
            let finding = match place {
                Place::Flags => flags(body, &step.name, *region, &mut changed),
                Place::Fixed(register) => {
                    register_by_name(body, &step.name, *register, *region, &mut changed)
                }
                Place::Name(_) => source(body, &step.name, place, *region),
            };
            found.extend(finding);
        }
    }
    found.extend(declared(body, &changed));
    found
}

fn flags(
    body: &Body<'_>,
    by: &str,
    region: Region,
    changed: &mut BTreeSet<Changed>,
) -> Option<Diagnostic> {
    changed.insert(Changed::Flags);
    if body.scope.clobbers(Changed::Flags) {
        return None;
    }
    let plain = by
        .strip_suffix('s')
        .filter(|plain| ["add", "sub", "and", "bic", "adc", "sbc"].contains(plain));
    let other = plain
        .map(|plain| format!("use `{plain}`, which leaves them alone, or "))
        .unwrap_or_default();
    let message = format!(
        "`{by}` writes the flags, and {} keeps them",
        body.scope.owner
    );
    Some(
        Diagnostic::new(Code::FlagsWritten, region, message)
            .help(format!("{other}declare `clobbers flags;`")),
    )
}

fn register_by_name(
    body: &Body<'_>,
    by: &str,
    register: Register,
    region: Region,
    changed: &mut BTreeSet<Changed>,
) -> Option<Diagnostic> {
    if register == Register::Zero {
        return None;
    }
    let what = Changed::Register(register);
    changed.insert(what);
    let place = Place::Fixed(register);
    let parts = || {
        body.scope
            .registers()
            .filter(|(name, _)| body.scope.place_of(&name.ident) == place)
    };
    if body.scope.clobbers(what) || parts().any(|(_, name)| name.part != Part::Source) {
        return None;
    }
    if parts().next().is_some() {
        return source(body, by, &place, region);
    }
    let permitted = body
        .permitted
        .as_ref()
        .is_none_or(|permitted| permitted.contains(&what));
    let help = if permitted
        && body
            .scope
            .isa
            .reservation(register)
            .is_none_or(|reserved| reserved.scratch || register.code() == 30)
    {
        format!("declare `clobbers {what};`, or bind a `temp` and let the allocator choose")
    } else {
        "use a scratch register".into()
    };
    let message = format!(
        "`{by}` writes `{what}`, which {} does not declare",
        body.scope.owner
    );
    Some(Diagnostic::new(Code::UndeclaredClobber, region, message).help(help))
}

/// A write to the register of a source.
fn source(body: &Body<'_>, by: &str, place: &Place, region: Region) -> Option<Diagnostic> {
    let mut holders = body
        .scope
        .registers()
        .filter(|(name, _)| body.scope.place_of(&name.ident) == *place);
    let (name, _) = holders.find(|(_, register)| register.part == Part::Source)?;
    let ident = &name.ident;
    let message =
        format!("`{by}` writes the register of `{ident}`, whose value may be needed afterwards");
    Some(
        Diagnostic::new(Code::UndeclaredClobber, region, message)
            .note(format!("`{ident}` is bound at {}", name.region.place()))
            .help(format!("copy it into a `temp` first, or declare a result with `… = {ident};` and write that")),
    )
}

/// Declared clobbers that are needless or not allowed.
fn declared(body: &Body<'_>, changed: &BTreeSet<Changed>) -> Vec<Diagnostic> {
    let owner = &body.scope.owner;
    let mut found = Vec::new();
    for clobber in &body.scope.clobbers {
        let Clobber { what, text, region } = clobber;
        let refused = what.iter().find(|what| {
            body.permitted
                .as_ref()
                .is_some_and(|list| !list.contains(what))
        });
        if let (Some(refused), Some(permitted)) = (refused, &body.permitted) {
            let list: Vec<_> = permitted.iter().map(ToString::to_string).collect();
            let message = format!("{owner} may only change {}, not `{text}`", list.join(", "));
            let mut finding = Diagnostic::new(Code::BadClobber, *region, message);
            if let Changed::Register(register) = refused {
                finding = finding.note(match body.scope.isa.reservation(*register) {
                    Some(reserved) => format!("`{refused}` is reserved: {}", reserved.reason),
                    None => format!(
                        "`{refused}` may carry an argument or a value that the caller keeps"
                    ),
                });
            }
            found.push(finding.help("use a scratch register instead"));
        } else if !what.iter().any(|what| changed.contains(what)) {
            let message =
                format!("{owner} declares that it changes `{text}`, and nothing in it does");
            let finding = Diagnostic::new(Code::BadClobber, *region, message);
            found.push(finding.help(format!("delete `{text}` from `clobbers`")));
        }
    }
    found
}
