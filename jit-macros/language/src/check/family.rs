//! A register stands in a family that can name it (JL036).
//!
//! Code 31 is the zero register in some operands of aarch64 and the stack pointer in others. An operand that may be code
//! 31 must therefore stand where code 31 means the same thing, or the instruction silently computes with the other.

use super::body::Body;
use crate::error::{Code, Diagnostic};
use crate::model::isa::{Bank, Register};

pub fn check(body: &Body<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for (operand, name, register) in body.bound_registers() {
        let ident = &name.ident;
        let class = &body.scope.isa[register.class];
        let view = operand.view.name();
        let wrong = class
            .registers
            .iter()
            .find(|register| !operand.field.holds(**register));
        let Some(wrong) = wrong else { continue };
        let (message, help) = if class.view.bank() != operand.view.bank() {
            (
                format!(
                    "`{ident}` is in a {} register, and `{view}(…)` names a {} one",
                    bank(class.view.bank()),
                    bank(operand.view.bank())
                ),
                format!("write `{}({ident})`", class.view.name()),
            )
        } else {
            let there = match operand.field.code_31() {
                Register::StackPointer => "the stack pointer",
                _ => "the zero register",
            };
            (
                format!(
                    "`{ident}: {}` may be {wrong}, but in `{view}({ident})` code 31 is {there}",
                    class.name
                ),
                format!(
                    "take `{ident}` in a class without {wrong}, or use an instruction that takes {wrong} here"
                ),
            )
        };
        found.push(
            Diagnostic::new(Code::WrongFamily, operand.region, message)
                .note(format!("`{ident}` is bound at {}", name.region.place()))
                .declared(format!("`{}`", class.name), class.region)
                .help(help),
        );
    }
    found
}

fn bank(bank: Bank) -> &'static str {
    match bank {
        Bank::General => "general",
        Bank::Float => "floating-point",
    }
}
