//! Inputs handed back as proof, printed the way a reader would write them: `Add(x1, Shl(x2, 3))`, `Add(x1, #4096)`.
//!
//! Registers are numbered through the whole expression, values that are the same are printed alike, constants that arrive as
//! values carry a `#`, attributes do not.

use super::guard::Place;
use super::pattern::{OperationId, Position, Universe};
use std::collections::BTreeMap;

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
    /// Operands that are the same value, the first one first.
    pub same: Vec<(Place, Place)>,
}

impl Witness {
    /// The input as an expression.
    pub fn print(&self, universe: &Universe) -> String {
        let mut printer = Printer {
            universe,
            same: &self.same,
            registers: 0,
            printed: BTreeMap::new(),
        };
        printer.operation(self.operation, &self.operands, &mut Vec::new())
    }
}

struct Printer<'a> {
    universe: &'a Universe,
    same: &'a [(Place, Place)],
    registers: u32,
    printed: BTreeMap<Place, String>,
}

impl Printer<'_> {
    fn operation(&mut self, id: OperationId, shapes: &[Shape], place: &mut Place) -> String {
        let operation = self.universe.operation(id);
        let mut operands = Vec::new();
        for (index, (position, shape)) in operation.operands.iter().zip(shapes).enumerate() {
            place.push(index);
            let first = self.same.iter().find(|(_, again)| again == place);
            let first = first.and_then(|(first, _)| self.printed.get(first).cloned());
            let text = first.unwrap_or_else(|| self.shape(position, shape, place));
            self.printed.insert(place.clone(), text.clone());
            operands.push(text);
            place.pop();
        }
        format!("{}({})", operation.name, operands.join(", "))
    }

    fn shape(&mut self, position: &Position, shape: &Shape, place: &mut Place) -> String {
        match (position, shape) {
            (_, Shape::Definition(id, inner)) => self.operation(*id, inner, place),
            (Position::Value { .. }, Shape::Constant(example)) => format!("#{example}"),
            (_, Shape::Constant(example)) => example.to_string(),
            (Position::Always(word), _) => (*word).to_owned(),
            (Position::Value { register, .. }, _) => {
                self.registers += 1;
                format!("{register}{}", self.registers)
            }
            (Position::Attribute { .. }, _) => "_".to_owned(),
        }
    }
}
