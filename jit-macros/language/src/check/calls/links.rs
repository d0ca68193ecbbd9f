//! The declared links of a strategy are those of its instructions (JL061).
//!
//! Layout and fallbacks are planned with the declared links, long before an instruction is encoded. So every reference in
//! the templates has to be declared, with the link of the instruction that makes it, and every declared link has to be
//! one of them. What is referred to lies with those who refer to it.

use crate::check::reach::reach;
use crate::error::{Code, Diagnostic, Region};
use crate::model::calls::{Place, Scope, Strategy};
use crate::model::isa::{Isa, LinkId};
use crate::model::template::{LabelRef, Template};

/// A reference that a template makes.
struct Made {
    from: Place,
    to: Place,
    link: LinkId,
    mnemonic: String,
    region: Region,
}

pub fn check(strategy: &Strategy, isa: &Isa) -> Vec<Diagnostic> {
    let mut made = references(strategy, Place::Site, &strategy.site.template);
    if let Some(stub) = &strategy.stub {
        made.extend(references(strategy, Place::Stub, &stub.part.template));
    }
    let name = |place: Place| match place {
        Place::Site => "site".to_string(),
        Place::Stub => "stub".to_string(),
        Place::Target => "target".to_string(),
        Place::Page => "page".to_string(),
        Place::Pool => strategy
            .pool
            .as_ref()
            .map_or("pool".into(), |pool| pool.name.to_string()),
    };
    let describe = |link: LinkId| format!("`{}` (±{})", isa[link].name, reach(&isa[link].reach));
    let mut found = Vec::new();
    for reference in &made {
        let (from, to) = (name(reference.from), name(reference.to));
        let instruction = format!("`{} …, =>{to}`", reference.mnemonic);
        let declared = strategy
            .links
            .iter()
            .find(|link| (link.from, link.to) == (reference.from, reference.to));
        match declared {
            Some(declared) if declared.link == reference.link => {}
            Some(declared) => found.push(
                Diagnostic::new(
                    Code::BadLink,
                    declared.region,
                    format!(
                        "{instruction} in `{from}` uses {}, but `links` says {}",
                        describe(reference.link),
                        describe(declared.link)
                    ),
                )
                .note(format!(
                    "the instruction is at {}",
                    reference.region.place()
                ))
                .help(format!(
                    "write `{from} -> {to}: {}`",
                    isa[reference.link].name
                )),
            ),
            None => found.push(
                Diagnostic::new(
                    Code::BadLink,
                    reference.region,
                    format!(
                        "{instruction} reaches {} only, and `links` does not say so",
                        reach(&isa[reference.link].reach)
                    ),
                )
                .help(format!(
                    "add `{from} -> {to}: {}` to `links`",
                    isa[reference.link].name
                )),
            ),
        }
    }
    found.extend(apart(strategy));
    for declared in &strategy.links {
        if !made
            .iter()
            .any(|reference| (reference.from, reference.to) == (declared.from, declared.to))
        {
            let (from, to) = (name(declared.from), name(declared.to));
            let message = format!("no instruction in `{from}` refers to `{to}`");
            found.push(
                Diagnostic::new(Code::BadLink, declared.region, message).help("delete the link"),
            );
        }
    }
    found
}

/// A literal lies behind the stub that loads it, or with those of the function whose sites do, and nowhere else: shared by
/// others, it is not there.
fn apart(strategy: &Strategy) -> Option<Diagnostic> {
    let pool = strategy.pool.as_ref()?;
    let (user, scope) = match &strategy.stub {
        Some(stub) => ("stub", stub.scope),
        None => ("site", Scope::Function),
    };
    if pool.scope == scope {
        return None;
    }
    let name = |scope| match scope {
        Scope::Function => "function",
        Scope::Arena => "arena",
    };
    let message = format!(
        "`{}` is one per {}, and the `{user}` that loads it lies in its {}",
        pool.name,
        name(pool.scope),
        name(scope)
    );
    let help = format!("write `one per ({}, target)`", name(scope));
    Some(Diagnostic::new(Code::BadLink, pool.region, message).help(help))
}

fn references(strategy: &Strategy, from: Place, template: &Template) -> Vec<Made> {
    let of = |line: &crate::model::template::Line| {
        let label = line.label.as_ref()?;
        let LabelRef::Dynamic(name) = &label.label else {
            return None;
        };
        let to = match name.to_string().as_str() {
            "target" => Place::Target,
            "page" => Place::Page,
            "stub" => Place::Stub,
            name if strategy.pool.as_ref().is_some_and(|pool| pool.name == name) => Place::Pool,
            _ => return None,
        };
        Some(Made {
            from,
            to,
            link: label.link,
            mnemonic: line.mnemonic.to_string(),
            region: label.region,
        })
    };
    template.lines().filter_map(of).collect()
}
