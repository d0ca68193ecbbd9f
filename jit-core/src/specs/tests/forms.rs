//! Instructions of the declared forms, with operands at the ends of their fields and at random.

use dynasmrt::aarch64::Aarch64Relocation;
use dynasmrt::{DynasmApi, DynasmLabelApi, VecAssembler};
use jit_language::error::{Context, Diagnostic};
use jit_language::model::isa::{FieldType, Form, FormId, Immediate, Isa, View};

use super::super::isa::FORMS;
use crate::ir::testing::Random;

/// The bytes of an instruction.
pub const BYTES: i64 = 4;

/// The text of the declaration that the tables of this crate were made from.
pub const TEXT: &str = include_str!("../../../../specs/isa.rs");

/// The machine that is declared.
pub fn machine() -> Isa {
    let isa = read(TEXT);
    let declared: Vec<&str> = isa.forms.iter().map(|form| &*form.text).collect();
    let compiled: Vec<&str> = FORMS.iter().map(|(text, ..)| *text).collect();
    assert_eq!(declared, compiled, "one table, one order");
    isa
}

/// The machine that a file declares.
pub fn read(text: &str) -> Isa {
    let inside = text
        .split_once("isa! {")
        .and_then(|(_, rest)| rest.rsplit_once('}'));
    let (inside, _) = inside.expect("the file declares a machine");
    let context = Context::new();
    let isa = jit_language::reading::isa(inside.parse().expect("it is Rust"), &context);
    let mistakes: Vec<String> = context.take().iter().map(Diagnostic::text).collect();
    assert!(mistakes.is_empty(), "{mistakes:#?}");
    isa
}

/// An instruction: a form and its operands, in the order of the line.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Instruction {
    pub form: usize,
    /// The codes of the registers.
    pub registers: Vec<u8>,
    pub immediates: Vec<i64>,
    /// Which of the declared conditions.
    pub condition: usize,
    /// The bytes from the instruction to the label.
    pub distance: i64,
}

impl Instruction {
    /// One with any operands, of registers that are free to be used.
    pub fn any(isa: &Isa, form: usize, is_free: fn(View, u8) -> bool, random: &mut Random) -> Self {
        let declared = &isa[FormId(form)];
        let mut immediates: Vec<i64> = declared
            .immediates()
            .into_iter()
            .map(|kind| immediate(&isa[kind], random))
            .collect();
        // A field of bits ends within the register, which no single number says.
        if matches!(&*declared.mnemonic, "ubfx" | "sbfx") {
            immediates[1] = (immediates[1] - 1) % (64 - immediates[0]) + 1;
        }
        Instruction {
            form,
            registers: registers(declared, is_free, random),
            immediates,
            condition: random.below(isa.conditions.len()),
            distance: BYTES,
        }
    }

    /// Its encoding.
    pub fn word(&self) -> u32 {
        let (form, condition) = (self.form, self.condition);
        assemble(
            form,
            &self.registers,
            &self.immediates,
            condition,
            self.distance,
        )
    }
}

/// The encoding of an instruction of a form whose label, if it has one, is so many bytes away.
pub fn assemble(
    form: usize,
    registers: &[u8],
    immediates: &[i64],
    condition: usize,
    distance: i64,
) -> u32 {
    let mut assembler = VecAssembler::<Aarch64Relocation>::new(0);
    let label = assembler.new_dynamic_label();
    let padding = |bytes: i64| std::iter::repeat_n(0, bytes.max(0) as usize);
    if distance <= 0 {
        assembler.dynamic_label(label);
        assembler.extend(padding(-distance));
    }
    let at = assembler.offset().0;
    (FORMS[form].2)(&mut assembler, registers, immediates, condition, label);
    assert_eq!(assembler.offset().0, at + BYTES as usize, "one instruction");
    if distance > 0 {
        assembler.extend(padding(distance - BYTES));
        assembler.dynamic_label(label);
    }
    let bytes = assembler.finalize().expect("the label is in reach");
    let word = bytes[at..].first_chunk().expect("there is an instruction");
    u32::from_le_bytes(*word)
}

/// Registers for every operand, the same one several times too; but none is written twice, and a base that moves is
/// nothing else: what happens then is not defined.
fn registers(form: &Form, is_free: fn(View, u8) -> bool, random: &mut Random) -> Vec<u8> {
    let (views, roles) = (form.views(), form.roles());
    let few = random.one_in(2);
    loop {
        let code = |view: &View| loop {
            let code = random.below(if few { 4 } else { 32 }) as u8;
            if is_free(*view, code) {
                return code;
            }
        };
        let codes: Vec<u8> = views.iter().map(code).collect();
        let clashes = |index: usize, other: usize| {
            let both_written = roles[index].writes() && roles[other].writes();
            let moves = |index: usize| roles[index].reads() && roles[index].writes();
            let one_moves = (moves(index) && views[index] == View::Xsp)
                || (moves(other) && views[other] == View::Xsp);
            codes[index] == codes[other]
                && views[index].bank() == views[other].bank()
                && (both_written || one_moves)
        };
        let count = codes.len();
        if !(0..count).any(|index| (0..index).any(|other| clashes(index, other))) {
            return codes;
        }
    }
}

/// A number that the field holds.
fn immediate(kind: &Immediate, random: &mut Random) -> i64 {
    if kind.encodable.is_some() {
        return logical(if kind.ty == FieldType::U32 { 32 } else { 64 }, random);
    }
    let (lo, hi) = kind.set.bounds().expect("the field holds something");
    let (lo, hi) = (lo as i64, hi as i64);
    let stride = 1 << kind.set.common_shift();
    loop {
        let value = match random.below(4) {
            0 => lo,
            1 => hi,
            2 => lo + stride,
            _ => lo + stride * random.below(((hi - lo) / stride + 1) as usize) as i64,
        };
        if kind.set.contains(value.into()) {
            return value;
        }
    }
}

/// A run of ones, rotated within an element, which is repeated: what logical instructions hold.
fn logical(bits: u32, random: &mut Random) -> i64 {
    let size = 2 << random.below(bits.ilog2() as usize);
    let ones = 1 + random.below(size - 1);
    let rotation = random.below(size);
    let bit = |index: usize| u64::from((index + rotation) % size < ones) << index;
    let word = (0..bits as usize).map(bit).sum::<u64>();
    word as i64
}
