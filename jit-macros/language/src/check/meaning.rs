//! Every mnemonic has a meaning, every meaning a form (JL072), and it does what the form says: it writes the operands,
//! flags, registers and memory that are declared and no others, what is declared as read makes a difference and nothing
//! else does, and control goes where it may (JL074). What is not understood (JL073) or counts wrongly (JL002) is found by
//! carrying meanings out.

use std::collections::HashSet;

use super::unseen;
use crate::error::{Code, Context, Diagnostic};
use crate::instruction::{FLAGS, Inputs, Outcome, condition, execute};
use crate::model::isa::{Control, Form, FormId, Isa, Meaning};
use crate::term::{Node, Operator, Sort, Term};

pub fn check(isa: &Isa, context: &Context) {
    let flags = FLAGS.map(|name| Term::symbol(name, Sort::Bool));
    for declared in &isa.conditions {
        if let Err(diagnostic) = condition(isa, &declared.name.to_string(), flags) {
            context.report(*diagnostic);
        }
    }
    for meaning in &isa.meanings {
        let is_unread = context.is_unread(&meaning.mnemonic);
        if isa.forms_of(&meaning.mnemonic).next().is_none() && !is_unread {
            let message = format!("`{}` has a meaning, and no form", meaning.mnemonic);
            let diagnostic = Diagnostic::new(Code::NoMeaning, meaning.region, message);
            context.report(diagnostic.help("delete it, or add a `form`"));
        }
        for finding in unseen::in_statements(&meaning.body) {
            context.report(finding);
        }
    }
    // A mistake in a meaning shows in each of its forms; the first one is enough.
    let mut failed = HashSet::new();
    for (index, form) in isa.forms.iter().enumerate() {
        if failed.contains(&form.mnemonic) {
            continue;
        }
        let id = FormId(index);
        let condition = isa.conditions.first();
        let condition = condition.map_or_else(String::new, |condition| condition.name.to_string());
        let inputs = Inputs::symbols(isa, id, &condition);
        match (execute(isa, id, &inputs), isa.meaning(&form.mnemonic)) {
            (Ok(outcome), Some(meaning)) => {
                let about = About {
                    form,
                    meaning,
                    context,
                };
                about.effects(&inputs, &outcome);
            }
            (Ok(_), None) => {}
            (Err(diagnostic), _) => {
                failed.insert(form.mnemonic.clone());
                context.report(*diagnostic);
            }
        }
    }
}

/// A form beside its meaning.
struct About<'a> {
    form: &'a Form,
    meaning: &'a Meaning,
    context: &'a Context,
}

impl About<'_> {
    fn effects(&self, inputs: &Inputs, outcome: &Outcome) {
        let form = self.form;
        let effects = &form.effects;
        let mut results: Vec<Term> = outcome.registers.iter().map(|(_, term)| *term).collect();
        results.extend(outcome.implied.iter().map(|(_, term)| *term));
        results.extend(outcome.flags.iter().flatten());
        results.extend([
            outcome.memory,
            outcome.leaves,
            outcome.target,
            outcome.traps,
        ]);
        let parts: HashSet<Term> = Term::parts(&results).into_iter().collect();
        // A memory that is not written is a result as it stands, which reads nothing of it.
        let is_loaded = |part: &Term| matches!(part.node(), Node::Apply(Operator::Load, _));
        self.same(
            effects.reads_memory,
            parts.iter().any(is_loaded),
            "reads memory",
        );
        self.same(
            effects.writes_memory,
            outcome.memory != inputs.memory,
            "writes memory",
        );
        let reads_flags = inputs.flags.iter().any(|flag| parts.contains(flag));
        self.same(effects.reads_flags, reads_flags, "reads flags");
        let writes_flags = outcome.flags.iter().any(Option::is_some);
        self.same(effects.writes_flags, writes_flags, "writes flags");
        if writes_flags && outcome.flags.iter().any(Option::is_none) {
            self.report("the meaning writes some of the flags, and not all four".to_owned());
        }
        for (register, symbol) in &inputs.implied {
            let writes = outcome
                .implied
                .iter()
                .any(|(written, _)| written == register);
            let what = format!("writes {register}");
            self.same(effects.writes.contains(register), writes, &what);
            let what = format!("reads {register}");
            self.same(
                effects.reads.contains(register),
                parts.contains(symbol),
                &what,
            );
        }
        for (index, role) in form.roles().into_iter().enumerate() {
            let counts = parts.contains(&inputs.registers[index]);
            let number = index + 1;
            if role.reads() && !counts {
                self.report(format!(
                    "register {number} of `{}` is read, and makes no difference in its meaning",
                    form.text
                ));
            }
        }
        self.control(outcome);
    }

    /// What the form declares and what the meaning does.
    fn same(&self, declared: bool, meant: bool, what: &str) {
        let text = &self.form.text;
        match (declared, meant) {
            (true, false) => self.report(format!("`{text}` {what}, and its meaning does not")),
            (false, true) => {
                self.report(format!(
                    "the meaning of `{text}` {what}, and the form does not say so"
                ));
            }
            _ => {}
        }
    }

    fn control(&self, outcome: &Outcome) {
        let ends = outcome.leaves.or(outcome.traps);
        let meant = match (ends.truth(), &outcome.implied[..]) {
            (Some(false), _) => Control::Next,
            (Some(true), []) => Control::Ends,
            // Whoever leaves and keeps where it was is expected back.
            (Some(true), _) => Control::Calls,
            (None, _) => Control::Branches,
        };
        let declared = self.form.effects.control;
        if meant != declared {
            let text = &self.form.text;
            self.report(format!(
                "`{text}` {}, and its meaning {}",
                words(declared),
                words(meant)
            ));
        }
    }

    fn report(&self, message: String) {
        let diagnostic = Diagnostic::new(Code::MeaningOfForm, self.form.region, message);
        let name = format!("the meaning of `{}`", self.meaning.mnemonic);
        let diagnostic = diagnostic.declared(name, self.meaning.region);
        self.context
            .report(diagnostic.help("change the one of them that is wrong"));
    }
}

fn words(control: Control) -> &'static str {
    match control {
        Control::Next => "goes on",
        Control::Branches => "branches",
        Control::Calls => "calls",
        Control::Ends => "ends",
    }
}
