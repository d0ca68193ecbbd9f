//! A set of rewriting rules: operations in terms of other operations.
//!
//! A left side is what a lowering rule has in front of its template: a pattern over bindings and conditions. So left
//! sides are kept as a [`Lowering`] without templates, and overlaps, containment, dead rules and the order of trying are
//! decided by the code that decides them there. A right side is a tree: operations over bindings and over constants that
//! are computed when the rule is applied.
//!
//! A set may lead from one dialect to another one. Then left sides are operations of the first, right sides of the second,
//! and a value is that of the type which is the same in Rust. Right sides may have blocks then.
//!
//! The constant of a type is what remains of the 64-bit result of its expression in the width of the type.

mod resolve;

use std::collections::BTreeSet;

use proc_macro2::{Ident, TokenStream};

use super::lowering::expression::Expression;
use super::lowering::{BindingId, Listed, Lowering, OperandPattern, OperationPattern};
use super::ops::{AttributeKind, OpId, OperandKind, Ops, TypeId};
use crate::error::Region;

pub use crate::parse::rewriting::Cold;
pub use resolve::resolve;

/// One invocation of `rewriting!`.
#[derive(Clone, Debug)]
pub struct Rewriting {
    /// Its name.
    pub name: Ident,
    /// The path behind `for`: the module of the `ops!` invocation.
    pub ops_path: TokenStream,
    /// The path behind `to`: the module of the other dialect, if there is one.
    pub to_path: Option<TokenStream>,
    /// The left sides, as rules without templates. What `fold` takes is declared impossible for them.
    pub left: Lowering,
    /// The right side of each of those rules.
    pub right: Vec<Right>,
    /// Operations that become a constant if all their operands are constants, by their declared meaning.
    pub fold: Vec<Listed>,
}

/// The dialects of a set of rules.
#[derive(Clone, Copy, Debug)]
pub struct Dialects<'a> {
    /// That of left sides.
    pub from: &'a Ops,
    /// That of right sides.
    pub to: &'a Ops,
}

impl<'a> Dialects<'a> {
    /// Both sides are of one dialect.
    pub fn one(ops: &'a Ops) -> Self {
        Dialects { from: ops, to: ops }
    }

    /// Whether right sides are of another dialect.
    pub fn differ(self) -> bool {
        !std::ptr::eq(self.from, self.to)
    }

    /// The type on the right side of a value that has type `ty` on the left side.
    pub fn arriving(self, ty: TypeId) -> Option<TypeId> {
        match self.differ() {
            true => self.to.same_representation(self.from, ty),
            false => Some(ty),
        }
    }
}

/// What a rule makes of what it matched; or a block of that.
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

/// The number of a [`Step`] among those of a right side, those in blocks included.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct StepId(pub usize);

/// `let x = Operation(…);`, or an operation alone.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its number.
    pub id: StepId,
    /// The name of its value.
    pub name: Option<Ident>,
    /// An operation, or an `if`.
    pub does: Term,
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
    Step(StepId),
    /// Values for a list.
    List(Vec<Element>),
    /// Blocks, one of which is carried out.
    If(Box<If>),
}

/// Something in a list.
#[derive(Clone, Debug)]
pub enum Element {
    /// A value.
    Value(Term),
    /// Values of a list that the pattern has bound.
    Spread(BindingId, Slice),
}

/// Which values of a list.
#[derive(Clone, Copy, Debug)]
pub enum Slice {
    /// All of them.
    All,
    /// The first so many, as this constant says.
    First(BindingId),
    /// Those behind the first so many.
    Behind(BindingId),
}

/// `if condition { … } else cold { … }`
#[derive(Clone, Debug)]
pub struct If {
    /// The value that is not zero if the first block is carried out.
    pub condition: Term,
    /// The first block.
    pub then: Right,
    /// The second block; nothing is in it if there is none.
    pub otherwise: Right,
    /// Which of them is expected to be rare.
    pub cold: Cold,
    /// The type of the value that both blocks yield, if they yield one.
    pub ty: Option<TypeId>,
}

impl Term {
    /// Every operation in it, each behind those that it uses.
    pub fn operations(&self) -> Vec<&Operation> {
        match self {
            Term::Operation(operation) => operation.all(),
            _ => self
                .parts()
                .into_iter()
                .flat_map(Term::operations)
                .collect(),
        }
    }

    /// The terms that it consists of.
    fn parts(&self) -> Vec<&Term> {
        match self {
            Term::Operation(operation) => operation.operands.iter().collect(),
            Term::List(elements) => {
                let values = elements.iter().filter_map(|element| match element {
                    Element::Value(term) => Some(term),
                    Element::Spread(..) => None,
                });
                values.collect()
            }
            Term::If(conditional) => {
                let blocks = [&conditional.then, &conditional.otherwise];
                let blocks = blocks.into_iter().flat_map(Right::parts);
                std::iter::once(&conditional.condition)
                    .chain(blocks)
                    .collect()
            }
            Term::Bound(_) | Term::Constant(..) | Term::Step(_) => Vec::new(),
        }
    }

    /// The constants that lists in it are taken apart by.
    fn counts(&self) -> BTreeSet<BindingId> {
        let mut counts: BTreeSet<BindingId> =
            self.parts().iter().flat_map(|part| part.counts()).collect();
        if let Term::List(elements) = self {
            counts.extend(elements.iter().filter_map(|element| match element {
                Element::Spread(_, Slice::First(count) | Slice::Behind(count)) => Some(*count),
                _ => None,
            }));
        }
        counts
    }

    /// Whether it names a step.
    fn uses_step(&self, step: StepId) -> bool {
        matches!(self, Term::Step(found) if *found == step)
            || self.parts().iter().any(|part| part.uses_step(step))
    }

    /// Every binding in it.
    fn names(&self) -> Vec<BindingId> {
        let mut names = match self {
            Term::Bound(id) => vec![*id],
            Term::Constant(value, _) => value.names(),
            Term::List(elements) => {
                let spread = elements.iter().filter_map(|element| match element {
                    Element::Value(_) => None,
                    Element::Spread(id, Slice::All) => Some(vec![*id]),
                    Element::Spread(id, Slice::First(count) | Slice::Behind(count)) => {
                        Some(vec![*id, *count])
                    }
                });
                spread.flatten().collect()
            }
            Term::Operation(_) | Term::Step(_) | Term::If(_) => Vec::new(),
        };
        names.extend(self.parts().iter().flat_map(|part| part.names()));
        names
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
        self.parts().flat_map(Term::operations).collect()
    }

    /// What each step does, and the result.
    fn parts(&self) -> impl Iterator<Item = &Term> {
        self.steps.iter().map(|step| &step.does).chain(&self.result)
    }

    /// Whether a later step, or the result, names a step.
    pub fn uses_step(&self, step: StepId) -> bool {
        self.parts().any(|term| term.uses_step(step))
    }

    /// The constants that lists are taken apart by.
    pub fn counts(&self) -> BTreeSet<BindingId> {
        self.parts().flat_map(Term::counts).collect()
    }

    /// Every binding that is used.
    pub fn names(&self) -> Vec<BindingId> {
        self.parts().flat_map(Term::names).collect()
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
