//! Inputs handed back as proof, printed the way a reader would write them: `Add(x1, Shl(x2, 3))`, `Add(x1, #4096)`.
//!
//! Registers are numbered through the whole expression, constants that arrive as values carry a `#`, attributes do not.

use super::pattern::{OperationId, Position, Universe};
use std::fmt::Write;

/// What stands at one operand position of an example input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Shape {
    /// A value about which nothing is known.
    Unknown,
    /// A constant: the value shown, which others behave like.
    Constant(i128),
    /// The foldable result of an operation.
    Definition(OperationId, Vec<Shape>),
    /// A block, an exit or a list.
    Always,
}

/// An example input: an operation with what its operands are.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Witness {
    /// The operation at the root.
    pub operation: OperationId,
    /// One shape per operand.
    pub operands: Vec<Shape>,
}

impl Witness {
    /// The input as an expression.
    pub fn print(&self, universe: &Universe) -> String {
        let mut out = String::new();
        let mut registers = 0;
        print_operation(
            universe,
            self.operation,
            &self.operands,
            &mut registers,
            &mut out,
        );
        out
    }
}

fn print_operation(
    universe: &Universe,
    id: OperationId,
    shapes: &[Shape],
    registers: &mut u32,
    out: &mut String,
) {
    let operation = universe.operation(id);
    out.push_str(&operation.name);
    out.push('(');
    for (index, (position, shape)) in operation.operands.iter().zip(shapes).enumerate() {
        if index > 0 {
            out.push_str(", ");
        }
        print_shape(universe, position, shape, registers, out);
    }
    out.push(')');
}

fn print_shape(
    universe: &Universe,
    position: &Position,
    shape: &Shape,
    registers: &mut u32,
    out: &mut String,
) {
    // Writing to a string cannot fail.
    let _ = match (position, shape) {
        (_, Shape::Definition(id, inner)) => {
            print_operation(universe, *id, inner, registers, out);
            Ok(())
        }
        (Position::Value { .. }, Shape::Constant(example)) => write!(out, "#{example}"),
        (_, Shape::Constant(example)) => write!(out, "{example}"),
        (Position::Always(word), _) => write!(out, "{word}"),
        (Position::Value { register, .. }, _) => {
            *registers += 1;
            write!(out, "{register}{registers}")
        }
        (Position::Attribute { .. }, _) => write!(out, "_"),
    };
}
