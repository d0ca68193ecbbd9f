//! The registers of the declared machine, as regalloc2 wants to be told about them.

use std::sync::OnceLock;

use regalloc2::{MachineEnv, PReg, PRegSet, RegClass};

use crate::specs::isa;

/// Registers in which arguments arrive and go, in order, by register class.
pub(super) const ARGUMENTS: [&[u8]; 2] =
    [isa::AAPCS64_ARGUMENTS_GENERAL, isa::AAPCS64_ARGUMENTS_FLOAT];

/// The register with this number.
pub fn physical(class: RegClass, code: u8) -> PReg {
    PReg::new(usize::from(code), class)
}

/// The registers with these numbers, by register class.
pub const fn registers(general: &[u8], float: &[u8]) -> PRegSet {
    let mut set = PRegSet::empty();
    let classes = [(RegClass::Int, general), (RegClass::Float, float)];
    let mut class = 0;
    while class < classes.len() {
        let (class_of, codes) = classes[class];
        let mut index = 0;
        while index < codes.len() {
            set.add(PReg::new(codes[index] as usize, class_of));
            index += 1;
        }
        class += 1;
    }
    set
}

/// What may be allocated: registers that a call changes first, for the others have to be saved by whoever uses them.
pub fn environment() -> &'static MachineEnv {
    static ENVIRONMENT: OnceLock<MachineEnv> = OnceLock::new();
    ENVIRONMENT.get_or_init(|| {
        let general = (RegClass::Int, isa::GPR, isa::AAPCS64_PRESERVED_GENERAL);
        let float = (RegClass::Float, isa::FPR, isa::AAPCS64_PRESERVED_FLOAT);
        let set = |(class, all, preserved): (RegClass, &[u8], &[u8]), wanted: bool| {
            let mut set = PRegSet::empty();
            for &code in all.iter().filter(|code| preserved.contains(code) == wanted) {
                set.add(physical(class, code));
            }
            set
        };
        let scratch = |class, codes: &[u8]| codes.first().map(|&code| physical(class, code));
        MachineEnv {
            preferred_regs_by_class: [set(general, false), set(float, false), PRegSet::empty()],
            non_preferred_regs_by_class: [set(general, true), set(float, true), PRegSet::empty()],
            scratch_by_class: [
                scratch(RegClass::Int, isa::SCRATCH_GENERAL),
                scratch(RegClass::Float, isa::SCRATCH_FLOAT),
                None,
            ],
            fixed_stack_slots: Vec::new(),
        }
    })
}
