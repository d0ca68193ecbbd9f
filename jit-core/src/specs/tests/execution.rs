//! What instructions are declared to mean is what they do: every form is executed, with operands, registers, flags and
//! memory at edges and at random, and everything that it leaves behind is compared with its meaning.
//!
//! The meaning is carried out by the same translation into terms that proofs go by, so what is tested here is the model
//! that they rely on. Each instruction stands in a slot between landing pads that say where control went.

mod machine;
mod sample;

use std::rc::Rc;

use jit_language::instruction::{Inputs, Outcome, execute};
use jit_language::model::isa::{Argument, Form, FormId, Isa, Register, View};
use jit_language::term::Term;
use jit_language::term::evaluate::{Assignment, Bytes, Concrete, Program};

use self::machine::{DATA, INSTRUCTION, Machine, NEXT};
use self::sample::Sample;
use super::forms::{TEXT, machine, read};
use crate::ir::testing::Random;

/// How often each form is executed.
const SAMPLES: usize = 160;
/// How often each form that carries a condition is executed with each of them.
const SAMPLES_OF_A_CONDITION: usize = 16;

/// Forms that are not executed here, each with the reason.
const LEFT_OUT: &[(&str, &str)] = &[];

#[test]
fn every_form_does_what_it_means() {
    let isa = machine();
    let is_left_out = |form: &Form| LEFT_OUT.iter().any(|(text, _)| *text == form.text);
    let (executed, wrong) = execute_all(&isa, |form| !is_left_out(form));
    let left_out = isa.forms.iter().filter(|form| is_left_out(form));
    assert_eq!(
        left_out.count(),
        LEFT_OUT.len(),
        "forms that are not executed exist"
    );
    let shown = &wrong[..wrong.len().min(40)];
    assert!(
        wrong.is_empty(),
        "{} of {executed}: {shown:#?}",
        wrong.len()
    );
    assert!(executed >= (isa.forms.len() - LEFT_OUT.len()) * SAMPLES);
}

/// Mistakes in meanings: a mnemonic that they concern, what stands in the declaration, and what instead.
const MISTAKES: &[(&str, &str, &str)] = &[
    ("movn", "d = !piece;", "d = piece;"),
    (
        "movk",
        "d & !(ones << shift) | piece << shift",
        "d & (ones << shift) | piece << shift",
    ),
    (
        "sub",
        "(d, a, b) { d = a.wrapping_sub(b); }",
        "(d, a, b) { d = b.wrapping_sub(a); }",
    ),
    ("adds", "flags.c = sum < a;", "flags.c = sum <= a;"),
    ("cmp", "flags.c = a >= b;", "flags.c = a > b;"),
    (
        "subs",
        "checked_sub(b.cast_signed()).is_none()",
        "checked_sub(b.cast_signed()).is_some()",
    ),
    (
        "ccmp",
        "flags.v = otherwise & 1 != 0;",
        "flags.v = otherwise & 2 != 0;",
    ),
    ("smulh", "i128::from(b.cast_signed())", "i128::from(b)"),
    (
        "msub",
        "minuend.wrapping_sub(a.wrapping_mul(b))",
        "minuend.wrapping_add(a.wrapping_mul(b))",
    ),
    (
        "sdiv",
        "{ d = if b == 0 { 0 } else { a.cast_signed()",
        "{ d = if b == 0 { 1 } else { a.cast_signed()",
    ),
    (
        "asr",
        "d = a.cast_signed().wrapping_shr",
        "d = a.wrapping_shr",
    ),
    (
        "sbfx",
        "(64 - width - low)).cast_signed()",
        "(64 - width - low))",
    ),
    (
        "csneg",
        "d = if cond { a } else { b.wrapping_neg() };",
        "d = if cond { a } else { !b };",
    ),
    ("csel", "hi = flags.c && !flags.z;", "hi = flags.c;"),
    (
        "csel",
        "le = flags.z || flags.n != flags.v;",
        "le = flags.n != flags.v;",
    ),
    ("ldrsw", "memory.i32(address)", "memory.u32(address)"),
    (
        "ldp",
        "e = memory.load(address.wrapping_add(8));",
        "e = memory.load(address.wrapping_add(4));",
    ),
    (
        "strh",
        "memory.store(address, a as u16);",
        "memory.store(address, a as u8);",
    ),
    ("fmsub", "(-a).mul_add(b, minuend)", "a.mul_add(b, minuend)"),
    ("fcmp", "flags.c = !(a < b);", "flags.c = a >= b;"),
    ("fcvtms", "d = a.floor() as i64;", "d = a as i64;"),
    ("tbz", "if a >> bit & 1 == 0 {", "if a >> bit & 1 != 0 {"),
    (
        "blr",
        "{ x30 = next; goto(target); }",
        "{ x30 = target; goto(target); }",
    ),
    (
        "adr",
        "(d, target) { d = target; }",
        "(d, target) { d = target.wrapping_add(1); }",
    ),
    ("brk", "{ trap(); }", "{ goto(next); }"),
];

#[test]
fn mistakes_in_meanings_are_noticed() {
    for (mnemonic, right, wrong) in MISTAKES {
        assert!(TEXT.contains(right), "`{right}` is not declared");
        let isa = read(&TEXT.replacen(right, wrong, 1));
        let (executed, found) = execute_all(&isa, |form| form.mnemonic == *mnemonic);
        assert!(
            !found.is_empty(),
            "{executed} `{mnemonic}` with `{wrong}` look right"
        );
    }
}

/// Executes the wanted forms: how many instructions, and what was not as it is meant.
fn execute_all(isa: &Isa, is_wanted: impl Fn(&Form) -> bool) -> (usize, Vec<String>) {
    let (mut machine, mut random) = (Machine::new(), Random::new(20));
    let (mut executed, mut wrong) = (0, Vec::new());
    let forms = isa.forms.iter().enumerate();
    for (index, form) in forms.filter(|(_, form)| is_wanted(form)) {
        let arguments = form.arguments().unwrap_or_default();
        let (conditions, samples) = match arguments.contains(&Argument::Condition) {
            true => (isa.conditions.len(), SAMPLES_OF_A_CONDITION),
            false => (1, SAMPLES),
        };
        for condition in 0..conditions {
            let meaning = Meaning::new(isa, index, condition);
            let slots = machine.reserve(samples);
            let any = |slot| {
                let (code, data) = (slots.address(slot), machine.memory_address());
                Sample::any(isa, index, condition, code, data, &mut random)
            };
            let samples: Vec<Sample> = (0..samples).map(any).collect();
            let words = samples.iter();
            let code = slots.fill(words.map(|sample| (sample.instruction.word(), sample.literal)));
            for sample in &samples {
                executed += 1;
                machine.run(&code, sample);
                let found = meaning.differences(sample, &machine);
                wrong.extend(
                    found.map(|what| format!("{} {:?}: {what}", form.text, sample.instruction)),
                );
            }
        }
    }
    (executed, wrong)
}

/// The meaning of a form with one condition, ready to be computed.
struct Meaning {
    views: Vec<View>,
    inputs: Inputs,
    outcome: Outcome,
    program: Program,
}

impl Meaning {
    fn new(isa: &Isa, form: usize, condition: usize) -> Meaning {
        let form = FormId(form);
        let inputs = Inputs::symbols(isa, form, &isa.conditions[condition].name.to_string());
        let outcome = execute(isa, form, &inputs);
        let outcome = outcome.unwrap_or_else(|problem| panic!("{}", problem.text()));
        let program = Program::new(&Self::terms(&outcome));
        Meaning {
            views: isa[form].views(),
            inputs,
            outcome,
            program,
        }
    }

    /// Everything that is computed, in the order in which [`differences`](Self::differences) looks at it.
    fn terms(outcome: &Outcome) -> Vec<Term> {
        let registers = outcome.registers.iter().map(|(_, term)| *term);
        let implied = outcome.implied.iter().map(|(_, term)| *term);
        let flags = outcome.flags.iter().flatten().copied();
        let control = [
            outcome.memory,
            outcome.leaves,
            outcome.target,
            outcome.traps,
        ];
        registers
            .chain(implied)
            .chain(flags)
            .chain(control)
            .collect()
    }

    /// In what the machine differs from what the meaning says about a sample that has just been run.
    fn differences(&self, sample: &Sample, machine: &Machine) -> impl Iterator<Item = String> {
        let mut values = self
            .program
            .run(&self.assignment(sample, machine))
            .into_iter();
        let mut bits = || values.next().map_or(0, |value| value.bits() as u64);
        let mut expected = sample.state.clone();
        let mut is_rounded = [false; 32];
        for (index, term) in &self.outcome.registers {
            let (value, code) = (bits(), sample.instruction.registers[*index]);
            match (self.views[*index], code) {
                (View::D | View::S, code) => {
                    expected.d[usize::from(code)] = value;
                    is_rounded[usize::from(code)] = term.has_float_arithmetic();
                }
                (View::Xsp | View::Wsp, 31) => expected.sp = value,
                (_, 31) => {}
                (_, code) => expected.x[usize::from(code)] = value,
            }
        }
        for (register, _) in &self.outcome.implied {
            match register {
                Register::General(code) => expected.x[usize::from(*code)] = bits(),
                other => panic!("{other} is written, and not compared"),
            }
        }
        for (index, flag) in self.outcome.flags.iter().enumerate() {
            if flag.is_some() {
                let value = values.next().is_some_and(|value| value.truth());
                expected.set_flag(index, value);
            }
        }
        let [Some(memory), Some(leaves), Some(target), Some(traps)] =
            [values.next(), values.next(), values.next(), values.next()]
        else {
            panic!("every term has a value");
        };
        expected.landing = match leaves.truth() {
            true => target.bits() as u64,
            false => sample.slot + NEXT as u64,
        };
        let found = machine.state();
        let mut wrong = Vec::new();
        let mut compare = |what: &dyn Fn() -> String, found: u64, expected: u64| {
            if found != expected {
                wrong.push(format!(
                    "{} is {found:#x}, and should be {expected:#x}",
                    what()
                ));
            }
        };
        for code in (0..31).filter(|code| *code != 18) {
            compare(&|| format!("x{code}"), found.x[code], expected.x[code]);
        }
        for code in 0..31 {
            let (found, expected) = (found.d[code], expected.d[code]);
            // Which of several NaNs comes out of arithmetic is no part of a meaning.
            let both_nan = f64::from_bits(found).is_nan() && f64::from_bits(expected).is_nan();
            if !(is_rounded[code] && both_nan) {
                compare(&|| format!("d{code}"), found, expected);
            }
        }
        compare(&|| "sp".to_owned(), found.sp, expected.sp);
        compare(&|| "nzcv".to_owned(), found.flags, expected.flags);
        compare(
            &|| "the next address".to_owned(),
            found.landing,
            expected.landing,
        );
        compare(
            &|| "trapped".to_owned(),
            machine.trapped().into(),
            traps.truth().into(),
        );
        let Concrete::Memory(memory) = memory else {
            panic!("a memory is a memory");
        };
        for (index, byte) in machine.memory().iter().enumerate() {
            let expected = memory.read(machine.memory_address() + index as u64);
            compare(&|| format!("byte {index}"), (*byte).into(), expected.into());
        }
        wrong.into_iter()
    }

    /// What the sample gives the symbols.
    fn assignment(&self, sample: &Sample, machine: &Machine) -> Assignment {
        let (instruction, state) = (&sample.instruction, &sample.state);
        let bits = |value: u64| Concrete::Bits(value.into());
        let mut assignment = Assignment::new();
        for (index, symbol) in self.inputs.registers.iter().enumerate() {
            let value = state.register(self.views[index], instruction.registers[index]);
            assignment.insert(*symbol, bits(value));
        }
        for (symbol, value) in self.inputs.immediates.iter().zip(&instruction.immediates) {
            assignment.insert(*symbol, bits(*value as u64));
        }
        for (register, symbol) in &self.inputs.implied {
            assignment.insert(*symbol, bits(state.x[usize::from(register.code())]));
        }
        for (index, symbol) in self.inputs.flags.iter().enumerate() {
            assignment.insert(*symbol, Concrete::Bool(state.flag(index)));
        }
        let at = sample.slot + INSTRUCTION as u64;
        assignment.insert(
            self.inputs.label,
            bits(at.wrapping_add_signed(instruction.distance)),
        );
        assignment.insert(self.inputs.next, bits(sample.slot + NEXT as u64));
        let mut memory = Bytes::new(0);
        for (address, byte) in (machine.memory_address()..).zip(sample.memory) {
            memory.write(address, byte);
        }
        for (address, byte) in (sample.slot + DATA as u64..).zip(sample.literal.to_le_bytes()) {
            memory.write(address, byte);
        }
        assignment.insert(self.inputs.memory, Concrete::Memory(Rc::new(memory)));
        assignment
    }
}
