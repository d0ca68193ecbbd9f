//! Templates leave the reserved registers alone (JL038).
//!
//! Scratch registers are reserved too, but may be used between a call site and its target, and by a template that
//! declares them as clobbers; whether it does is another check's business.

use super::body::Body;
use super::scope::Changed;
use crate::error::{Code, Diagnostic, Region};
use crate::model::isa::{Register, Reserved};
use crate::model::template::RegisterRef;

pub fn check(body: &Body<'_>) -> Vec<Diagnostic> {
    let scope = &body.scope;
    let forbidden = |register: Register| {
        let permitted = |list: &Vec<Changed>| list.contains(&Changed::Register(register));
        let reserved = scope.isa.reservation(register)?;
        let allowed = reserved.scratch || body.permitted.as_ref().is_some_and(permitted);
        (!allowed).then_some(reserved)
    };
    let mut found = Vec::new();
    for line in body.lines() {
        for operand in &line.registers {
            if let RegisterRef::Fixed(register) = operand.register
                && let Some(reserved) = forbidden(register)
            {
                found.push(finding(register, reserved, operand.region));
            }
        }
    }
    for (name, register) in scope.registers() {
        if let Some(register) = register.fixed
            && let Some(reserved) = scope.isa.reservation(register)
        {
            found.push(finding(register, reserved, name.region));
        }
    }
    found
}

fn finding(register: Register, reserved: &Reserved, region: Region) -> Diagnostic {
    let message = format!("`{register}` is reserved: {}", reserved.reason);
    Diagnostic::new(Code::ReservedRegister, region, message)
        .note(format!("it is reserved at {}", reserved.region.place()))
        .help("bind an operand or a `temp` and let the allocator choose its register")
}
