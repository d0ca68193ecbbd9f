//! A machine declaration is consistent: no class hands out reserved registers (JL038), no form hides another (JL011), and
//! the convention preserves nothing that it passes arguments in (JL034).

use std::collections::HashMap;

use crate::error::{Code, Context, Diagnostic, Region};
use crate::model::isa::{Convention, Form, FormOperand, Isa, Register};

pub fn check(isa: &Isa, context: &Context) {
    if isa.target.is_none() && !context.is_unread_like("target") {
        let region = proc_macro2::Span::call_site();
        let help = "begin with `target aarch64;`";
        context
            .report(Diagnostic::new(Code::Syntax, region, "the machine has no target").help(help));
    }
    reserved(isa, context);
    forms(isa, context);
    for convention in &isa.conventions {
        self::convention(convention, context);
    }
    super::meaning::check(isa, context);
}

fn reserved(isa: &Isa, context: &Context) {
    let mut first: HashMap<Register, Region> = HashMap::new();
    for reserved in &isa.reserved {
        let register = reserved.register;
        if let Some(other) = first.insert(register, reserved.region) {
            let message = format!("{register} is set aside twice");
            let diagnostic = Diagnostic::new(Code::DuplicateName, reserved.region, message);
            context.report(
                diagnostic
                    .note(format!("the first time at {}", other.place()))
                    .help("delete one of the lines"),
            );
        }
    }
    for class in &isa.classes {
        let special = class.special();
        for register in class
            .registers
            .iter()
            .filter(|register| Some(**register) != special)
        {
            let Some(reserved) = isa.reservation(*register) else {
                continue;
            };
            let message = format!(
                "class `{}` hands out {register}, which is set aside",
                class.name
            );
            let diagnostic = Diagnostic::new(Code::ReservedRegister, class.region, message);
            let note = format!(
                "{register} is reserved at {}: {}",
                reserved.region.place(),
                reserved.reason
            );
            let help = "leave it out of the codes, or do not set it aside";
            context.report(diagnostic.note(note).help(help));
        }
    }
}

/// A line takes the first form that fits it, so one that fits no more than an earlier one is never taken.
fn forms(isa: &Isa, context: &Context) {
    let mut earlier: HashMap<&str, Vec<&Form>> = HashMap::new();
    for form in &isa.forms {
        let others = earlier.entry(&form.mnemonic).or_default();
        if let Some(other) = others
            .iter()
            .find(|other| hides(isa, &other.operands, &form.operands))
        {
            let message = format!(
                "`{}` can never be taken: `{}` fits all that it fits",
                form.text, other.text
            );
            let diagnostic = Diagnostic::new(Code::DeadRule, form.region, message);
            context.report(
                diagnostic
                    .note(format!("that one is at {}", other.region.place()))
                    .help("delete it, or declare it before the other one"),
            );
        }
        others.push(form);
    }
}

/// Whether every line that fits `hidden` fits `form`.
fn hides(isa: &Isa, form: &[FormOperand], hidden: &[FormOperand]) -> bool {
    let one = |(form, hidden): (&FormOperand, &FormOperand)| match (form, hidden) {
        (FormOperand::Register(_, form), FormOperand::Register(_, hidden)) => form == hidden,
        (FormOperand::Immediate(form), FormOperand::Immediate(hidden)) => {
            isa[*hidden].set.outside(&isa[*form].set).is_none()
        }
        (FormOperand::Modifier(form, a), FormOperand::Modifier(hidden, b)) => {
            form == hidden && a.is_some() == b.is_some()
        }
        (FormOperand::Condition, FormOperand::Condition)
        | (FormOperand::Label(_), FormOperand::Label(_)) => true,
        (FormOperand::Literal(form), FormOperand::Literal(hidden)) => form == hidden,
        (
            FormOperand::Memory {
                rest: form,
                write_back: a,
                ..
            },
            FormOperand::Memory {
                rest: hidden,
                write_back: b,
                ..
            },
        ) => a == b && hides(isa, form, hidden),
        _ => false,
    };
    form.len() == hidden.len() && form.iter().zip(hidden).all(one)
}

fn convention(convention: &Convention, context: &Context) {
    let passed = convention.arguments.iter().chain(&convention.results);
    let mut both: Vec<&Register> = passed
        .filter(|register| convention.preserved.contains(register))
        .collect();
    both.dedup();
    for register in both {
        let message = format!(
            "`{}` preserves {register}, and passes values in it",
            convention.name
        );
        let help = format!("take {register} out of one of the lists");
        context.report(Diagnostic::new(Code::BadClobber, convention.region, message).help(help));
    }
}
