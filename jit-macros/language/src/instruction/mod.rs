//! What an instruction does, as terms: the meaning of its mnemonic, carried out on the operands of its form.
//!
//! The same function serves everybody who asks: the check of a machine declaration (with symbols for everything), proofs
//! of templates (with what the lines before have left), and the test that runs instructions and compares (with symbols
//! that get values). What is wrong with a meaning is found by carrying it out, so there is no second reading of it.

mod clause;
mod operands;
mod statement;

use crate::error::{Code, Diagnostic, Region};
use crate::meaning::Untranslatable;
use crate::model::isa::{FormId, Isa, Register};
use crate::term::{Sort, Term};

pub use clause::clause;

/// The condition flags, in the order in which [`Inputs`] and [`Outcome`] hold them.
pub const FLAGS: [&str; 4] = ["flags.n", "flags.z", "flags.c", "flags.v"];

/// What an instruction finds. Registers, immediates and addresses have 64 bits.
#[derive(Clone, Debug)]
pub struct Inputs {
    /// What the register operands hold, in the order of the line; the zero register holds 0.
    pub registers: Vec<Term>,
    /// The immediates, in the order of the line.
    pub immediates: Vec<Term>,
    /// The address of the label.
    pub label: Term,
    /// The name of the condition.
    pub condition: String,
    /// Registers that are not operands.
    pub implied: Vec<(Register, Term)>,
    /// The flags.
    pub flags: [Term; 4],
    /// The memory.
    pub memory: Term,
    /// The address of the next instruction.
    pub next: Term,
}

/// What an instruction leaves behind.
#[derive(Clone, Debug)]
pub struct Outcome {
    /// The new content of register operands, all 64 bits: which operand of the line, and what it holds. The base of an
    /// address that moves is among them.
    pub registers: Vec<(usize, Term)>,
    /// The same for registers that are not operands.
    pub implied: Vec<(Register, Term)>,
    /// The flags that were written.
    pub flags: [Option<Term>; 4],
    /// The memory.
    pub memory: Term,
    /// Whether control goes somewhere else than to the next instruction.
    pub leaves: Term,
    /// Where it goes then.
    pub target: Term,
    /// Whether execution stops.
    pub traps: Term,
}

impl Inputs {
    /// Something unknown everywhere. The names of the symbols are `r0`, `i0`, `label`, `x30`, `flags.n`, `memory`, `next`.
    pub fn symbols(isa: &Isa, form: FormId, condition: &str) -> Inputs {
        let symbol = |name: &str| Term::symbol(name, Sort::Bits(64));
        let (registers, immediates) = (isa[form].roles().len(), isa[form].immediates().len());
        let all = |letter: &str, count: usize| {
            let names = (0..count).map(|index| format!("{letter}{index}"));
            names.map(|name| symbol(&name)).collect()
        };
        let implied = (0..=30).map(Register::General);
        let implied = implied.map(|register| (register, symbol(&register.to_string())));
        Inputs {
            registers: all("r", registers),
            immediates: all("i", immediates),
            label: symbol("label"),
            condition: condition.to_owned(),
            implied: implied.collect(),
            flags: FLAGS.map(|name| Term::symbol(name, Sort::Bool)),
            memory: Term::symbol("memory", Sort::Memory),
            next: symbol("next"),
        }
    }

    /// What a register that is no operand holds.
    fn implied(&self, register: Register) -> Option<Term> {
        let found = self.implied.iter().find(|(known, _)| *known == register);
        found.map(|(_, content)| *content)
    }
}

/// Carries out an instruction of a form.
///
/// # Errors
/// There is no meaning, or it does not fit the form, or something in it is not understood.
pub fn execute(isa: &Isa, form: FormId, inputs: &Inputs) -> Result<Outcome, Box<Diagnostic>> {
    let form = &isa[form];
    let Some(meaning) = isa.meaning(&form.mnemonic) else {
        let message = format!("nothing says what `{}` does", form.mnemonic);
        let help = format!("add `means {} (…) {{ … }}`", form.mnemonic);
        return Err(Box::new(
            Diagnostic::new(Code::NoMeaning, form.region, message).help(help),
        ));
    };
    let mut execution = statement::Execution::new(isa, inputs);
    operands::bind(form, meaning, &mut execution)?;
    execution.body(meaning)?;
    execution.finish(form, meaning)
}

/// When a condition holds.
///
/// # Errors
/// There is no such condition, or it is no expression over the flags.
pub fn condition(isa: &Isa, name: &str, flags: [Term; 4]) -> Result<Term, Box<Diagnostic>> {
    let Some(condition) = isa.condition(name) else {
        let message = format!("no condition `{name}`");
        let here = proc_macro2::Span::call_site();
        let help = "add it to `conditions { … }`";
        return Err(Box::new(
            Diagnostic::new(Code::UnknownName, here, message).help(help),
        ));
    };
    let mut scope = statement::flags(flags);
    let value = crate::meaning::expression(&condition.value, &mut scope);
    match value.map_err(|error| not_understood(&error))?.scalar() {
        Some((crate::meaning::Type::Bool, term)) => Ok(term),
        _ => {
            let message = format!("condition `{name}` is no truth value");
            Err(bad(condition.name.span(), message))
        }
    }
}

fn not_understood(error: &Untranslatable) -> Box<Diagnostic> {
    let message = format!("{}: `{}`", error.message, error.expression);
    bad(error.region, message)
}

/// Something that a meaning cannot consist of.
fn bad(region: impl Into<Region>, message: impl Into<String>) -> Box<Diagnostic> {
    let help = "`specs/docs/rule-language.md` lists what meanings of instructions are made of";
    Box::new(Diagnostic::new(Code::BadMeaning, region, message).help(help))
}
