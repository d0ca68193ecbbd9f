//! A set of rewriting rules: operations in terms of other operations.
//!
//! A left side is what a lowering rule has in front of its template: a pattern over bindings and conditions. So left
//! sides are kept as a [`Lowering`] without templates, and overlaps, containment, dead rules and the order of trying are
//! decided by the code that decides them there. A right side is a tree: operations over bindings and over constants that
//! are computed when the rule is applied.
//!
//! The constant of a type is what remains of the 64-bit result of its expression in the width of the type.

mod resolve;

use proc_macro2::{Ident, TokenStream};

use super::lowering::expression::Expression;
use super::lowering::{BindingId, BindingKind, Listed, Lowering, OperandPattern, OperationPattern};
use super::ops::{AttributeKind, OpId, OperandKind, Ops, TypeId};
use crate::error::Region;

pub use resolve::resolve;

/// One invocation of `rewriting!`.
#[derive(Clone, Debug)]
pub struct Rewriting {
    /// Its name.
    pub name: Ident,
    /// The path behind `for`: the module of the `ops!` invocation.
    pub ops_path: TokenStream,
    /// The left sides, as rules without templates. What `fold` takes is declared impossible for them.
    pub left: Lowering,
    /// The right side of each of those rules.
    pub right: Vec<Right>,
    /// Operations that become a constant if all their operands are constants, by their declared meaning.
    pub fold: Vec<Listed>,
}

/// What a rule makes of what it matched.
#[derive(Clone, Debug)]
pub struct Right {
    /// Operations that come first, in their order. The innermost operands of one are carried out before it.
    pub steps: Vec<Step>,
    /// What takes the place of the value; none if there is no value.
    pub result: Option<Term>,
    /// All of it.
    pub region: Region,
    /// As text.
    pub text: String,
}

/// `let x = Operation(…);`, or an operation alone.
#[derive(Clone, Debug)]
pub struct Step {
    /// The name of its value.
    pub name: Option<Ident>,
    /// The operation.
    pub operation: Operation,
}

/// An operation on a right side.
#[derive(Clone, Debug)]
pub struct Operation {
    /// The operation.
    pub op: OpId,
    /// One term per declared operand.
    pub operands: Vec<Term>,
    /// Name and operands.
    pub region: Region,
}

/// An operand on a right side.
#[derive(Clone, Debug)]
pub enum Term {
    /// What the pattern has bound: a value, the number of an exit, an address, the list, a block.
    Bound(BindingId),
    /// A constant of this type: a value where the operand is one, otherwise held in the instruction.
    Constant(Expression, TypeId),
    /// The result of an operation.
    Operation(Operation),
    /// The result of an earlier step.
    Step(usize),
}

impl Term {
    /// Every operation in it, each behind those that it uses.
    pub fn operations(&self) -> Vec<&Operation> {
        match self {
            Term::Operation(operation) => operation.all(),
            _ => Vec::new(),
        }
    }

    /// Whether it names a step.
    fn uses_step(&self, index: usize) -> bool {
        match self {
            Term::Step(step) => *step == index,
            Term::Operation(operation) => {
                let mut operands = operation.operands.iter();
                operands.any(|term| term.uses_step(index))
            }
            Term::Bound(_) | Term::Constant(..) => false,
        }
    }

    /// Every binding in it.
    fn names(&self) -> Vec<BindingId> {
        match self {
            Term::Bound(id) => vec![*id],
            Term::Constant(value, _) => value.names(),
            Term::Operation(operation) => operation.operands.iter().flat_map(Term::names).collect(),
            Term::Step(_) => Vec::new(),
        }
    }
}

impl Operation {
    /// This operation and all those in its operands, each behind those that it uses.
    pub fn all(&self) -> Vec<&Operation> {
        let mut all: Vec<&Operation> = self.operands.iter().flat_map(Term::operations).collect();
        all.push(self);
        all
    }
}

impl Right {
    /// Every operation, in the order in which they are carried out.
    pub fn operations(&self) -> Vec<&Operation> {
        let steps = self.steps.iter().flat_map(|step| step.operation.all());
        let result = self.result.iter().flat_map(Term::operations);
        steps.chain(result).collect()
    }

    /// Whether a later step, or the result, names a step.
    pub fn uses_step(&self, index: usize) -> bool {
        let steps = self.steps.iter().flat_map(|step| &step.operation.operands);
        steps.chain(&self.result).any(|term| term.uses_step(index))
    }

    /// Every binding that is used.
    pub fn names(&self) -> Vec<BindingId> {
        let steps = self.steps.iter().flat_map(|step| &step.operation.operands);
        steps.chain(&self.result).flat_map(Term::names).collect()
    }
}

/// The type of each operand of `pattern` that is a value, by its binding. Constants held in instructions are left out.
pub fn value_types(pattern: &OperationPattern, ops: &Ops) -> Vec<(BindingId, TypeId)> {
    let mut found = Vec::new();
    for (declared, operand) in ops[pattern.op].operands.iter().zip(&pattern.operands) {
        match (&declared.kind, operand) {
            (OperandKind::Value(ty), OperandPattern::Bound(id)) => found.push((*id, *ty)),
            (_, OperandPattern::Definition(inner)) => found.extend(value_types(inner, ops)),
            _ => {}
        }
    }
    found
}

/// The type of a constant operand, if it has one.
pub fn constant_type(kind: &OperandKind) -> Option<TypeId> {
    match kind {
        OperandKind::Value(ty) | OperandKind::Const(AttributeKind::Type(ty)) => Some(*ty),
        _ => None,
    }
}

/// Whether a binding is a constant that expressions may name.
pub fn is_constant(kind: &BindingKind) -> bool {
    matches!(kind, BindingKind::Constant { .. })
}
