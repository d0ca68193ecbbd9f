//! In what a line differs from an instruction form, and what to say about the nearest one.

use crate::error::{Code, Diagnostic, Region};
use crate::model::isa::View;

/// What to do about a line that resembles no form closely.
const USE_A_FORM: &str =
    "write one of the forms that there are, or declare another `form` in `isa!`";

/// Why a line does not have a form.
pub enum Mismatch {
    /// Another number of operands.
    Count { wanted: usize, found: usize },
    /// Another kind of operand.
    Kind {
        region: Region,
        /// What to write, where that can be told.
        help: Option<String>,
    },
    /// A register, but seen in another way.
    View {
        region: Region,
        wanted: View,
        found: View,
    },
    /// A literal that the field does not hold.
    Literal {
        region: Region,
        value: i128,
        field: String,
    },
}

impl Mismatch {
    /// How near a single operand is to what was wanted, where one that fits is 3.
    pub fn closeness(&self) -> usize {
        match self {
            Mismatch::Count { .. } | Mismatch::Kind { .. } => 0,
            Mismatch::View { .. } | Mismatch::Literal { .. } => 2,
        }
    }

    /// What to say about it, where `line` is the whole line.
    pub fn describe(self, name: &str, line: Region) -> Diagnostic {
        match self {
            Mismatch::Count { wanted, found } => {
                let message =
                    format!("`{name}` does not take {found} operands, but {wanted} for one");
                Diagnostic::new(Code::WrongOperandCount, line, message).help(USE_A_FORM)
            }
            Mismatch::Kind { region, help } => {
                let message = format!("`{name}` does not take this operand here");
                let help = help.unwrap_or_else(|| USE_A_FORM.to_owned());
                Diagnostic::new(Code::WrongKind, region, message).help(help)
            }
            Mismatch::View {
                region,
                wanted,
                found,
            } => view_mismatch(name, region, wanted, found),
            Mismatch::Literal {
                region,
                value,
                field,
            } => {
                let message = format!("`{name}` cannot hold {value} here: the field takes {field}");
                let help =
                    "write a number that the field holds, or bind a `temp` and compute in it";
                Diagnostic::new(Code::LiteralOutOfRange, region, message).help(help)
            }
        }
    }
}

fn view_mismatch(name: &str, region: Region, wanted: View, found: View) -> Diagnostic {
    let (wanted_name, found_name) = (wanted.name(), found.name());
    let message = format!("`{name}` takes `{wanted_name}` here, not `{found_name}`");
    let help = format!("write `{wanted_name}(…)`, or use another instruction");
    if wanted.bank() == found.bank() && wanted.bits() != found.bits() {
        return Diagnostic::new(Code::WrongWidth, region, message)
            .help(help)
            .note(format!(
                "`{found_name}` is {} bits of the register, `{wanted_name}` is {}",
                found.bits(),
                wanted.bits()
            ));
    }
    let diagnostic = Diagnostic::new(Code::WrongFamily, region, message).help(help);
    if wanted.bank() == found.bank() {
        let (wanted_31, found_31) = (wanted.code_31(), found.code_31());
        return diagnostic.note(format!(
            "code 31 is {found_31} in `{found_name}` and {wanted_31} in `{wanted_name}`"
        ));
    }
    diagnostic
}
