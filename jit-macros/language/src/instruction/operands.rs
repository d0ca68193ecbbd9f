//! Operands by name: what the form makes of registers, immediates and labels before the meaning sees them.

use super::statement::{Execution, Place};
use super::{bad, condition};
use crate::error::{Code, Diagnostic};
use crate::meaning::{Type, Value};
use crate::model::isa::{
    Addend, Address, Argument, Form, Meaning, Mode, Modifier, Parameter, RegisterArgument, Role,
    View,
};
use crate::term::Term;

/// Gives every parameter of `meaning` what the operand of `form` stands for.
pub(super) fn bind(
    form: &Form,
    meaning: &Meaning,
    execution: &mut Execution,
) -> Result<(), Box<Diagnostic>> {
    let Some(arguments) = form.arguments() else {
        let message = format!("no meaning can be about the operands of `{}`", form.text);
        return Err(bad(form.region, message));
    };
    let optional = meaning.parameters.iter().rev();
    let optional = optional.take_while(|parameter| parameter.default.is_some());
    let most = meaning.parameters.len();
    let least = most - optional.count();
    if !(least..=most).contains(&arguments.len()) {
        let (found, text) = (arguments.len(), &form.text);
        let message = format!("the meaning names {most} operands, `{text}` has {found}");
        let diagnostic = Diagnostic::new(Code::WrongOperandCount, meaning.region, message);
        let diagnostic = diagnostic.declared(format_args!("`{text}`"), form.region);
        return Err(Box::new(
            diagnostic.help("give each operand of the form one name, in order"),
        ));
    }
    let roles = form.roles();
    execution.bits = form.bits();
    for (index, parameter) in meaning.parameters.iter().enumerate() {
        match arguments.get(index) {
            Some(Argument::Register(register)) => {
                execution.register(parameter, register, roles[register.register], form)?;
            }
            Some(Argument::Address(address)) => execution.sum(parameter, address),
            Some(Argument::Immediate(at, shift)) => {
                let value = execution.inputs.immediates[*at].low(form.bits());
                let by = shift.map(|by| execution.inputs.immediates[by].low(form.bits()));
                execution.shifted(parameter, value, by);
            }
            Some(Argument::Label) => {
                let label = Value::Scalar(Type::U64, execution.inputs.label);
                execution.scope.bind(parameter.name.to_string(), label);
            }
            Some(Argument::Condition) => {
                let inputs = execution.inputs;
                let holds = condition(execution.isa, &inputs.condition, inputs.flags)?;
                execution
                    .scope
                    .bind(parameter.name.to_string(), Value::bool(holds));
            }
            Some(Argument::Literal(text)) => {
                let bits = text.parse::<f64>().unwrap_or(f64::NAN).to_bits();
                let value = Value::Scalar(Type::Float, Term::bits(bits.into(), 64));
                execution.scope.bind(parameter.name.to_string(), value);
            }
            None => {
                let default = parameter
                    .default
                    .and_then(|register| execution.inputs.implied(register));
                let content = default.unwrap_or_else(|| Term::word(0));
                let value = Value::Scalar(Type::U64, content);
                execution.scope.bind(parameter.name.to_string(), value);
            }
        }
    }
    Ok(())
}

impl Execution<'_> {
    fn register(
        &mut self,
        parameter: &Parameter,
        argument: &RegisterArgument,
        role: Role,
        form: &Form,
    ) -> Result<(), Box<Diagnostic>> {
        let Some(ty) = value_type(argument.view) else {
            let message = format!(
                "what `{}` holds has no type in meanings",
                argument.view.name()
            );
            return Err(bad(form.region, message));
        };
        let name = parameter.name.to_string();
        if role.writes() {
            let place = Place::Operand {
                register: argument.register,
                bits: argument.view.bits(),
            };
            self.places.push((name.clone(), place));
        }
        if !role.reads() {
            return Ok(());
        }
        let content = self.inputs.registers[argument.register].low(argument.view.bits());
        match argument.modifier {
            Some((Modifier::Lsl, Some(amount))) => {
                let by = self.inputs.immediates[amount].low(content.width());
                self.shifted(parameter, content, Some(by));
            }
            None if ty == Type::Float => self.scope.bind(name, Value::Scalar(ty, content)),
            None => self.shifted(parameter, content, None),
            Some(_) => {
                let term = self.modified(argument, form.bits());
                self.scope.bind(name, unsigned(term));
            }
        }
        Ok(())
    }

    /// Binds a number that may be shifted left, or the number and the amount, if the meaning wants to know both.
    fn shifted(&mut self, parameter: &Parameter, value: Term, by: Option<Term>) {
        let name = parameter.name.to_string();
        let by = by.unwrap_or_else(|| Term::bits(0, value.width()));
        if let Some(shift) = &parameter.shift {
            self.scope.bind(name, unsigned(value));
            self.scope.bind(shift.to_string(), unsigned(by));
        } else {
            self.scope.bind(name, unsigned(value.shifted_left(by)));
        }
    }

    /// A register shifted or extended; extensions give so many bits.
    fn modified(&self, argument: &RegisterArgument, bits: u32) -> Term {
        let content = self.inputs.registers[argument.register].low(argument.view.bits());
        let Some((modifier, amount)) = argument.modifier else {
            return content;
        };
        let amount = |width: u32| match amount {
            Some(amount) => self.inputs.immediates[amount].low(width),
            None => Term::bits(0, width),
        };
        let width = content.width();
        match (modifier, modifier.extension()) {
            (_, Some((kept, signed))) => {
                let kept = content.low(kept.min(width));
                kept.resized(bits, signed).shifted_left(amount(bits))
            }
            (Modifier::Lsr, None) => content.shifted_right_unsigned(amount(width)),
            (Modifier::Asr, None) => content.shifted_right_signed(amount(width)),
            (_, None) => content.shifted_left(amount(width)),
        }
    }

    /// Binds the sum, and moves the base if the address says so.
    fn sum(&mut self, parameter: &Parameter, address: &Address) {
        let base = self.inputs.registers[address.base];
        let addend = match &address.addend {
            None => Term::word(0),
            Some(Addend::Immediate(at)) => self.inputs.immediates[*at],
            Some(Addend::Register(index)) => self.modified(index, 64),
        };
        let sum = base.plus(addend);
        if address.mode != Mode::Still {
            let place = Place::Operand {
                register: address.base,
                bits: 64,
            };
            self.done.written.push((place, sum));
        }
        let value = match address.mode {
            Mode::After => base,
            Mode::Still | Mode::Before => sum,
        };
        self.scope
            .bind(parameter.name.to_string(), Value::Scalar(Type::U64, value));
    }
}

/// How a meaning sees what a view of a register holds.
fn value_type(view: View) -> Option<Type> {
    match view {
        View::X | View::Xsp => Some(Type::U64),
        View::W | View::Wsp => Some(Type::U32),
        View::D => Some(Type::Float),
        View::S => None,
    }
}

pub(super) fn unsigned(term: Term) -> Value {
    let ty = Type::Integer {
        bits: term.width(),
        signed: false,
    };
    Value::Scalar(ty, term)
}
