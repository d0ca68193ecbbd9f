//! Templates end where they have to, and every line can be reached (JL066).

use super::body::{Body, End};
use crate::error::{Code, Diagnostic, Region};

pub fn check(body: &Body<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for run in &body.runs {
        let flow = &run.flow;
        for (step, before) in flow.steps.iter().zip(&flow.before) {
            if before.is_none() {
                let message = format!(
                    "control never comes to this `{}`: what stands before it does not go on",
                    step.name
                );
                found.push(
                    Diagnostic::new(Code::BadControlFlow, step.region, message)
                        .help("delete it, or put a label in front that a line goes to"),
                );
            }
        }
        let last = flow.steps.last().map_or(body.region, |step| step.region);
        let owner = &body.scope.owner;
        let finding = match (run.end, flow.end().is_some()) {
            (End::Reached, false) => Some((
                format!("{owner} never comes to its end, and something follows it"),
                "leave the last line out, or use one that goes on",
            )),
            (End::NeverReached, true) => Some((
                format!("{owner} runs on into whatever is laid out behind it"),
                "end with an instruction that does not go on, such as `b`, `br` or `ret`, or a rule with `goto …;`",
            )),
            _ => None,
        };
        found.extend(finding.map(|(message, help)| {
            Diagnostic::new(Code::BadControlFlow, last, message).help(help)
        }));
    }
    found
}

/// Lines that are told to go: those that are never reached, and a last one behind which control should go on and does not.
pub fn superfluous(body: &Body<'_>) -> Vec<Region> {
    let mut found = Vec::new();
    for run in &body.runs {
        let flow = &run.flow;
        let unreached = flow.steps.iter().zip(&flow.before);
        let unreached = unreached.filter(|(_, before)| before.is_none());
        found.extend(unreached.map(|(step, _)| step.region));
        if run.end == End::Reached && flow.end().is_none() {
            found.extend(flow.steps.last().map(|step| step.region));
        }
    }
    found
}
