//! A sequence says what it does (JL072), in words that are understood (JL073), and gives up nothing that it leaves alone
//! (JL034).
//!
//! Whether it does what it says is for proofs to find out; here the clause is only carried out.

use crate::check::unseen;
use crate::error::{Code, Diagnostic};
use crate::instruction::{self, FLAGS, Inputs};
use crate::model::calls::{Calls, Parameter, ParameterKind, Sequence, SequenceId};
use crate::model::isa::{Control, Isa, Register};
use crate::model::template::RegisterRef;
use crate::term::{Sort, Term};

/// What is wrong with the clauses of a sequence.
pub fn check(sequence: &Sequence, calls: &Calls, isa: &Isa) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    if !sequence.has_meaning() {
        let message = format!("nothing says what `{}` does", sequence.name);
        found.push(
            Diagnostic::new(Code::NoMeaning, sequence.name.span(), message)
                .help("add `means { … }` behind its lines, or `undoes …;`"),
        );
    }
    if let Some(means) = &sequence.means {
        let nameable = calls
            .nameable(sequence)
            .map(|(_, parameter)| parameter.clone());
        let nameable: Vec<Parameter> = nameable.collect();
        found.extend(unseen::in_statements(&means.body));
        let outcome = instruction::clause(isa, &nameable, &means.body, &inputs(&nameable));
        found.extend(outcome.err().map(|finding| *finding));
    }
    let leaves =
        |line: &crate::model::template::Line| isa[line.form].effects.control == Control::Calls;
    if sequence.template.lines().any(leaves) || sequence.has_site() {
        return found;
    }
    for clobber in &sequence.clobbers {
        let changes = |line: &crate::model::template::Line| match clobber.register {
            None => isa[line.form].effects.writes_flags,
            Some(register) => {
                let written = line.writes(isa);
                let is_it = |found: &RegisterRef| *found == RegisterRef::Fixed(register);
                written.iter().any(|(found, _)| is_it(found))
            }
        };
        if !sequence.template.lines().any(changes) {
            let what = clobber
                .register
                .map_or("flags".to_owned(), |register| register.to_string());
            let message = format!("`{}` never writes `{what}`", sequence.name);
            found.push(
                Diagnostic::new(Code::BadClobber, clobber.region, message)
                    .help("delete it from `clobbers`"),
            );
        }
    }
    found
}

/// Sequences of which each says no more than that it undoes the next, which comes back to the first (JL072).
pub fn circles(calls: &Calls) -> Vec<Diagnostic> {
    let of = |id: &SequenceId| {
        let sequence = &calls[*id];
        let undoes = sequence.undoes.as_ref();
        undoes.filter(|_| sequence.means.is_none())
    };
    let circle = |first: SequenceId| {
        let mut circle = vec![first];
        while let Some(next) = circle.last().and_then(of).map(|undoes| undoes.sequence) {
            // Each is found once, at the first of it.
            match next {
                next if next == first => return Some(circle),
                next if next < first || circle.contains(&next) => return None,
                next => circle.push(next),
            }
        }
        None
    };
    let circles = (0..calls.sequences.len()).map(SequenceId);
    let report = |circle: Vec<SequenceId>| {
        let name = |id: &SequenceId| format!("`{}`", calls[*id].name);
        let names: Vec<String> = circle.iter().chain(&circle[..1]).map(name).collect();
        let message = format!(
            "nothing says what {} does: {}",
            names[0],
            names.join(" undoes ")
        );
        let mut regions = circle.iter().filter_map(of).map(|undoes| undoes.region);
        let finding = Diagnostic::new(Code::NoMeaning, regions.next()?, message);
        let finding = regions.fold(finding, Diagnostic::also_at);
        Some(finding.help("say with `means { … }` what one of them does"))
    };
    circles.filter_map(circle).filter_map(report).collect()
}

/// Something unknown everywhere.
fn inputs(nameable: &[Parameter]) -> Inputs {
    let symbol = |name: &str| Term::symbol(name, Sort::Bits(64));
    let general = (0..=30).map(Register::General);
    let float = (0..=31).map(Register::Float);
    let all = general.chain(float).chain([Register::StackPointer]);
    let implied = all.map(|register| (register, symbol(&register.to_string())));
    let (mut registers, mut immediates) = (Vec::new(), Vec::new());
    for parameter in nameable {
        let content = symbol(&parameter.name.to_string());
        match parameter.kind {
            ParameterKind::Register(_) => registers.push(content),
            ParameterKind::Immediate(_) | ParameterKind::Label => immediates.push(content),
        }
    }
    Inputs {
        registers,
        immediates,
        label: symbol("label"),
        condition: String::new(),
        implied: implied.collect(),
        flags: FLAGS.map(|flag| Term::symbol(flag, Sort::Bool)),
        memory: Term::symbol("memory", Sort::Memory),
        next: symbol("next"),
    }
}
