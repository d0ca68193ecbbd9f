//! What a sequence of instructions is said to do, as terms: the statements of a `means` clause, carried out.
//!
//! The language is that of instructions' meanings. Every register is a name, parameters are names for registers or
//! numbers, and there may be a call of something outside, about which nothing is known but that it depends on its
//! arguments and on memory.

use proc_macro2::TokenStream;
use syn::Block;
use syn::parse::Parser;

use super::statement::{Execution, Place};
use super::{Inputs, Outcome};
use crate::error::{Code, Diagnostic};
use crate::meaning::{Type, Value};
use crate::model::calls::{Parameter, ParameterKind};
use crate::model::isa::{Bank, Isa};

/// Carries out the statements of a clause. `inputs` has the registers among `parameters`, in order, and everything else
/// among them as immediates; of registers that are no parameters, those that the clause may name.
///
/// # Errors
/// The first thing that is not understood.
pub fn clause(
    isa: &Isa,
    parameters: &[Parameter],
    body: &TokenStream,
    inputs: &Inputs,
) -> Result<Outcome, Box<Diagnostic>> {
    let mut execution = Execution::new(isa, inputs);
    execution.may_call = true;
    for (register, content) in &inputs.implied {
        let ty = match register.bank() {
            Bank::General => Type::U64,
            Bank::Float => Type::Float,
        };
        execution
            .scope
            .bind(register.to_string(), Value::Scalar(ty, *content));
    }
    let mut registers = inputs.registers.iter().enumerate();
    let mut numbers = inputs.immediates.iter();
    for parameter in parameters {
        let name = parameter.name.to_string();
        let value = match parameter.kind {
            ParameterKind::Register(_) => {
                let next = registers.next();
                next.map(|(index, content)| {
                    let place = Place::Operand {
                        register: index,
                        bits: 64,
                    };
                    execution.places.push((name.clone(), place));
                    *content
                })
            }
            ParameterKind::Immediate(_) | ParameterKind::Label => numbers.next().copied(),
        };
        if let Some(value) = value {
            execution.scope.bind(name, Value::Scalar(Type::U64, value));
        }
    }
    match Block::parse_within.parse2(body.clone()) {
        Ok(statements) => execution.statements(&statements)?,
        Err(error) => {
            let message = error.to_string();
            return Err(Diagnostic::new(Code::Syntax, error.span(), message).into());
        }
    }
    Ok(execution.outcome())
}
