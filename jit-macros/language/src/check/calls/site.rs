//! The call is the last instruction of its site, and the target finds stack and return address as they were (JL066).
//!
//! The return address tells which call is under way: side tables, unwinding and exits look it up. It is the end of the
//! site exactly if the site ends with the instruction that calls, and calls once. The target expects the return address
//! in the link register and the caller's stack pointer: nothing but the call may write the one, nothing the other.

use crate::check::body::Body;
use crate::check::scope::Place;
use crate::error::{Code, Diagnostic};
use crate::model::calls::Strategy;
use crate::model::isa::{Control, Isa, Register};
use crate::model::template::Item;

/// The line by which a site goes away for good, as `b` and `br` do: it should be the call.
pub fn leaving(strategy: &Strategy, isa: &Isa) -> Option<Diagnostic> {
    let mut lines = strategy.site.template.lines();
    let line = lines.find(|line| isa[line.form].effects.control == Control::Ends)?;
    let (name, mnemonic) = (&strategy.name, &line.mnemonic);
    let message = format!(
        "`{mnemonic}` leaves the site of strategy `{name}` for good, and a call comes back"
    );
    let help = match mnemonic.to_string().as_str() {
        "b" => "write `bl`, at the end of the site",
        _ => "write `blr`, at the end of the site",
    };
    Some(Diagnostic::new(Code::BadControlFlow, line.region, message).help(help))
}

pub fn check(strategy: &Strategy, isa: &Isa) -> Vec<Diagnostic> {
    let template = &strategy.site.template;
    let calls = |item: &&Item| matches!(item, Item::Line(line) if isa[line.form].effects.control == Control::Calls);
    let region = |item: &Item| match item {
        Item::Line(line) => line.region,
        Item::Directive(directive) => directive.region,
        Item::Label(name) => name.span().into(),
    };
    let mut found = Vec::new();
    let name = &strategy.name;
    match template.items.iter().filter(calls).count() {
        0 => found.push(
            Diagnostic::new(
                Code::BadControlFlow,
                template.region,
                format!("the site of strategy `{name}` never calls anything"),
            )
            .help("end it with `bl` or `blr`"),
        ),
        1 => {}
        _ => {
            let extra = template.items.iter().filter(calls).map(region);
            found.extend(extra.skip(1).map(|region| {
                Diagnostic::new(
                    Code::BadControlFlow,
                    region,
                    format!("the site of strategy `{name}` calls more than once"),
                )
                .help("a site makes one call")
            }));
        }
    }
    if let (Some(last), true) = (template.items.last(), found.is_empty())
        && !calls(&last)
    {
        let message = format!(
            "the site of strategy `{name}` goes on behind its call, so the return address is not its end"
        );
        found.push(
            Diagnostic::new(Code::BadControlFlow, region(last), message)
                .help("move the call to the end"),
        );
    }
    found
}

/// Lines of the site and the stub that change what the target relies on; `body` is that of `strategy`.
pub fn kept(strategy: &Strategy, isa: &Isa, body: &Body<'_>) -> Vec<Diagnostic> {
    const LINK: Place = Place::Fixed(Register::General(30));
    let name = &strategy.name;
    let calls = |region: crate::error::Region| {
        body.lines().any(|line| {
            isa[line.form].effects.control == Control::Calls && line.region.is_at(region)
        })
    };
    let mut found = Vec::new();
    for step in body.runs.iter().flat_map(|run| &run.flow.steps) {
        for (place, region) in &step.writes {
            let (what, why) = match place {
                Place::Fixed(Register::StackPointer) => (
                    "the stack pointer",
                    "the target finds its stacked arguments by it, and returns with it unchanged",
                ),
                place if *place == LINK && !calls(step.region) => (
                    "the link register",
                    "it holds the address to which the target returns",
                ),
                _ => continue,
            };
            let message = format!("`{}` in strategy `{name}` changes {what}: {why}", step.name);
            found.push(
                Diagnostic::new(Code::BadControlFlow, *region, message)
                    .help("work in x16 or x17 instead"),
            );
        }
    }
    found
}
