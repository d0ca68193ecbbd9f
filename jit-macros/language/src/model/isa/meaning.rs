//! What instructions mean, and how the operands of a form become what a meaning is about.
//!
//! A mnemonic has one meaning for all of its forms. Whether an operand is shifted, extended, or added up from the parts
//! of an address, is a matter of the form; the meaning sees one value. [`Form::arguments`] says how it comes about.

use proc_macro2::{Ident, TokenStream};

use super::{Form, FormOperand, ImmediateId, Register, Role, View};
use crate::error::Region;

/// A condition that instructions may carry: `cs | hs = flags.c;`, once for each name.
#[derive(Clone, Debug)]
pub struct Condition {
    /// Its name.
    pub name: Ident,
    /// When it holds: an expression over the flags.
    pub value: TokenStream,
}

/// What a mnemonic means: `means ldr | ldur (d, address) { … }`, once for each of them.
#[derive(Clone, Debug)]
pub struct Meaning {
    /// The mnemonic; `b.cond` for the one that carries its condition.
    pub mnemonic: String,
    /// Names for the operands, in order.
    pub parameters: Vec<Parameter>,
    /// The statements, as they were written.
    pub body: TokenStream,
    /// The mnemonics in the declaration.
    pub region: Region,
}

/// The name of an operand in a meaning.
#[derive(Clone, Debug)]
pub struct Parameter {
    /// The operand.
    pub name: Ident,
    /// The number that it is shifted left by, where that matters by itself: `piece << shift`. 0 in forms without a shift.
    pub shift: Option<Ident>,
    /// Where it is in forms that leave it out: `a = x30`.
    pub default: Option<Register>,
}

/// An operand as a meaning sees it. Numbers count the registers and the immediates of a line, in order.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum Argument {
    /// `X(a)`, `X(b), LSL 3`, `W(b), SXTW`
    Register(RegisterArgument),
    /// `8`, `8, LSL 12`: which immediate, and which one it is shifted left by.
    Immediate(usize, Option<usize>),
    /// `[XSP(a), 8]!`
    Address(Address),
    /// `=>target`
    Label,
    /// `ne`
    Condition,
    /// `0.0`
    Literal(String),
}

/// A register, and what is done with its content before the instruction sees it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct RegisterArgument {
    /// Which register of the line.
    pub register: usize,
    /// The part of it that counts.
    pub view: View,
    /// What is done with that.
    pub modifier: Option<(Modifier, Option<usize>)>,
}

/// The sum of a base register and more.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Address {
    /// Which register of the line is the base.
    pub base: usize,
    /// What is added to it.
    pub addend: Option<Addend>,
    /// When it is added.
    pub mode: Mode,
}

/// What an address adds to its base.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Addend {
    /// This immediate.
    Immediate(usize),
    /// This register.
    Register(RegisterArgument),
}

/// When the base of an address moves.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Mode {
    /// `[XSP(a), 8]`: never.
    Still,
    /// `[XSP(a), 8]!`: first, to the address.
    Before,
    /// `[XSP(a)], 8`: afterwards, from the address.
    After,
}

macro_rules! modifiers {
    ($($variant:ident $name:literal)*) => {
        /// What is done with the content of a register, or with an immediate, before the instruction sees it.
        #[derive(Clone, Copy, PartialEq, Eq, Debug)]
        pub enum Modifier {
            $(#[doc = concat!("`", $name, "`")] $variant,)*
        }

        impl Modifier {
            /// The one that is spelled so.
            pub fn from_name(name: &str) -> Option<Modifier> {
                match name {
                    $($name => Some(Modifier::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

modifiers! {
    Lsl "LSL" Lsr "LSR" Asr "ASR"
    Uxtb "UXTB" Uxth "UXTH" Uxtw "UXTW" Uxtx "UXTX" Sxtb "SXTB" Sxth "SXTH" Sxtw "SXTW" Sxtx "SXTX"
}

impl Modifier {
    /// For an extension: how many bits are kept, and whether they have a sign.
    pub fn extension(self) -> Option<(u32, bool)> {
        Some(match self {
            Modifier::Lsl | Modifier::Lsr | Modifier::Asr => return None,
            Modifier::Uxtb => (8, false),
            Modifier::Uxth => (16, false),
            Modifier::Uxtw => (32, false),
            Modifier::Uxtx => (64, false),
            Modifier::Sxtb => (8, true),
            Modifier::Sxth => (16, true),
            Modifier::Sxtw => (32, true),
            Modifier::Sxtx => (64, true),
        })
    }
}

impl Form {
    /// The bits of the first register, which immediates and extended operands are as wide as; 64 without one.
    pub fn bits(&self) -> u32 {
        let first = self.operands.iter().find_map(|operand| match operand {
            FormOperand::Register(_, view) => Some(view.bits()),
            _ => None,
        });
        first.unwrap_or(64)
    }

    /// The operands in order, the inside of brackets included.
    fn flat(&self) -> impl Iterator<Item = &FormOperand> {
        self.operands.iter().flat_map(|operand| {
            let rest = match operand {
                FormOperand::Memory { rest, .. } => &rest[..],
                _ => &[],
            };
            std::iter::once(operand).chain(rest)
        })
    }

    /// What happens to each register of a line.
    pub fn roles(&self) -> Vec<Role> {
        let role = |operand: &FormOperand| match operand {
            FormOperand::Register(role, _) | FormOperand::Memory { base: role, .. } => Some(*role),
            _ => None,
        };
        self.flat().filter_map(role).collect()
    }

    /// The view of each register of a line.
    pub fn views(&self) -> Vec<View> {
        let view = |operand: &FormOperand| match operand {
            FormOperand::Register(_, view) => Some(*view),
            FormOperand::Memory { .. } => Some(View::Xsp),
            _ => None,
        };
        self.flat().filter_map(view).collect()
    }

    /// The field of each immediate of a line.
    pub fn immediates(&self) -> Vec<ImmediateId> {
        let field = |operand: &FormOperand| match operand {
            FormOperand::Immediate(field) | FormOperand::Modifier(_, Some(field)) => Some(*field),
            _ => None,
        };
        self.flat().filter_map(field).collect()
    }

    /// The operands as a meaning sees them, a condition behind the mnemonic first. `None`: no meaning can be about such a form.
    pub fn arguments(&self) -> Option<Vec<Argument>> {
        let (mut arguments, mut count) = (Vec::new(), Count::default());
        if self.mnemonic.ends_with(".cond") {
            arguments.push(Argument::Condition);
        }
        for operand in &self.operands {
            let last = arguments.last_mut();
            match (operand, last) {
                (FormOperand::Register(_, view), _) => {
                    arguments.push(Argument::Register(count.register(*view)));
                }
                // What stands behind an address that moves its base is what it moves by.
                (FormOperand::Immediate(_), Some(Argument::Address(address)))
                    if address.mode == Mode::After && address.addend.is_none() =>
                {
                    address.addend = Some(Addend::Immediate(count.immediate()));
                }
                (FormOperand::Immediate(_), _) => {
                    arguments.push(Argument::Immediate(count.immediate(), None));
                }
                (FormOperand::Modifier(name, amount), Some(last)) => {
                    modify(last, name, amount.map(|_| count.immediate()))?;
                }
                (FormOperand::Modifier(..), None) => return None,
                (FormOperand::Condition, _) => arguments.push(Argument::Condition),
                (FormOperand::Label(_), _) => arguments.push(Argument::Label),
                (FormOperand::Literal(text), _) => arguments.push(Argument::Literal(text.clone())),
                (
                    FormOperand::Memory {
                        base,
                        rest,
                        write_back,
                    },
                    _,
                ) => {
                    let mode = match (write_back, base.writes()) {
                        (true, _) => Mode::Before,
                        (false, true) => Mode::After,
                        (false, false) => Mode::Still,
                    };
                    let base = count.register(View::Xsp).register;
                    let addend = addend(rest, &mut count)?;
                    arguments.push(Argument::Address(Address { base, addend, mode }));
                }
            }
        }
        Some(arguments)
    }
}

/// How many registers and immediates there have been.
#[derive(Default)]
struct Count {
    registers: usize,
    immediates: usize,
}

impl Count {
    fn register(&mut self, view: View) -> RegisterArgument {
        self.registers += 1;
        RegisterArgument {
            register: self.registers - 1,
            view,
            modifier: None,
        }
    }

    fn immediate(&mut self) -> usize {
        self.immediates += 1;
        self.immediates - 1
    }
}

fn modify(argument: &mut Argument, name: &str, amount: Option<usize>) -> Option<()> {
    let modifier = Modifier::from_name(name)?;
    match argument {
        Argument::Register(RegisterArgument {
            modifier: none @ None,
            ..
        }) => {
            *none = Some((modifier, amount));
        }
        Argument::Immediate(_, none @ None) if modifier == Modifier::Lsl => *none = amount,
        _ => return None,
    }
    Some(())
}

/// What stands behind the base within the brackets.
fn addend(rest: &[FormOperand], count: &mut Count) -> Option<Option<Addend>> {
    Some(match rest {
        [] => None,
        [FormOperand::Immediate(_)] => Some(Addend::Immediate(count.immediate())),
        [FormOperand::Register(_, view), modifier @ ..] => {
            let mut index = count.register(*view);
            index.modifier = match modifier {
                [] => None,
                [FormOperand::Modifier(name, amount)] => {
                    let amount = amount.map(|_| count.immediate());
                    Some((Modifier::from_name(name)?, amount))
                }
                _ => return None,
            };
            Some(Addend::Register(index))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::error::Context;
    use crate::model::isa::Isa;
    use crate::reading;

    fn machine(forms: &str) -> Isa {
        let kinds = "imm Imm: u32 { range 0..=63; } imm Small: i32 { range -8..=7; } link Near { bytes 0..=8; }";
        let context = Context::new();
        let isa = reading::unchecked_isa(
            format!("{kinds} {forms}").parse().expect("tokens"),
            &context,
        );
        assert!(context.take().is_empty());
        isa
    }

    fn arguments(form: &str) -> Option<Vec<Argument>> {
        machine(form).forms[0].arguments()
    }

    fn register(register: usize, view: View) -> RegisterArgument {
        RegisterArgument {
            register,
            view,
            modifier: None,
        }
    }

    #[test]
    fn shifts_and_extensions_belong_to_what_they_follow() {
        let shifted = RegisterArgument {
            modifier: Some((Modifier::Lsl, Some(0))),
            ..register(1, View::X)
        };
        let expected = vec![
            Argument::Register(register(0, View::X)),
            Argument::Register(shifted),
        ];
        assert_eq!(arguments("form f (w X, r X, LSL imm Imm);"), Some(expected));
        let extended = RegisterArgument {
            modifier: Some((Modifier::Sxtw, None)),
            ..register(0, View::W)
        };
        let expected = vec![
            Argument::Register(extended),
            Argument::Immediate(0, Some(1)),
            Argument::Literal("0.0".to_owned()),
        ];
        assert_eq!(
            arguments("form f (r W, SXTW, imm Imm, LSL imm Imm, 0.0);"),
            Some(expected)
        );
        assert_eq!(arguments("form f (LSL imm Imm);"), None);
        assert_eq!(arguments("form f (imm Imm, SXTW);"), None);
    }

    #[test]
    fn addresses_are_one_argument_and_know_when_their_base_moves() {
        let address = |form: &str| match arguments(form).as_deref() {
            Some([Argument::Register(_), Argument::Address(address)]) => address.clone(),
            other => panic!("{form}: {other:?}"),
        };
        let plain = address("form f (w X, [r XSP, imm Imm]);");
        assert_eq!(
            (plain.base, plain.mode, plain.addend),
            (1, Mode::Still, Some(Addend::Immediate(0)))
        );
        let before = address("form f (w X, [rw XSP, imm Small]!);");
        assert_eq!(
            (before.mode, before.addend),
            (Mode::Before, Some(Addend::Immediate(0)))
        );
        let after = address("form f (w X, [rw XSP], imm Small);");
        assert_eq!(
            (after.mode, after.addend),
            (Mode::After, Some(Addend::Immediate(0)))
        );
        let indexed = address("form f (w X, [r XSP, r X, LSL imm Imm]);");
        let index = RegisterArgument {
            modifier: Some((Modifier::Lsl, Some(0))),
            ..register(2, View::X)
        };
        assert_eq!(indexed.addend, Some(Addend::Register(index)));
    }

    #[test]
    fn a_condition_behind_the_mnemonic_comes_first() {
        assert_eq!(
            arguments("form b.cond (link Near);"),
            Some(vec![Argument::Condition, Argument::Label])
        );
    }

    #[test]
    fn meanings_are_found_by_any_of_their_mnemonics() {
        let isa =
            machine("means b | br (target) { goto(target); } means b.cond (cond, target) { }");
        assert!(isa.meaning("br").is_some() && isa.meaning("b.cond").is_some());
        assert!(isa.meaning("bl").is_none());
    }
}
