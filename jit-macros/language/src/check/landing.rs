//! Indirect branches go through registers that landing pads accept (JL064).
//!
//! With branch target identification, `br` enters a `bti c` pad only from x16 or x17 (Arm Architecture Reference Manual,
//! PSTATE.BTYPE); from any other register it needs `bti j`, which function entries do not have. `blr` is free to choose.

use super::body::Body;
use crate::error::{Code, Diagnostic};
use crate::model::isa::Register;
use crate::model::template::RegisterRef;

const ACCEPTED: [Register; 2] = [Register::General(16), Register::General(17)];

pub fn check(body: &Body<'_>) -> Vec<Diagnostic> {
    let mut found = Vec::new();
    for line in body.lines().filter(|line| line.mnemonic == "br") {
        for operand in &line.registers {
            let name = match &operand.register {
                RegisterRef::Fixed(register) if ACCEPTED.contains(register) => continue,
                RegisterRef::Fixed(register) => register.to_string(),
                RegisterRef::Bound(name) => format!("X({name})"),
            };
            let message = format!("`br {name}` cannot enter a `bti c` landing pad");
            found.push(
                Diagnostic::new(Code::NotABranchRegister, operand.region, message)
                    .help("branch through x16 or x17"),
            );
        }
    }
    found
}
