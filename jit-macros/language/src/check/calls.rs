//! The checks of call strategies, sequences and routines.

mod body;
mod clauses;
mod fallback;
mod links;
mod retarget;
mod site;
mod size;

pub use fallback::circles;

use crate::check::documentation;
use crate::error::{Code, Context, Diagnostic};
use crate::model::calls::{Calls, Sequence, Strategy};
use crate::model::isa::Isa;
use crate::model::template::LINE_BYTES;

/// Reports everything that is wrong with `calls`.
pub fn check(calls: &Calls, isa: &Isa, context: &Context) {
    let mut found = Vec::new();
    // What could not be read would be missed by every check; it has been reported.
    for (_, it) in calls.own().filter(|(_, it)| it.complete) {
        found.extend(strategy(it, calls, isa));
    }
    found.extend(fallback::circles(calls));
    found.extend(fallback::variables(calls));
    found.extend(clauses::circles(calls));
    let sequences = calls.own_sequences().iter();
    for it in sequences.filter(|it| it.complete) {
        found.extend(sequence(it, calls, isa));
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

/// What is wrong with a strategy of `calls` by itself.
pub fn strategy(strategy: &Strategy, calls: &Calls, isa: &Isa) -> Vec<Diagnostic> {
    let body = body::of_strategy(strategy, isa);
    let mut found = match site::leaving(strategy, isa) {
        // Without a call, nothing of the site is as it is meant: neither what it changes nor where it ends.
        Some(finding) => vec![finding],
        None => {
            let mut found = body.check();
            found.extend(site::kept(strategy, isa, &body));
            found.extend(site::check(strategy, isa));
            found
        }
    };
    found.extend(links::check(strategy, isa));
    found.extend(size::check(strategy));
    found.extend(retarget::check(strategy));
    found.extend(fallback::check(calls, strategy, isa));
    found
}

/// What is wrong with a sequence or routine of `calls` by itself.
pub fn sequence(sequence: &Sequence, calls: &Calls, isa: &Isa) -> Vec<Diagnostic> {
    let mut found = body::of_sequence(sequence, isa);
    found.extend(bytes(sequence));
    found.extend(clauses::check(sequence, calls, isa));
    found
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
