//! The checks of call strategies, sequences and routines.

mod body;
mod clauses;
mod fallback;
mod links;
mod retarget;
mod site;
mod size;

use crate::check::documentation;
use crate::error::{Code, Context, Diagnostic};
use crate::model::calls::{Calls, Sequence};
use crate::model::isa::Isa;
use crate::model::template::LINE_BYTES;

/// Reports everything that is wrong with `calls`.
pub fn check(calls: &Calls, isa: &Isa, context: &Context) {
    let mut found = Vec::new();
    // What could not be read would be missed by every check; it has been reported.
    for (_, strategy) in calls.own().filter(|(_, strategy)| strategy.complete) {
        let body = body::of_strategy(strategy, isa);
        found.extend(body.check());
        found.extend(site::kept(strategy, isa, &body));
        found.extend(links::check(strategy, isa));
        found.extend(site::check(strategy, isa));
        found.extend(size::check(strategy));
        found.extend(retarget::check(strategy));
        found.extend(fallback::check(calls, strategy, isa));
    }
    found.extend(fallback::circles(calls));
    let sequences = calls.own_sequences().iter();
    for sequence in sequences.filter(|sequence| sequence.complete) {
        found.extend(body::of_sequence(sequence, isa));
        found.extend(bytes(sequence));
        found.extend(clauses::check(sequence, calls, isa));
    }
    let strategies = calls
        .own()
        .map(|(_, strategy)| (&strategy.name, &strategy.doc));
    let choices = calls
        .own_choices()
        .iter()
        .map(|choice| (&choice.name, &choice.doc));
    found.extend(documentation::check("strategy", strategies.chain(choices)));
    let sequences = calls
        .own_sequences()
        .iter()
        .map(|sequence| (&sequence.name, &sequence.doc));
    found.extend(documentation::check("sequence", sequences));
    for finding in found {
        context.report(finding);
    }
}

/// Whether the declared size of a sequence is the real one (JL050).
fn bytes(sequence: &Sequence) -> Option<Diagnostic> {
    let (declared, region) = sequence.bytes?;
    let real = sequence.template.line_bytes();
    if declared == real {
        return None;
    }
    let lines = real / LINE_BYTES;
    let plural = if lines == 1 { "" } else { "s" };
    let message = format!(
        "`{}` is {real} bytes ({lines} line{plural}), declared {declared}",
        sequence.name
    );
    Some(Diagnostic::new(Code::WrongSize, region, message).help(format!("write `bytes {real}`")))
}
